// Keeps the scroll position for each entry of the browser's history, so that going back or reloading restores it. Cells
// are added and grow after the page has opened, so the position is that of the cell at the top, held until the layout
// is stable or the person acts.
import { uuidv4 } from 'lib0/random'
import { rowsBelow } from '../editor/bands.ts'
import { paneOf } from '../notebooks/pane.ts'
import { placeOf } from './headings.ts'
import { isRecord } from '../../shared/record.ts'

interface ScrollAnchor {
  /** The first visible cell and the top of it; null without cells. */
  readonly cell: string | null
  readonly top: number
  readonly y: number
}

const key = 'llm-notebook.scroll'
/** CSS pixels below the header. */
const covered = 84

const activePane = () => paneOf(document.querySelector('nb-page[data-active] > main'))
/** Of the window, the header is a part. */
const edgeOf = ({ top }: { readonly top: number }): number => (top === 0 ? covered : top)
/** Frames without movement, and milliseconds after which waiting ends. */
const still = 30
const maxWait = 20_000
const remembered = 100
/** Events by which a person takes over. */
const takeoverEvents = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

const isScrollAnchor = (value: unknown): value is ScrollAnchor =>
  isRecord(value) && 'cell' in value && 'top' in value && 'y' in value

const stored = (): Map<string, ScrollAnchor> => {
  try {
    const entries: unknown = JSON.parse(sessionStorage.getItem(key) ?? '[]')
    const anchors = new Map<string, ScrollAnchor>()
    if (Array.isArray(entries))
      for (const [id, anchor] of entries as [unknown, unknown][])
        if (typeof id === 'string' && isScrollAnchor(anchor)) anchors.set(id, anchor)
    return anchors
  } catch (error) {
    if (error instanceof DOMException || error instanceof SyntaxError || error instanceof TypeError)
      return new Map()
    throw error
  }
}

const idOf = (state: unknown): string | null =>
  isRecord(state) && typeof state['id'] === 'string' ? state['id'] : null

export class ScrollPosition {
  private readonly anchors = stored()
  private id = ''
  private holding: (() => void) | null = null

  constructor() {
    history.scrollRestoration = 'manual'
    this.arrive()
    addEventListener('pagehide', this.store)
    document.addEventListener('visibilitychange', this.store)
  }

  /** Goes to another URL of this page. */
  push(url: string): void {
    this.note()
    history.pushState({ id: uuidv4() }, '', url)
    this.arrive()
  }

  /** Changes the URL of the present entry. */
  rename(url: string): void {
    history.replaceState({ id: this.id }, '', url)
  }

  /** The browser went back or forward; the page still shows the previous entry. */
  follow(): void {
    this.note()
    this.arrive()
  }

  private arrive(): void {
    const id = idOf(history.state)
    this.id = id ?? uuidv4()
    if (id === null) history.replaceState({ id: this.id }, '')
    this.hold(this.anchors.get(this.id) ?? null, location.hash)
  }

  private note(): void {
    if (this.holding !== null) return
    const pane = activePane()
    const bands = document.querySelectorAll('nb-page[data-active] .nb-band')
    let [cell, top]: [string | null, number] = [null, 0]
    for (const row of rowsBelow(bands, edgeOf(pane))) {
      cell = row.getAttribute('data-cell-id')
      if (cell === null) continue
      top = row.getBoundingClientRect().top
      break
    }
    this.anchors.set(this.id, { cell, top, y: pane.scroller.scrollTop })
  }

  private readonly store = (): void => {
    this.note()
    try {
      sessionStorage.setItem(key, JSON.stringify([...this.anchors].slice(-remembered)))
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
    }
  }

  private hold(anchor: ScrollAnchor | null, hash: string): void {
    this.holding?.()
    if (anchor === null && hash === '') return activePane().scroller.scrollTo(0, 0)
    const began = performance.now()
    let [quiet, frame] = [0, 0]
    const stop = (): void => {
      cancelAnimationFrame(frame)
      for (const type of takeoverEvents) removeEventListener(type, stop, { capture: true })
      this.holding = null
    }
    const check = (): void => {
      const by = anchor === null ? byPlace(hash) : byAnchor(anchor)
      const { scroller } = activePane()
      const before = scroller.scrollTop
      if (by !== null) scroller.scrollBy(0, by)
      quiet = by !== null && scroller.scrollTop === before ? quiet + 1 : 0
      if (quiet > still || performance.now() - began > maxWait) stop()
      else frame = requestAnimationFrame(check)
    }
    for (const type of takeoverEvents) addEventListener(type, stop, { capture: true, passive: true })
    this.holding = stop
    check()
  }
}

/** Pixels to scroll; null while unknown. */
const byPlace = (hash: string): number | null => {
  const place = placeOf(hash)
  return place === null ? null : place.getBoundingClientRect().top - edgeOf(paneOf(place))
}

const byAnchor = ({ cell, top, y }: ScrollAnchor): number | null => {
  if (cell === null) {
    const { scroller } = activePane()
    return scroller.scrollHeight - scroller.clientHeight < y ? null : y - scroller.scrollTop
  }
  const element = document.querySelector(
    `nb-page[data-active] nb-notebook nb-cell[data-cell-id="${CSS.escape(cell)}"]`,
  )
  return element === null ? null : element.getBoundingClientRect().top - top
}
