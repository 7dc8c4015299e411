// The rows of a notebook in bands, which the browser skips as a whole while they are far from the viewport. In every frame
// it looks at each element that it may skip, and lays out, hits and paints a list child by child. With 1,000 cells side by
// side a keystroke took 33 ms of the main thread; in bands it takes 22 ms, as with 10 cells.
import { longestOrdered } from '../../shared/notebook/merge/longest-ordered.ts'

/** Rows of a band, unless more are inserted between them. */
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

/** The rows that end below `y`. Rows of other bands are not measured: that would lay out what the browser skips. */
export const rowsBelow = function* (bands: Iterable<Element>, y: number): Generator<Element> {
  let found = false
  for (const band of bands)
    if (found || isBelow(band, y))
      for (const row of band.children)
        if (found || isBelow(row, y)) {
          found = true
          yield row
        }
}

export class Bands {
  constructor(readonly host: Element) {}

  get elements(): readonly HTMLElement[] {
    return [...this.host.querySelectorAll<HTMLElement>(':scope > .nb-band')]
  }

  get rows(): readonly Element[] {
    return this.elements.flatMap((band) => [...band.children])
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
        const band = this.bandFor(previous?.parentElement ?? null, wanted[nextStaying]?.parentElement ?? null)
        if (row.parentElement !== null) changed.add(row.parentElement)
        changed.add(band)
        put(
          band,
          row,
          previous?.parentElement === band ? previous.nextElementSibling : band.firstElementChild,
        )
      }
      previous = row
    }
    for (const band of this.elements)
      if (band.childElementCount === 0) band.remove()
      else if (changed.has(band)) this.reserveRoom(band)
  }

  /** For a row between one in `before` and one in `after`. */
  private bandFor(before: Element | null, after: Element | null): Element {
    if (before !== null && (before === after || before.childElementCount < size)) return before
    if (after !== null && after.childElementCount < size) return after
    const band = document.createElement('div')
    band.className = 'nb-band'
    this.host.insertBefore(band, before?.nextElementSibling ?? after)
    return band
  }

  /** Before the first layout, so that the scroll bar is right. */
  private reserveRoom(band: HTMLElement): void {
    const rows: readonly Row[] = [...band.children] as HTMLElement[]
    band.style.setProperty('--nb-rows', String(rows.length))
    band.style.setProperty('--nb-lines', String(rows.reduce((lines, row) => lines + (row.lines ?? 1), 0)))
  }

  /** After rows were hidden or shown. A skipped band keeps its height whatever is in it. */
  hideEmpty(): void {
    for (const band of this.elements)
      band.hidden = [...band.children].every((row) => (row as HTMLElement).hidden)
  }
}
