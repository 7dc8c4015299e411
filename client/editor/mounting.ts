// Which texts have an editor: those in view, mounted once scrolling pauses, and the one being edited. So a thousand
// cells cost a thousand <pre> and a few editors.
//
// The cells in view are found by binary search when something scrolled or changed its height. An IntersectionObserver
// for each cell would run every frame: measured at 10 ms per keystroke with 1,000 cells.

import { paper } from '../output/paper.ts'

/** Milliseconds without scrolling before editors are mounted. */
const pause = 100
/** Pixels around the viewport within which a text is highlighted and a cell has controls and outputs. */
const nearMargin = 1_200
/** Editors mounted per frame; each takes 2–12 ms. */
const perFrame = 2

export interface Mountable {
  readonly element: Element
  readonly mounted: boolean
  /** Focused or composing: must keep its editor. */
  readonly held: boolean
  mount(): void
  unmount(): void
}

/** The first row that ends below `y`; rows do not overlap. */
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
  private checking = 0
  private mountingSome = 0
  private readonly stops: readonly (() => void)[]

  constructor() {
    this.resized = new ResizeObserver(this.checkSoon)
    document.addEventListener('scroll', this.checkSoon, { passive: true, capture: true })
    addEventListener('resize', this.checkSoon)
    this.stops = [paper.onStart(this.showAll), paper.onEnd(this.checkSoon)]
  }

  /** The element whose children are the cells, one below the other. */
  watch(list: Element): void {
    this.list = list
    this.resized.disconnect()
    this.resized.observe(list)
    this.checkSoon()
  }

  addText(text: Mountable): () => void {
    this.texts.add(text)
    if (this.isNearText(text)) this.settleSoon()
    return () => this.texts.delete(text)
  }

  /** Calls `listener` when a cell comes within `nearMargin` of the viewport or leaves it. */
  addNear(cell: Element, listener: (near: boolean) => void): () => void {
    this.isNear.set(cell, listener)
    this.checkSoon()
    return () => {
      this.isNear.delete(cell)
      this.near.delete(cell)
    }
  }

  /** All cells are near, until `check` finds otherwise. */
  readonly showAll = (): void => {
    for (const [cell, listener] of this.isNear) {
      if (!this.near.has(cell)) listener(true)
      this.near.add(cell)
    }
  }

  /** Checks again before the next frame, after a move, an addition or a removal. */
  readonly checkSoon = (): void => {
    if (this.checking === 0) this.checking = requestAnimationFrame(() => this.check())
  }

  private check(): void {
    this.checking = 0
    // In a hidden tab everything would seem to be at the top.
    if (this.list === null || paper.isPrinting || this.list.getClientRects().length === 0) return
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
    this.timer = null
    cancelAnimationFrame(this.mountingSome)
    this.settleSoon()
  }

  private isNearText({ element }: Mountable): boolean {
    return this.near.has(element.closest('nb-cell') ?? element)
  }

  private settleSoon(): void {
    this.timer ??= setTimeout(() => this.settle(), pause)
  }

  private settle(): void {
    this.timer = null
    // Skips texts far from the viewport: measuring them would force the layout the browser skipped.
    const visible = [...this.texts].filter((text) => this.isNearText(text) && isInView(text.element))
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
    cancelAnimationFrame(this.checking)
    cancelAnimationFrame(this.mountingSome)
    this.resized.disconnect()
    for (const stop of this.stops) stop()
    document.removeEventListener('scroll', this.checkSoon, { capture: true })
    removeEventListener('resize', this.checkSoon)
  }
}
