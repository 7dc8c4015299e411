// One undo history per page, for this person's own edits: typing (the editor bindings register themselves as tracked
// origins) and structural commands; never runs, replies, files or imports.
import * as Y from 'yjs'
import { sourceDigest } from '../digest.ts'
import { copiesIn, copiesOf, readCopy, type Copy } from './copies.ts'
import { cellMap, cellsOf } from './layout.ts'
import { cellId, type CellId } from '../notebook.ts'
import { trackedOrigin, type Origin } from './origin.ts'
import { cellAround, readSource } from './read.ts'
import { afterRedo, afterUndo } from './undone-copies.ts'
import { isRecord } from '../../record.ts'

const cellKey = 'cell'

/** Cells that the step created or restored, with the digest of the source each had while deleted. */
const revealedKey = 'brought'

type Revealed = Map<CellId, string>

/** Which text the step copied, by the key of the record. */
const copiesKey = 'copies'

/** The step did more than reveal one cell. */
const compositeKey = 'several'

type StackItem = Y.UndoManager['undoStack'][number]

interface StackEvent {
  readonly stackItem: StackItem
  readonly changedParentTypes: ReadonlyMap<
    Y.AbstractType<unknown>,
    readonly Y.YEvent<Y.AbstractType<unknown>>[]
  >
}

export interface Position {
  readonly cell: CellId
  /** An offset into its source, in UTF-16 units; null if something else was changed. */
  readonly at: number | null
}

export class Undo {
  readonly manager: Y.UndoManager
  private lastCell: CellId | null = null
  /** Where the last undo or redo changed a text. */
  place: Position | null = null

  constructor(private readonly doc: Y.Doc) {
    cellsOf(doc).observeDeep(this.findPlace)
    this.manager = new Y.UndoManager([cellsOf(doc), copiesOf(doc)], {
      trackedOrigins: new Set<unknown>([trackedOrigin]),
      ignoreRemoteMapChanges: false,
    })
    // Records the cell a step changed, so that undoing can go there.
    this.manager.on('stack-item-added', (event: unknown) => this.note(event as StackEvent))
    this.manager.on('stack-item-updated', (event: unknown) => {
      const { stackItem } = event as StackEvent
      stackItem.meta.set(compositeKey, true)
      this.note(event as StackEvent)
    })
    this.manager.on('stack-item-popped', (event: unknown) => {
      const id = (event as StackEvent).stackItem.meta.get(cellKey)
      this.lastCell = typeof id === 'string' ? cellId(id) : null
    })
  }

  private readonly findPlace = (
    events: readonly Y.YEvent<Y.AbstractType<unknown>>[],
    { origin }: Y.Transaction,
  ): void => {
    if (origin === this.manager) this.place = placeOf(this.doc, events)
  }

  private note({ stackItem, changedParentTypes }: StackEvent): void {
    const revealed = revealedBy(stackItem)
    const changes = new Set([...changedParentTypes.values()].flat())
    if (changes.size > 1) stackItem.meta.set(compositeKey, true)
    const copies = copiesOfStep(stackItem)
    for (const [type, events] of changedParentTypes) {
      for (const { target, changes } of events)
        for (const [key, { action, oldValue }] of target === copiesOf(this.doc) ? changes.keys : [])
          for (const copy of readCopy(action === 'delete' ? oldValue : copiesOf(this.doc).get(key)))
            copies.set(key, copy)
      const id = cellAround(this.doc, type)
      if (id === null) continue
      stackItem.meta.set(cellKey, id)
      const digest = digestBefore(events, cellMap(this.doc, id))
      if (digest !== null) revealed.set(id, digest)
    }
    stackItem.meta.set(revealedKey, revealed)
    stackItem.meta.set(copiesKey, copies)
  }

  /** Runs a structural command, of one operation or several, as its own undo step. */
  step<T>(action: () => T): T {
    this.manager.stopCapturing()
    const before = this.manager.undoStack.at(-1)
    try {
      return action()
    } finally {
      this.manager.stopCapturing()
      const step = this.manager.undoStack.at(-1)
      if (step !== undefined && step !== before) this.settle(step)
    }
  }

