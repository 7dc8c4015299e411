// One undo history a page, over this person's own acts: typing (the editor bindings register themselves as tracked
// origins) and structural commands. Runs, replies, files and imports are never part of it.
import * as Y from 'yjs'
import { sourceDigest } from './digest.ts'
import { cellMap, cellsOf } from './layout.ts'
import { cellId, type CellId } from './notebook.ts'
import { trackedOrigin, type Origin } from './origin.ts'
import { cellAround, readSource } from './read.ts'

const cellKey = 'cell'

type StackEvent = {
  stackItem: { meta: Map<unknown, unknown> }
  changedParentTypes: Map<Y.AbstractType<unknown>, unknown>
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
    // Which cell an item changed, so that undoing it can go there.
    this.manager.on('stack-item-added', (event: unknown) => {
      const { stackItem, changedParentTypes } = event as StackEvent
      for (const type of changedParentTypes.keys()) {
        const id = cellAround(this.doc, type)
        if (id !== null) stackItem.meta.set(cellKey, id)
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
    return this.go(() => this.manager.undo())
  }

  redo(): CellId | null {
    return this.go(() => this.manager.redo())
  }

  private go(action: () => unknown): CellId | null {
    this.lastCell = null
    const before = new Set<CellId>()
    const redeleted = (event: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
      for (const { path, changes } of event)
        if (path.length === 1 && changes.keys.has('deleted')) before.add(cellId(String(path[0])))
    }
    const cells = cellsOf(this.doc)
    cells.observeDeep(redeleted)
    try {
      action()
    } finally {
      cells.unobserveDeep(redeleted)
    }
    for (const id of before) this.keepOthersWords(id)
    return this.lastCell
  }

  /**
   * Undoing an insert (or redoing a deletion) deletes the cell again. If its source is no longer what it was then,
   * somebody else has written in it: the cell stays, for their words are not this person's to take.
   */
  private keepOthersWords(id: CellId): void {
    const cell = cellMap(this.doc, id)
    const deleted = cell?.get('deleted')
    if (cell === undefined || typeof deleted !== 'object' || deleted === null || !('digest' in deleted))
      return
    if (deleted['digest'] === sourceDigest(readSource(cell))) return
    this.doc.transact(() => cell.set('deleted', null), 'setup' satisfies Origin)
  }

  destroy(): void {
    this.manager.destroy()
  }
}
