// Which texts have an editor: those in view, mounted once scrolling has paused, and the one being written in. A
// thousand cells then cost a thousand <pre> and a handful of editors.
//
// Where the viewport is in the list is looked up by halving it, when something scrolled or changed its height. An
// IntersectionObserver on each cell would be asked anew at every frame: measured, 10 ms a keystroke at 1,000 cells.

import { paper } from '../output/paper.ts'

/** Milliseconds without scrolling before editors are mounted. */
const pause = 100
/** Pixels around the viewport within which a text is highlighted and a cell has its controls and outputs. */
const nearMargin = 1_200
/** Editors mounted in one frame; each takes 2–12 ms. */
const perFrame = 2

export interface Mountable {
  readonly element: Element
  readonly mounted: boolean
  /** Focused or composing: must keep its editor. */
  readonly held: boolean
  mount(): void
  unmount(): void
}

/** The first of the rows, which lie below one another, that ends below `y`. */
const firstBelow = (rows: HTMLCollection, y: number): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) < y) low = middle + 1
    else high = middle
  }
  return low
}

const isInView = (element: Element): boolean => {
  const { top, bottom, height } = element.getBoundingClientRect()
  return height > 0 && bottom > 0 && top < innerHeight
}

export class Mounting {
  private readonly texts = new Set<Mountable>()
  private readonly isNear = new Map<Element, (near: boolean) => void>()
  private near = new Set<Element>()
  private list: Element | null = null
  private readonly resized: ResizeObserver
  private timer: ReturnType<typeof setTimeout> | null = null
  private looking = 0
  private mountingSome = 0
  private readonly stops: readonly (() => void)[]

  constructor() {
    this.resized = new ResizeObserver(this.lookSoon)
    document.addEventListener('scroll', this.lookSoon, { passive: true, capture: true })
    addEventListener('resize', this.lookSoon)
    this.stops = [paper.onStart(this.showAll), paper.onEnd(this.lookSoon)]
  }

  /** The element whose children are the cells, one below the other. */
  watch(list: Element): void {
    this.list = list
    this.resized.disconnect()
    this.resized.observe(list)
    this.lookSoon()
  }

  addText(text: Mountable): () => void {
    this.texts.add(text)
    this.lookSoon()
    return () => this.texts.delete(text)
  }

  /** Tells `listener` when a cell comes within `nearMargin` of the viewport or leaves it. */
  addNear(cell: Element, listener: (near: boolean) => void): () => void {
    this.isNear.set(cell, listener)
    this.lookSoon()
    return () => {
      this.isNear.delete(cell)
      this.near.delete(cell)
    }
  }

  /** All cells are near, until `look` finds otherwise. */
  readonly showAll = (): void => {
    for (const [cell, listener] of this.isNear) {
      if (!this.near.has(cell)) listener(true)
      this.near.add(cell)
    }
  }

  /** Looks again before the next frame: something moved, came or went. */
  readonly lookSoon = (): void => {
    if (this.looking === 0) this.looking = requestAnimationFrame(() => this.look())
  }

  private look(): void {
    this.looking = 0
    if (this.list === null || paper.isPrinting) return
    const rows = this.list.children
    const near = new Set<Element>()
    for (let i = firstBelow(rows, -nearMargin); i < rows.length; i++) {
      const row = rows[i]
      if (row === undefined || row.getBoundingClientRect().top > innerHeight + nearMargin) break
      near.add(row)
    }
    const before = this.near
    this.near = near
    for (const cell of before) if (!near.has(cell)) this.isNear.get(cell)?.(false)
    for (const cell of near) if (!before.has(cell)) this.isNear.get(cell)?.(true)
    if (this.timer !== null) clearTimeout(this.timer)
    cancelAnimationFrame(this.mountingSome)
    this.timer = setTimeout(() => this.settle(), pause)
  }

  private settle(): void {
    // Far from the viewport nothing is in view, and asking would lay out what the browser has left out.
    const visible = [...this.texts].filter(
      ({ element }) => this.near.has(element.closest('nb-cell') ?? element) && isInView(element),
    )
    for (const text of this.texts) if (text.mounted && !text.held && !visible.includes(text)) text.unmount()
    this.mountSome(visible)
  }

  private mountSome(visible: readonly Mountable[]): void {
    const middle = innerHeight / 2
    const distance = ({ element }: Mountable): number =>
      Math.abs(element.getBoundingClientRect().top - middle)
    const waiting = visible.filter((text) => !text.mounted && this.texts.has(text))
    waiting.sort((a, b) => distance(a) - distance(b))
    for (const text of waiting.slice(0, perFrame)) text.mount()
    if (waiting.length > perFrame)
      this.mountingSome = requestAnimationFrame(() => this.mountSome(waiting.slice(perFrame)))
  }

  destroy(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    cancelAnimationFrame(this.looking)
    cancelAnimationFrame(this.mountingSome)
    this.resized.disconnect()
    for (const stop of this.stops) stop()
    document.removeEventListener('scroll', this.lookSoon, { capture: true })
    removeEventListener('resize', this.lookSoon)
  }
}