  /** A step that revealed cells may have changed their sources itself: that is no edit by others. */
  private settle(step: StackItem): void {
    if (!step.meta.has(compositeKey)) return
    const revealed = revealedBy(step)
    for (const id of revealed.keys()) {
      const cell = cellMap(this.doc, id)
      if (cell !== undefined) revealed.set(id, sourceDigest(readSource(cell)))
    }
  }

  /** The caret moved to another cell or a run began: further typing is a new step. */
  boundary(): void {
    this.manager.stopCapturing()
  }

  get canUndo(): boolean {
    return this.manager.canUndo()
  }

  get canRedo(): boolean {
    return this.manager.canRedo()
  }

  undo(): CellId | null {
    return this.go(this.manager.undoStack, () => this.manager.undo())
  }

  redo(): CellId | null {
    return this.go(this.manager.redoStack, () => this.manager.redo())
  }

  /** Yjs skips steps without effect; here each step is checked before it is undone. */
  private go(steps: StackItem[], action: () => unknown): CellId | null {
    this.place = null
    for (let last = steps.pop(); last !== undefined; last = steps.pop()) {
      const kept = this.undoKeepingOthers(last)
      if (kept !== null) return kept
      const earlier = steps.splice(0)
      steps.push(last)
      this.lastCell = null
      const began = Y.getState(this.doc.store, this.doc.clientID)
      try {
        if (action() === null) continue
        const copies = copiesOfStep(last)
        const isRedone = [...copies.keys()].some((key) => copiesOf(this.doc).has(key))
        if (isRedone) afterRedo(this.doc, [...copies.values()])
        else afterUndo(this.doc, [...copies.values()], began)
        return this.lastCell
      } finally {
        steps.unshift(...earlier)
      }
    }
    return null
  }

  /**
   * Undoing an insert (or redoing a deletion) deletes the cell again. If the source was changed since, the cell stays,
   * because it has text of others; that of a split or merge is carried. Any other parts of the step are undone: Yjs
   * keeps values that somebody else has set since.
   */
  private undoKeepingOthers(step: StackItem): CellId | null {
    const copied = new Set(
      [...copiesOfStep(step).values()]
        .filter((copy) => copiesIn(copy).length > 0)
        .map(({ reach, from, to }) => (reach === 'behind' ? to : from)),
    )
    const kept = [...revealedBy(step)].flatMap(([id, digest]) => {
      const cell = cellMap(this.doc, id)
      return cell === undefined || copied.has(id) || digest === sourceDigest(readSource(cell))
        ? []
        : [{ id, cell }]
    })
    if (!step.meta.has(compositeKey)) return kept[0]?.id ?? null
    const setup: Origin = 'setup'
    this.doc.transact(() => {
      for (const { cell } of kept) if (cell.get('deleted') === null) cell.set('deleted', null)
    }, setup)
    return null
  }

  destroy(): void {
    cellsOf(this.doc).unobserveDeep(this.findPlace)
    this.manager.destroy()
  }
}

const revealedBy = (step: StackItem): Revealed =>
  (step.meta.get(revealedKey) as Revealed | undefined) ?? new Map<CellId, string>()

const copiesOfStep = (step: StackItem): Map<string, Copy> =>
  (step.meta.get(copiesKey) as Map<string, Copy> | undefined) ?? new Map<string, Copy>()

/** The digest of the source with which the cell was deleted, if these events restore it. */
const digestBefore = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[], cell: unknown): string | null => {
  for (const { target, changes } of events) {
    if (target !== cell) continue
    const before: unknown = changes.keys.get('deleted')?.oldValue
    if (isRecord(before) && 'digest' in before) return String(before['digest'])
  }
  return null
}

/** After the last change in a source. */
const placeOf = (doc: Y.Doc, events: readonly Y.YEvent<Y.AbstractType<unknown>>[]): Position | null => {
  let place: Position | null = null
  for (const { target, delta } of events) {
    const cell = cellAround(doc, target)
    if (cell === null) continue
    if (cellMap(doc, cell)?.get('source') !== target) {
      place ??= { cell, at: null }
      continue
    }
    let [index, at] = [0, 0]
    for (const { retain = 0, insert, delete: removed = 0 } of delta) {
      index += retain + (typeof insert === 'string' ? insert.length : 0)
      if (insert !== undefined || removed > 0) at = index
    }
    place = { cell, at }
  }
  return place
}
