// Terminal text as lines of styled pieces. Pieces are plain values and become text nodes, so a program's output is
// never parsed as HTML.

import { controlSequence, linkStart, overwrite } from './terminal.ts'

/** A palette index 0–15 coloured by the theme, or a CSS colour `rgb(…)`; null is the theme's default. */
type Colour = number | string | null

export interface TextStyle {
  readonly foreground: Colour
  readonly background: Colour
  readonly bold: boolean
  readonly faint: boolean
  readonly italic: boolean
  readonly underline: boolean
  readonly strike: boolean
  readonly inverse: boolean
  /** An http or https URL (OSC 8). */
  readonly link: string | null
}

/** `style` is null for unstyled text. */
export interface Run {
  readonly text: string
  readonly style: TextStyle | null
}

const plain: TextStyle = {
  foreground: null,
  background: null,
  bold: false,
  faint: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  link: null,
}

const webUrl = /^https?:\/\/[^\s<>"'`]+$/i

export const sameStyle = (a: TextStyle | null, b: TextStyle | null): boolean =>
  a === b ||
  (a !== null && b !== null && (Object.keys(plain) as (keyof TextStyle)[]).every((key) => a[key] === b[key]))

/** Caches the parsed lines, so that a growing text costs only its new lines. */
export class AnsiText {
  readonly lines: (readonly Run[])[] = []
  private sources: readonly string[] = []
  /** The style at the start of each line. */
  private readonly starts: TextStyle[] = []

  /** Takes the whole text and returns the index of the first changed line. */
  update(text: string): number {
    const sources = overwrite(text).split('\n')
    let first = 0
    while (first < sources.length && sources[first] === this.sources[first]) first++
    let style = this.starts[first] ?? plain
    this.lines.length = Math.min(this.lines.length, first)
    for (const source of sources.slice(first)) {
      this.starts[this.lines.length] = style
      const { runs, end } = parseLine(source, style)
      this.lines.push(runs)
      style = end
    }
    this.starts[sources.length] = style
    this.sources = sources
    return first
  }
}

const parseLine = (source: string, start: TextStyle): { runs: readonly Run[]; end: TextStyle } => {
  const runs: Run[] = []
  let style = start
  const push = (text: string): void => {
    // Bells, nulls and a carriage return not followed by text have no width.
    // oxlint-disable-next-line no-control-regex
    const visible = text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '')
    if (visible) runs.push({ text: visible, style: style === plain ? null : style })
  }
  let at = 0
  for (const match of source.matchAll(new RegExp(controlSequence, 'g'))) {
    push(source.slice(at, match.index))
    at = match.index + match[0].length
    const [, url] = linkStart.exec(match[0]) ?? []
    if (match[2] === 'm') style = restyled(style, match[1] ?? '')
    else if (url !== undefined) style = usual({ ...style, link: webUrl.test(url) ? url : null })
  }
  push(source.slice(at))
  return { runs, end: style }
}

/** Select Graphic Rendition, ECMA-48 8.3.117; 38 and 48 with `;` or `:` as in xterm. */
const restyled = (before: TextStyle, parameters: string): TextStyle => {
  const codes = parameters.split(/[;:]/).map((code) => (code === '' ? 0 : Number(code)))
  let style: TextStyle = before
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0
    if (code === 38 || code === 48) {
      const { colour, used } = extendedColour(codes.slice(index + 1))
      index += used
      if (colour !== null) style = { ...style, [code === 38 ? 'foreground' : 'background']: colour }
    } else style = { ...style, ...attribute(code) }
  }
  return usual({ ...style, link: before.link })
}

/** Unstyled text is known by its identity. */
const usual = (style: TextStyle): TextStyle => (sameStyle(style, plain) ? plain : style)

const attribute = (code: number): Partial<TextStyle> => {
  if (code >= 30 && code <= 37) return { foreground: code - 30 }
  if (code >= 40 && code <= 47) return { background: code - 40 }
  if (code >= 90 && code <= 97) return { foreground: code - 82 }
  if (code >= 100 && code <= 107) return { background: code - 92 }
  switch (code) {
    case 0:
      return plain
    case 1:
      return { bold: true }
    case 2:
      return { faint: true }
    case 3:
      return { italic: true }
    case 4:
      return { underline: true }
    case 7:
      return { inverse: true }
    case 9:
      return { strike: true }
    case 22:
      return { bold: false, faint: false }
    case 23:
      return { italic: false }
    case 24:
      return { underline: false }
    case 27:
      return { inverse: false }
    case 29:
      return { strike: false }
    case 39:
      return { foreground: null }
    case 49:
      return { background: null }
    default:
      return {}
  }
}

/** After 38 or 48: `5;n` of the 256 colours, or `2;r;g;b`. */
const extendedColour = (codes: readonly number[]): { colour: Colour; used: number } => {
  const [form, a = 0, b = 0, c = 0] = codes
  if (form === 5) return { colour: paletteColour(a), used: 2 }
  if (form === 2) return { colour: rgb(a, b, c), used: 4 }
  return { colour: null, used: codes.length }
}

const paletteColour = (index: number): Colour => {
  if (!(index >= 0 && index <= 255)) return null
  if (index < 16) return index
  if (index >= 232) return rgb(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10)
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40)
  const cube = index - 16
  return rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6))
}

const rgb = (...parts: number[]): Colour =>
  parts.every((part) => Number.isInteger(part) && part >= 0 && part <= 255)
    ? `rgb(${parts.join(', ')})`
    : null
