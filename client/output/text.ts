// Printed text. Lines are grouped into blocks, and only blocks with changed lines are updated, in place. So the cost of
// growing text is that of its new lines, and a selection survives. Long text shows its first lines and its last.

import { AnsiText, type Run } from '../../shared/notebook/output/ansi.ts'
import { leftOutLines } from '../../shared/notebook/output/left-out.ts'
import { LineBlocks, type Lines } from './line-blocks.ts'

/** Longer text is folded to its head and tail. */
const foldAbove = { lines: 200, characters: 100_000 }
/** Shown at each end, and added to each end at a time. */
const portion = { lines: 30, characters: 20_000 }
const more = { lines: 100, characters: 50_000 }

export class TextView {
  readonly element = document.createElement('div')
  private readonly ansi = new AnsiText()
  private readonly before: LineBlocks
  private readonly after: LineBlocks
  private readonly fold = document.createElement('div')
  private readonly hidden = document.createElement('small')
  private readonly showMore: HTMLButtonElement
  private readonly showAll: HTMLButtonElement
  private text = ''
  private end = portion
  private unfolded = false

  /** `finish` is called with each block after it is rendered and can change its content. */
  constructor(className: string, finish: ((block: HTMLElement) => void) | null = null) {
    this.before = new LineBlocks(finish)
    this.after = new LineBlocks(finish)
    this.element.className = `nb-text ${className}`
    this.fold.className = 'nb-text-fold'
    this.fold.hidden = true
    this.showMore = this.button(() => {
      this.end = {
        lines: this.end.lines + more.lines,
        characters: this.end.characters + more.characters,
      }
    })
    this.showMore.textContent = 'Show more'
    this.showAll = this.button(() => {
      this.unfolded = !this.unfolded
      this.end = portion
    })
    this.fold.append(this.hidden, this.showAll, this.showMore)
    this.element.append(this.before.element, this.fold, this.after.element)
  }

  show(text: string): void {
    this.text = text
    this.draw(this.ansi.update(text))
  }

  /** Nothing but spaces in one line: a progress bar that cleared itself. */
  get isCleared(): boolean {
    const { lines } = this.ansi
    return lines.length < 2 && lines.every((line) => line.every(({ text }) => text.trim() === ''))
  }

  private button(action: () => void): HTMLButtonElement {
    const button = document.createElement('button')
    button.type = 'button'
    button.className = 'nb-fold'
    button.addEventListener('click', () => {
      action()
      this.draw(0)
    })
    return button
  }

  private draw(changedFrom: number): void {
    const { lines } = this.ansi
    const long = lines.length > foldAbove.lines || this.text.length > foldAbove.characters
    const folded = long && !this.unfolded
    const head = folded ? firstOf(lines, this.end) : lines
    const tail = folded ? lastOf(lines.slice(head.length), this.end) : []
    this.before.show(head, changedFrom)
    this.after.show(tail, 0)
    this.after.element.hidden = !folded
    this.fold.hidden = !long
    if (!long) return
    // A trailing line end does not start another line.
    const count = lines.length - (lines.at(-1)?.length === 0 ? 1 : 0)
    this.hidden.textContent = folded ? this.whatIsHidden(lines.length - head.length - tail.length) : ''
    this.showMore.hidden = !folded
    this.showAll.setAttribute('aria-expanded', String(!folded))
    this.showAll.textContent = folded ? `Show all ${count.toLocaleString('en')} lines` : 'Show less'
  }

  private whatIsHidden(lines: number): string {
    if (lines <= 0) return '… the rest of the line is hidden'
    const leftOut = leftOutLines(this.text)
    return leftOut === 0
      ? `… ${lines.toLocaleString('en')} lines hidden`
      : // In place of the notice.
        `… ${(lines - 1 + leftOut).toLocaleString('en')} lines hidden, of which ${leftOut.toLocaleString('en')} were too many to keep`
  }
}

const firstOf = (lines: Lines, end: typeof portion): Lines => {
  let left = end.characters
  const taken: (readonly Run[])[] = []
  for (const line of lines.slice(0, end.lines)) {
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

/** A trailing line end makes an empty last line. */
const lastOf = (lines: Lines, end: typeof portion): Lines => {
  let left = end.characters
  const taken: (readonly Run[])[] = []
  const most = end.lines + (lines.at(-1)?.length === 0 ? 1 : 0)
  for (const line of lines.slice(-most).reverse()) {
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
