// Carets and selections of others, as offsets into their texts. Awareness carries Yjs relative positions; they are
// resolved here once, for mounted editors and static sources alike.
import * as Y from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import { cellAround } from '../../shared/notebook/document/read.ts'
import type { Cursor } from '../../shared/presence.ts'
import { Emitter } from '../../shared/emitter.ts'
import { KeyedEmitter } from '../../shared/keyed-emitter.ts'
import type { PresenceRoom } from '../document/presence.ts'

export interface Caret {
  readonly client: number
  readonly name: string
  /** `#rrggbb`, checked. */
  readonly color: string
  /** UTF-16 offsets into the text. */
  readonly anchor: number
  readonly head: number
}

const sameCarets = (a: readonly Caret[], b: readonly Caret[]): boolean =>
  JSON.stringify(a) === JSON.stringify(b)

/** A peer can send any JSON as a position; what does not resolve is ignored. */
const resolve = (doc: Y.Doc, position: object): Y.AbsolutePosition | null => {
  try {
    return Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(position), doc)
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}

export class Carets {
  private byText = new Map<unknown, Caret[]>()
  private readonly changed = new KeyedEmitter<unknown, [readonly Caret[]]>()
  /** Of the carets in one text. */
  readonly on: (text: Y.Text, listener: (carets: readonly Caret[]) => void) => () => void = this.changed.on
  private readonly arrived = new Emitter<[CellId]>()
  /** The first caret came into a text of this cell. */
  readonly onArrival = this.arrived.on
  private readonly stops: (() => void)[]
  private refreshing = false

  constructor(
    private readonly doc: Y.Doc,
    observer: CellObserver,
    private readonly presence: PresenceRoom,
  ) {
    this.stops = [
      presence.onMove(() => this.refreshSoon()),
      // An edit before a caret moves it; only cells with a caret are checked.
      observer.onAnyCell(() => {
        if (this.byText.size > 0) this.refreshSoon()
      }),
    ]
    this.refreshSoon()
  }

  in(text: Y.Text): readonly Caret[] {
    return this.byText.get(text) ?? []
  }

  /** Publishes this page's selection in `text`. */
  publish(text: Y.Text, anchor: number, head: number): void {
    const at = (index: number): object =>
      Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index)) as object
    const cursor: Cursor = { anchor: at(anchor), head: at(head) }
    if (JSON.stringify(cursor) !== JSON.stringify(this.presence.cursor)) this.presence.setCursor(cursor)
  }

  /** Removes this person's caret if it is in `text`: another editor may have set it since. */
  withdraw(text: Y.Text): void {
    const { cursor } = this.presence
    if (cursor !== null && resolve(this.doc, cursor.anchor)?.type === text) this.presence.setCursor(null)
  }

  cellOf(cursor: Cursor): CellId | null {
    const position = resolve(this.doc, cursor.head)
    return position === null ? null : cellAround(this.doc, position.type)
  }

  /**
   * Once per turn and never synchronously: the change may be an editor's own typing, and an editor that is dispatched
   * to meanwhile throws and loses sync with its text.
   */
  private refreshSoon(): void {
    if (this.refreshing) return
    this.refreshing = true
    queueMicrotask(() => {
      this.refreshing = false
      this.refresh()
    })
  }

  private refresh(): void {
    const byText = new Map<unknown, Caret[]>()
    const arrivals = new Set<CellId | null>()
    for (const { self, client, name, color, cursor } of this.presence.people()) {
      if (self || cursor === null) continue
      const [anchor, head] = [resolve(this.doc, cursor.anchor), resolve(this.doc, cursor.head)]
      if (anchor === null || head === null || anchor.type !== head.type) continue
      if (!this.byText.has(head.type)) arrivals.add(cellAround(this.doc, head.type))
      const carets = byText.get(head.type) ?? []
      carets.push({ client, name, color, anchor: anchor.index, head: head.index })
      byText.set(head.type, carets)
    }
    const before = this.byText
    this.byText = byText
    for (const cell of arrivals) if (cell !== null) this.arrived.emit(cell)
    for (const text of new Set([...before.keys(), ...byText.keys()])) {
      const now = byText.get(text) ?? []
      if (!sameCarets(before.get(text) ?? [], now)) this.changed.emit(text, now)
    }
  }

  destroy(): void {
    for (const stop of this.stops) stop()
  }
}
