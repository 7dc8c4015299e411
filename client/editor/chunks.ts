// The rows of a notebook in chunks, which the browser skips as a whole while they are far from the viewport. In every frame
// it looks at each element that it may skip, and lays out, hits and paints a list child by child. With 1,000 cells side by
// side a keystroke took 33 ms of the main thread; in chunks it takes 22 ms, as with 10 cells.
import { longestOrdered } from '../../shared/notebook/merge/longest-ordered.ts'

/** Rows of a chunk, unless more are inserted between them. */
const size = 25

/** `lines` tells its height until it is laid out. */
export type Row = HTMLElement & { readonly lines?: number }

/** Not all browsers have `moveBefore`. */
type Parent = Element & { moveBefore?: (node: Element, child: Element | null) => void }

/** Moves or adds a child, by `moveBefore` if possible, so that output frames survive. */
const put = (parent: Parent, child: Element, before: Element | null): void => {
  if (child.isConnected && parent.moveBefore !== undefined) parent.moveBefore(child, before)
  else parent.insertBefore(child, before)
}

const isBelow = (element: Element, y: number): boolean => element.getBoundingClientRect().bottom > y

/** The rows that end below `y`. Rows of other chunks are not measured: that would lay out what the browser skips. */
export const rowsBelow = function* (chunks: Iterable<Element>, y: number): Generator<Element> {
  let found = false
  for (const chunk of chunks)
    if (found || isBelow(chunk, y))
      for (const row of chunk.children)
        if (found || isBelow(row, y)) {
          found = true
          yield row
        }
}

export class Chunks {
  constructor(readonly host: Element) {}

  get elements(): readonly HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>(':scope > .nb-chunk')]
  }

  get rows(): readonly Element[] {
    return this.elements.flatMap((chunk) => [...chunk.children])
  }

  /** Moves as few rows as possible, and never the one being edited: caret and composition would be lost. */
  arrange(wanted: readonly Row[]): void {
    const places = new Map(this.rows.map((row, place) => [row, place]))
    const focused = wanted.findIndex((row) => row.contains(document.activeElement))
    const staying = longestOrdered(
      wanted.map((row) => places.get(row) ?? null),
      focused,
    )
    const changed = new Set<Element>()
    let [previous, nextStaying]: [Row | null, number] = [null, 0]
    for (const [i, row] of wanted.entries()) {
      while (nextStaying < wanted.length && (nextStaying < i || !staying.has(nextStaying))) nextStaying++
      if (!staying.has(i)) {
        const chunk = this.chunkFor(
          previous?.parentElement ?? null,
          wanted[nextStaying]?.parentElement ?? null,
        )
        if (row.parentElement !== null) changed.add(row.parentElement)
        changed.add(chunk)
        put(
          chunk,
          row,
          previous?.parentElement === chunk ? previous.nextElementSibling : chunk.firstElementChild,
        )
      }
      previous = row
    }
    for (const chunk of this.elements)
      if (chunk.childElementCount === 0) chunk.remove()
      else if (changed.has(chunk)) this.reserveRoom(chunk)
  }

  /** For a row between one in `before` and one in `after`. */
  private chunkFor(before: Element | null, after: Element | null): Element {
    if (before !== null && (before === after || before.childElementCount < size)) return before
    if (after !== null && after.childElementCount < size) return after
    const chunk = document.createElement('div')
    chunk.className = 'nb-chunk'
    this.host.insertBefore(chunk, before?.nextElementSibling ?? after)
    return chunk
  }

  /** Before the first layout, so that the scroll bar is right. */
  private reserveRoom(chunk: HTMLElement): void {
    const rows: readonly Row[] = [...chunk.children] as HTMLElement[]
    chunk.style.setProperty('--nb-rows', String(rows.length))
    chunk.style.setProperty('--nb-lines', String(rows.reduce((lines, row) => lines + (row.lines ?? 1), 0)))
  }

  /** After rows were hidden or shown. A skipped chunk keeps its height whatever is in it. */
  hideEmpty(): void {
    for (const chunk of this.elements)
      chunk.hidden = [...chunk.children].every((row) => (row as HTMLElement).hidden)
  }
}
