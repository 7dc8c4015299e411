// Printed text. Lines are grouped into blocks, and only blocks with changed lines are updated, in place. So the cost of
// growing text is that of its new lines, and a selection survives.

import { linkUrls, mayHoldLinks } from './links.ts'
import { AnsiText, sameStyle, type Run } from '../../shared/notebook/output/ansi.ts'

type Lines = readonly (readonly Run[])[]

const linesPerBlock = 250
/** Longer text is collapsed to its head and tail. */
const collapseAbove = { lines: 300, characters: 100_000 }
const head = { lines: 200, characters: 60_000 }
const tail = { lines: 60, characters: 10_000 }
/** CSS pixels, as in output.css. */
const lineHeight = 20

export class TextView {
  readonly element = document.createElement('div')
  private readonly ansi = new AnsiText()
  private readonly before: LineBlocks
  private readonly after: LineBlocks
  private readonly fold = document.createElement('button')
  private characters = 0
  private unfolded = false

  /** `finish` is called with each block after it is rendered and can change its content. */
  constructor(className: string, finish: ((block: HTMLElement) => void) | null = null) {
    this.before = new LineBlocks(finish)
    this.after = new LineBlocks(finish)
    this.element.className = `nb-text ${className}`
    this.fold.className = 'nb-fold'
    this.fold.type = 'button'
    this.fold.hidden = true
    this.fold.addEventListener('click', () => {
      this.unfolded = !this.unfolded
      this.draw(0)
    })
    this.element.append(this.before.element, this.fold, this.after.element)
  }

  show(text: string): void {
    this.characters = text.length
    this.draw(this.ansi.update(text))
  }

  private draw(changedFrom: number): void {
    const { lines } = this.ansi
    const long = lines.length > collapseAbove.lines || this.characters > collapseAbove.characters
    const folded = long && !this.unfolded
    this.before.show(folded ? firstOf(lines) : lines, changedFrom)
    this.after.show(folded ? lastOf(lines) : [], 0)
    this.after.element.hidden = !folded
    this.fold.hidden = !long
    this.fold.setAttribute('aria-expanded', String(!folded))
    // A trailing line end does not start another line.
    const count = lines.length - (lines.at(-1)?.length === 0 ? 1 : 0)
    this.fold.textContent = folded ? `Show all ${count.toLocaleString('en')} lines` : 'Show less'
  }
}

const firstOf = (lines: Lines): Lines => {
  let left = head.characters
  const taken: (readonly Run[])[] = []
  for (const line of lines.slice(0, head.lines)) {
    if (left <= 0) break
    const runs: Run[] = []
    for (const { text, style } of line) {
      if (left > 0) runs.push({ text: text.slice(0, left), style })
      left -= text.length
    }
    taken.push(runs)
  }
  return taken
}

const lastOf = (lines: Lines): Lines => {
  let left = tail.characters
  const taken: (readonly Run[])[] = []
  for (const line of lines.slice(Math.max(head.lines, lines.length - tail.lines)).reverse()) {
    if (left <= 0) break
    const runs: Run[] = []
    for (const { text, style } of [...line].reverse()) {
      if (left > 0) runs.push({ text: text.slice(-left), style })
      left -= text.length
    }
    taken.push(runs.reverse())
  }
  return taken.reverse()
}

class LineBlocks {
  readonly element = document.createElement('pre')
  private readonly blocks: Block[] = []
  private shown = 0

  constructor(private readonly finish: ((block: HTMLElement) => void) | null) {}

  show(lines: Lines, changedFrom: number): void {
    const count = Math.ceil(lines.length / linesPerBlock)
    for (const block of this.blocks.splice(count)) block.element.remove()
    const first = Math.min(changedFrom, this.shown, lines.length)
    // The line before the first changed one may get a line end.
    for (let index = Math.floor(Math.max(0, first - 1) / linesPerBlock); index < count; index++) {
      let block = this.blocks[index]
      if (!block) {
        block = new Block(this.finish)
        this.blocks.push(block)
        this.element.append(block.element)
      }
      block.show(lines.slice(index * linesPerBlock, (index + 1) * linesPerBlock))
    }
    this.shown = lines.length
  }
}

