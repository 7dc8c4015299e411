// Which texts have an editor: those in view, mounted once scrolling pauses, and the one being edited. So a thousand
// cells cost a thousand <pre> and a few editors.
//
// The cells in view are found when something scrolled or changed its height. An IntersectionObserver for each cell would
// run every frame: measured at 10 ms per keystroke with 1,000 cells.

import { paper } from '../output/paper.ts'
import type { Bands } from './bands.ts'

/** Milliseconds without scrolling before editors are mounted: longer than between the clicks of a wheel. */
const pause = 200
/** Pixels around the viewport within which a cell is rendered, its text highlighted, with controls and outputs. */
const nearMargin = 1_200
/**
 * The same below the viewport, until the first cells are painted and have their editors: nothing further down delays them.
 * What is above is rendered with them, because its height moves them.
 */
const firstMarginBelow = 100
/** Beyond this it is far: where the browser skips its content anyway, and nothing comes and goes in short scrolling. */
const farMargin = 4 * nearMargin

export interface Mountable {
  readonly element: Element
  readonly mounted: boolean
  /** Focused or composing: must keep its editor. */
  readonly held: boolean
  mount(): void
  unmount(): void
}

/** Milliseconds of a frame for rows outside the window: what is in it never waits. */
const slice = 4

/** Rows that get their controls in one frame. */
const completedAtOnce = 4

/** Near rows are completed once scrolling pauses. */
export type Nearness = 'far' | 'near' | 'complete'

type NearnessListener = (row: Element, nearness: Nearness) => void

const isInView = (element: Element): boolean => {
  const { top, bottom, height } = element.getBoundingClientRect()
  return height > 0 && bottom > 0 && top < innerHeight
}

export class Mounting {
  private readonly texts = new Set<Mountable>()
  /** The near rows. `coming`: their turn is still to come. */
  private near = new Map<Element, 'coming' | 'near' | 'complete'>()
  private marginBelow = firstMarginBelow
  private bands: Bands | null = null
  private onNearness: NearnessListener = () => undefined
  private readonly resized: ResizeObserver
  private timer: ReturnType<typeof setTimeout> | null = null
  private checking = 0
  private scrolledAt = -Infinity
  private mountingSome = 0
  private completingSome = 0
  private readonly stops: readonly (() => void)[]

  constructor() {
    this.resized = new ResizeObserver(this.checkSoon)
    document.addEventListener('scroll', this.onScroll, { passive: true, capture: true })
    addEventListener('resize', this.checkSoon)
    this.stops = [paper.onStart(this.showAll), paper.onEnd(this.checkSoon)]
  }

  /** `onNearness` is called for rows that come near, are completed or are far again. */
  watch(bands: Bands, onNearness: NearnessListener): void {
    this.bands = bands
    this.onNearness = onNearness
    this.near = new Map()
    this.resized.disconnect()
    this.resized.observe(bands.host)
    this.checkSoon()
  }

  addText(text: Mountable): () => void {
    this.texts.add(text)
    if (this.isNearText(text)) this.settleSoon()
    return () => this.texts.delete(text)
  }

  /** All cells are near, until `check` finds otherwise. */
  readonly showAll = (): void => {
    for (const row of this.bands?.rows ?? []) if (!this.near.has(row)) this.near.set(row, 'coming')
    this.showComing(Infinity)
  }

  /** Checks again before the next frame, after a move, an addition or a removal. */
  readonly checkSoon = (): void => {
    if (this.checking === 0)
      this.checking = requestAnimationFrame(() => {
        this.check()
        this.showComing(slice)
        if (performance.now() - this.scrolledAt > pause) this.completeSome()
      })
  }

  /** What waits for a pause waits for the next one. */
  private readonly onScroll = (): void => {
    this.scrolledAt = performance.now()
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    cancelAnimationFrame(this.mountingSome)
    cancelAnimationFrame(this.completingSome)
    this.checkSoon()
  }

  /** What is rendered there only then would push it away, so it is scrolled to again before the next painting. */
  bringIntoView(element: Element, block: 'nearest' | 'center'): void {
    const scroll = (): void => element.scrollIntoView({ block })
    scroll()
    this.check()
    this.showComing(Infinity)
    requestAnimationFrame(scroll)
  }

