// Lines of printed text as elements. Only blocks with changed lines are updated, in place.

import { linkUrls, mayHoldLinks } from './links.ts'
import { ansiColours } from '../../shared/notebook/output/ansi-colours.ts'
import { sameStyle, type Run } from '../../shared/notebook/output/ansi.ts'

export type Lines = readonly (readonly Run[])[]

const linesPerBlock = 250
/** CSS pixels, as in output.css. */
const lineHeight = 20

/** Lines of text, drawn in blocks. */
export class LineBlocks {
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
  const span = document.createElement(style.link === null ? 'span' : 'a')
  if (span instanceof HTMLAnchorElement && style.link !== null)
    Object.assign(span, {
      href: style.link,
      target: '_blank',
      rel: 'noopener noreferrer',
      // The text may name another place.
      title: style.link,
    })
  span.className = 'nb-ansi'
  for (const key of ['bold', 'faint', 'italic', 'underline', 'strike', 'inverse'] as const)
    if (style[key]) span.classList.add(`nb-ansi-${key}`)
  const colours = ansiColours(style, (index) => `var(--nb-ansi-${index})`)
  span.style.setProperty('--nb-ansi-bg', colours.background)
  span.style.setProperty('--nb-ansi-fg', colours.text)
  span.textContent = text
  return span
}
