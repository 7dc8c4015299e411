// Keeps an editor and its Y.Text in sync, as y-codemirror.next does, except that during a composition (IME, mobile
// keyboard) remote changes are held back until it ends. If the editor changes around the composed text, browsers lose
// it or commit it twice. The composed text goes into the Y.Text meanwhile.
import { Annotation, ChangeSet, type Extension, type Text } from '@codemirror/state'
import { ViewPlugin, type EditorView, type PluginValue, type ViewUpdate } from '@codemirror/view'
import { yCollab, ySync, ySyncAnnotation, YSyncConfig, ySyncFacet } from 'y-codemirror.next'
import type * as Y from 'yjs'
import { carryOrigin } from '../../shared/notebook/document/carry.ts'

/** Milliseconds between checks whether a composition has ended, and after its end before held changes are shown. */
const checkInterval = 50

/** Marks the transaction that shows the held changes: editor and text positions agree again. */
export const released = Annotation.define<true>()

/** Marks what other pages changed. */
export const fromOthers = Annotation.define<true>()

/** What was composed when others took its place away: it went with the text around it. */
export const takenComposition = Annotation.define<{ readonly at: number; readonly text: string }>()

interface TextRange {
  readonly from: number
  readonly to: number
}

/** Editor and text positions differ while changes are held back. */
export class HeldConfig extends YSyncConfig {
  /** From the editor's document to the text. */
  held: ChangeSet | null = null

  toText(position: number): number {
    return this.held?.mapPos(position, -1) ?? position
  }

  toEditor(index: number): number {
    return this.held?.invertedDesc.mapPos(index, -1) ?? index
  }

  override toYPos(position: number, assoc?: number): Y.RelativePosition {
    return super.toYPos(this.toText(position), assoc)
  }

  override fromYPos(position: Y.RelativePosition | object): { pos: number; assoc: number } {
    const { pos, assoc } = super.fromYPos(position)
    return { pos: this.toEditor(pos), assoc }
  }
}

/** Remote changes of the text. */
const changesOf = ({ delta }: Y.YTextEvent, length: number): ChangeSet => {
  const changes: { from: number; to?: number; insert?: string }[] = []
  let at = 0
  for (const { insert, delete: removed, retain } of delta) {
    if (typeof insert === 'string') changes.push({ from: at, insert })
    else if (removed !== undefined) {
      changes.push({ from: at, to: at + removed })
      at += removed
    } else at += retain ?? 0
  }
  return ChangeSet.of(changes, length)
}

/** The smallest range that contains all changes, before and after them. */
const span = (changes: ChangeSet): { readonly before: TextRange; readonly after: TextRange } => {
  const [before, after] = [
    { from: Infinity, to: 0 },
    { from: Infinity, to: 0 },
  ]
  changes.iterChanges((fromA, toA, fromB, toB) => {
    before.from = Math.min(before.from, fromA)
    before.to = toA
    after.from = Math.min(after.from, fromB)
    after.to = toB
  })
  return { before, after }
}

const insertsWithin = (changes: ChangeSet, { from, to }: TextRange): boolean => {
  let found = false
  changes.iterChanges((at, _to, _from, _end, inserted) => {
    if (inserted.length > 0 && at > from && at < to) found = true
  })
  return found
}

const removes = (changes: ChangeSet, { from, to }: TextRange): boolean => {
  let found = false
  changes.iterChangedRanges((start, end) => {
    if (start <= from && end >= to) found = true
  })
  return found
}

class HoldingSync implements PluginValue {
  private readonly config: HeldConfig
  private readonly text: Y.Text
  /** The composed range in the editor's document. */
  private composed: TextRange | null = null
  /** What was composed when a held change took all of it. */
  private taken: string | null = null
  private timer: ReturnType<typeof setTimeout> | null = null

  constructor(private readonly view: EditorView) {
    const config = view.state.facet(ySyncFacet)
    if (!(config instanceof HeldConfig)) throw new Error('the editor was put together without its text')
    this.config = config
    this.text = config.ytext
    this.text.observe(this.onText)
  }

  private get composing(): boolean {
    return this.view.composing || this.view.compositionStarted
  }