class Block {
  readonly element = document.createElement('div')
  private runs: readonly Run[] = []

  constructor(private readonly finish: ((block: HTMLElement) => void) | null) {}

  show(lines: Lines): void {
    // The height before it is first painted, so that scrolling does not shift the layout.
    this.element.style.containIntrinsicHeight = `auto ${lines.length * lineHeight}px`
    const runs = merged(lines)
    const hasLinks = runs.some(({ text }) => mayHoldLinks(text))
    if (this.finish !== null || hasLinks) {
      this.element.replaceChildren(...runs.map(drawn))
      if (hasLinks) linkUrls(this.element)
      this.finish?.(this.element)
      // The nodes no longer correspond to runs.
      this.runs = []
      return
    }
    const { childNodes } = this.element
    for (const [index, run] of runs.entries()) {
      const before = this.runs[index]
      const node = childNodes[index]
      if (before && node && sameStyle(before.style, run.style)) {
        const text = node instanceof Text ? node : node.firstChild
        if (text instanceof Text) setText(text, run.text)
      } else if (node) node.replaceWith(drawn(run))
      else this.element.append(drawn(run))
    }
    while (childNodes.length > runs.length) this.element.lastChild?.remove()
    this.runs = runs
  }
}

const setText = (node: Text, text: string): void => {
  if (node.data === text) return
  if (text.startsWith(node.data)) node.appendData(text.slice(node.data.length))
  else node.data = text
}

/** Merges neighbouring runs of the same style, including line ends. */
const merged = (lines: Lines): readonly Run[] => {
  const runs: { texts: string[]; style: Run['style'] }[] = []
  const add = (text: string, style: Run['style']): void => {
    const last = runs.at(-1)
    if (last && sameStyle(last.style, style)) last.texts.push(text)
    else runs.push({ texts: [text], style })
  }
  for (const [index, line] of lines.entries()) {
    if (index > 0) add('\n', runs.at(-1)?.style ?? null)
    for (const { text, style } of line) add(text, style)
  }
  return runs.map(({ texts, style }) => ({ text: texts.join(''), style }))
}

const drawn = ({ text, style }: Run): Node => {
  if (style === null) return document.createTextNode(text)
  const span = document.createElement('span')
  span.className = 'nb-ansi'
  for (const key of ['bold', 'faint', 'italic', 'underline', 'strike', 'inverse'] as const)
    if (style[key]) span.classList.add(`nb-ansi-${key}`)
  const { foreground, background } = style
  if (typeof background === 'string') span.style.setProperty('--nb-ansi-bg', background)
  else if (background !== null)
    span.style.setProperty('--nb-ansi-bg', `color-mix(in srgb, ${theme(background)} 25%, transparent)`)
  if (typeof background === 'string' && typeof foreground !== 'string')
    span.style.setProperty('--nb-ansi-fg', contrasting(background))
  else if (typeof foreground === 'number') span.style.setProperty('--nb-ansi-fg', theme(foreground))
  else if (foreground !== null)
    span.style.setProperty('--nb-ansi-fg', background === null ? readable(foreground) : foreground)
  span.textContent = text
  return span
}

/** Black on light backgrounds and white on dark ones, because theme colours only suit the page's own background. */
const contrasting = (colour: string): string => `oklch(from ${colour} clamp(0.15, (0.65 - l) * 1000, 1) 0 h)`

const theme = (index: number): string => `var(--nb-ansi-${index})`

/** The given hue, dark enough for a light page and light enough for a dark one. */
const readable = (colour: string): string =>
  `light-dark(oklch(from ${colour} min(l, 0.52) c h), oklch(from ${colour} max(l, 0.74) c h))`
