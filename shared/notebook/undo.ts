// One undo history a page, over this person's own acts: typing (the editor bindings register themselves as tracked
// origins) and structural commands. Runs, replies, files and imports are never part of it.
import * as Y from 'yjs'
import { sourceDigest } from './digest.ts'
import { cellMap, cellsOf } from './layout.ts'
import { cellId, type CellId } from './notebook.ts'
import { trackedOrigin } from './origin.ts'
import { cellAround, readSource } from './read.ts'

const cellKey = 'cell'

/** A cell that the step brought (back) and the digest of the source it had while it was deleted. */
const broughtKey = 'brought'

interface Brought {
  readonly id: CellId
  readonly digest: string
}

type StackItem = Y.UndoManager['undoStack'][number]

interface StackEvent {
  readonly stackItem: StackItem
  readonly changedParentTypes: ReadonlyMap<
    Y.AbstractType<unknown>,
    readonly Y.YEvent<Y.AbstractType<unknown>>[]
  >
}

export class Undo {
  readonly manager: Y.UndoManager
  private readonly doc: Y.Doc
  private lastCell: CellId | null = null

  constructor(doc: Y.Doc) {
    this.doc = doc
    this.manager = new Y.UndoManager(cellsOf(doc), {
      trackedOrigins: new Set<unknown>([trackedOrigin]),
      ignoreRemoteMapChanges: false,
    })
    // Which cell a step changed, so that undoing it can go there.
    this.manager.on('stack-item-added', (event: unknown) => {
      const { stackItem, changedParentTypes } = event as StackEvent
      for (const [type, events] of changedParentTypes) {
        const id = cellAround(this.doc, type)
        if (id === null) continue
        stackItem.meta.set(cellKey, id)
        const digest = digestBefore(events, cellMap(this.doc, id))
        if (digest !== null) stackItem.meta.set(broughtKey, { id, digest } satisfies Brought)
      }
    })
    this.manager.on('stack-item-popped', (event: unknown) => {
      const id = (event as StackEvent).stackItem.meta.get(cellKey)
      this.lastCell = typeof id === 'string' ? cellId(id) : null
    })
  }

  /** Carries out a structural command as an undo step of its own. */
  step<T>(action: () => T): T {
    this.manager.stopCapturing()
    try {
      return action()
    } finally {
      this.manager.stopCapturing()
    }
  }

  /** The caret moved to another cell or a run began: what is typed from now on is another step. */
  boundary(): void {
    this.manager.stopCapturing()
  }

  get canUndo(): boolean {
    return this.manager.canUndo()
  }

  get canRedo(): boolean {
    return this.manager.canRedo()
  }

  /** Returns the cell that was changed, or null. */
  undo(): CellId | null {
    return this.go(this.manager.undoStack, () => this.manager.undo())
  }

  redo(): CellId | null {
    return this.go(this.manager.redoStack, () => this.manager.redo())
  }

  /** Yjs passes over steps that have come to nothing; here each one passed to is looked at first. */
  private go(steps: StackItem[], action: () => unknown): CellId | null {
    for (let last = steps.pop(); last !== undefined; last = steps.pop()) {
      const kept = this.withOthersWords(last)
      if (kept !== null) return kept
      const earlier = steps.splice(0)
      steps.push(last)
      this.lastCell = null
      try {
        if (action() !== null) return this.lastCell
      } finally {
        steps.unshift(...earlier)
      }
    }
    return null
  }

  /**
   * Undoing an insert (or redoing a deletion) deletes the cell again. If its source is no longer what it was then,
   * somebody else has written in it: the cell stays, for their words are not this person's to take.
   */
  private withOthersWords(step: StackItem): CellId | null {
    const brought = step.meta.get(broughtKey) as Brought | undefined
    const cell = brought === undefined ? undefined : cellMap(this.doc, brought.id)
    if (brought === undefined || cell === undefined) return null
    return brought.digest === sourceDigest(readSource(cell)) ? null : brought.id
  }

  destroy(): void {
    this.manager.destroy()
  }
}

/** Of the source with which the cell was deleted, where these events undelete it. */
const digestBefore = (events: readonly Y.YEvent<Y.AbstractType<unknown>>[], cell: unknown): string | null => {
  for (const { target, changes } of events) {
    if (target !== cell) continue
    const before: unknown = changes.keys.get('deleted')?.oldValue
    if (typeof before === 'object' && before !== null && 'digest' in before) return String(before.digest)
  }
  return null
}