  private readonly onText = (event: Y.YTextEvent, { origin, local }: Y.Transaction): void => {
    if (origin === this.config) return
    const { held } = this.config
    const changes = changesOf(event, held?.newLength ?? this.view.state.doc.length)
    if (held === null && this.timer === null && !this.composing)
      return this.show(changes, origin, ...(local ? [] : [fromOthers.of(true)]))
    const { composed } = this
    if (composed !== null) {
      const from = held?.mapPos(composed.from, 1) ?? composed.from
      const to = held?.mapPos(composed.to, -1) ?? composed.to
      if (from < to && removes(changes, { from, to }))
        this.taken = this.view.state.sliceDoc(composed.from, composed.to)
    }
    this.config.held = held?.compose(changes) ?? changes
    this.watch()
  }

  private show(changes: ChangeSet, origin: unknown, ...also: Annotation<unknown>[]): void {
    const { main } = this.view.state.selection
    // The caret stays behind what its own person typed.
    const isCarried = origin === carryOrigin && main.empty
    const selection = isCarried ? { selection: { anchor: changes.mapPos(main.head, 1) } } : {}
    this.view.dispatch({ changes, ...selection, annotations: [ySyncAnnotation.of(this.config), ...also] })
  }

  /** Until no composition is seen twice in a row: the last change arrives just after its end. */
  private watch(): void {
    this.timer ??= setTimeout(() => {
      const ended = !this.composing
      this.timer = setTimeout(() => {
        this.timer = null
        if (ended && !this.composing) this.release()
        else this.watch()
      }, checkInterval)
    }, checkInterval)
  }

  private release(): void {
    const { composed, taken } = this
    this.composed = this.taken = null
    if (this.config.held !== null && composed !== null && insertsWithin(this.config.held, composed)) {
      // Somebody wrote into the middle of the composed word: their text goes after it.
      const { doc } = this.view.state
      this.write(ChangeSet.of({ ...composed, insert: doc.slice(composed.from, composed.to) }, doc.length))
    }
    const { held } = this.config
    this.config.held = null
    if (held === null) return
    const isLeft = composed !== null && held.touchesRange(composed.from, composed.to) !== 'cover'
    const gone = taken === null || !isLeft ? [] : [takenComposition.of({ at: composed.from, text: taken })]
    this.show(held, null, released.of(true), fromOthers.of(true), ...gone)
  }

  update(update: ViewUpdate): void {
    if (!update.docChanged || update.transactions[0]?.annotation(ySyncAnnotation) === this.config) return
    const before = this.composed
    if (this.composing) this.grow(update.changes)
    else if (this.timer === null) this.composed = null
    const { held } = this.config
    this.write(
      held === null ? update.changes : this.whole(update.changes, before, update.startState.doc.length),
    )
    // Until the end was seen and the last change has arrived.
    if (this.composing) this.watch()
  }

  private grow(changes: ChangeSet): void {
    const { after } = span(changes)
    const before = this.composed
    this.composed =
      before === null
        ? after
        : {
            from: Math.min(changes.mapPos(before.from, -1), after.from),
            to: Math.max(changes.mapPos(before.to, 1), after.to),
          }
  }

  /** Widens a change of the composed text to all of it, so that its parts stay together. */
  private whole(changes: ChangeSet, composed: TextRange | null, length: number): ChangeSet {
    const changed = span(changes).before
    if (composed === null) return changes
    if (changed.from < composed.from || changed.to > composed.to) return changes
    const insert: Text = this.view.state.doc.slice(
      changes.mapPos(composed.from, -1),
      changes.mapPos(composed.to, 1),
    )
    return ChangeSet.of({ ...composed, insert }, length)
  }

  /** Writes into the text, past the held changes; local text goes before held text at the same position. */
  private write(changes: ChangeSet): void {
    const { held } = this.config
    const moved = held === null ? changes : changes.map(held, true)
    this.config.held = held?.map(changes) ?? null
    this.text.doc?.transact(() => {
      let shift = 0
      moved.iterChanges((from, to, _from, _to, inserted) => {
        if (from !== to) this.text.delete(from + shift, to - from)
        const insert = inserted.sliceString(0, inserted.length, '\n')
        if (insert !== '') this.text.insert(from + shift, insert)
        shift += insert.length - (to - from)
      })
    }, this.config)
  }

  destroy(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.text.unobserve(this.onText)
  }
}

const holdingSync = ViewPlugin.fromClass(HoldingSync)

/** The library's extensions with sync and positions replaced. */
export const textSync = (text: Y.Text, undoManager: Y.UndoManager): Extension => {
  const parts = yCollab(text, null, { undoManager })
  if (!Array.isArray(parts)) throw new Error('yCollab is no list of extensions')
  return [ySyncFacet.of(new HeldConfig(text, null)), ...parts.slice(1)].map((part) =>
    part === ySync ? holdingSync : (part as Extension),
  )
}