  private check(): void {
    cancelAnimationFrame(this.checking)
    this.checking = 0
    // In a hidden tab everything would seem to be at the top.
    const { bands } = this
    if (bands === null || paper.isPrinting || bands.host.getClientRects().length === 0) return
    const near: typeof this.near = new Map()
    const before = this.near
    for (const band of bands.elements) {
      const isNear = !band.hidden && this.isWithin(band, nearMargin, this.marginBelow)
      const isFar = !isNear && !this.isWithin(band, farMargin, farMargin)
      // Laid out before its rows change their height: the browser keeps in place only what is.
      if (isNear) band.dataset['near'] = ''
      else if (isFar) delete band.dataset['near']
      if (!isFar)
        for (const row of band.children)
          if (before.has(row) || (isNear && this.isWithin(row, nearMargin, this.marginBelow)))
            near.set(row, before.get(row) ?? 'coming')
    }
    this.near = near
    for (const [row, stage] of before) if (!near.has(row) && stage !== 'coming') this.onNearness(row, 'far')
    this.settleSoon()
  }

  /** In the order of the page; those in view are measured before anything changes. */
  private rowsAt(stage: 'coming' | 'near'): { readonly inView: Element[]; readonly others: Element[] } {
    const rows = [...this.near].flatMap(([row, at]) => (at === stage ? [row] : []))
    const inView = rows.filter(isInView)
    return { inView, others: rows.filter((row) => !inView.includes(row)) }
  }

  private advance(row: Element, stage: 'near' | 'complete'): void {
    this.near.set(row, stage)
    this.onNearness(row, stage)
  }

  /** For about so many milliseconds; rows in the window at once. */
  private showComing(milliseconds: number): void {
    const { inView, others } = this.rowsAt('coming')
    for (const row of inView) this.advance(row, 'near')
    const end = performance.now() + milliseconds
    for (const row of others) {
      if (performance.now() > end) return this.checkSoon()
      this.advance(row, 'near')
    }
  }

  private isWithin(element: Element, above: number, below: number): boolean {
    const { top, bottom } = element.getBoundingClientRect()
    return bottom >= -above && top <= innerHeight + below
  }

  private isNearText({ element }: Mountable): boolean {
    return this.near.has(element.closest('nb-cell') ?? element)
  }

  private settleSoon(): void {
    // Nobody scrolls before the first cells are there.
    this.timer ??= setTimeout(() => this.settle(), this.marginBelow === firstMarginBelow ? 0 : pause)
  }

  private settle(): void {
    this.timer = null
    // Skips texts far from the viewport: measuring them would force the layout the browser skipped.
    const visible = [...this.texts].filter((text) => this.isNearText(text) && isInView(text.element))
    for (const text of this.texts) if (text.mounted && !text.held && !visible.includes(text)) text.unmount()
    this.mountSome(visible)
    this.completeSome()
  }

  private completeSome(): void {
    cancelAnimationFrame(this.completingSome)
    const { inView, others } = this.rowsAt('near')
    for (const row of (inView.length > 0 ? inView : others).slice(0, completedAtOnce))
      this.advance(row, 'complete')
    if (inView.length + others.length > 0)
      this.completingSome = requestAnimationFrame(() => this.completeSome())
  }

  private mountSome(visible: readonly Mountable[]): void {
    cancelAnimationFrame(this.mountingSome)
    const middle = innerHeight / 2
    const distance = ({ element }: Mountable): number =>
      Math.abs(element.getBoundingClientRect().top - middle)
    const waiting = visible.filter((text) => !text.mounted && this.texts.has(text))
    waiting.sort((a, b) => distance(a) - distance(b))
    // One in each frame: mounting takes 2–12 ms, and a page that is scrolled meanwhile stops it.
    waiting.shift()?.mount()
    if (waiting.length > 0) this.mountingSome = requestAnimationFrame(() => this.mountSome(waiting))
    else if (this.marginBelow !== nearMargin) {
      this.marginBelow = nearMargin
      this.checkSoon()
    }
  }

  destroy(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    cancelAnimationFrame(this.checking)
    cancelAnimationFrame(this.mountingSome)
    cancelAnimationFrame(this.completingSome)
    this.resized.disconnect()
    for (const stop of this.stops) stop()
    document.removeEventListener('scroll', this.onScroll, { capture: true })
    removeEventListener('resize', this.checkSoon)
  }
}
