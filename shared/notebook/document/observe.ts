// Observers of the document. One deep observer passes each change to the cells it affects, so that a keystroke costs
// the same with ten cells and with a thousand.
import type * as Y from 'yjs'
import { cellsOf, nbmetaOf } from './layout.ts'
import { cellId, type CellId, type Leaf } from '../notebook.ts'
import { Emitter } from '../../emitter.ts'
import { KeyedEmitter } from '../../keyed-emitter.ts'

/**
 * list: order, presence or deletion of cells · source: a source's text · head: kind, request, run status, metadata ·
 * outputs: outputs · reply: reply, thinking, tool calls or receipt.
 */
export type Change = 'source' | 'head' | 'outputs' | 'reply'

const changesAt = (key: string | number | undefined, inner: string | number | undefined): Change[] => {
  if (key === 'source') return ['source']
  if (key !== 'result') return ['head']
  if (inner === undefined) return ['head', 'outputs', 'reply']
  if (inner === 'outputs') return ['outputs']
  if (inner === 'receipt') return ['head', 'reply']
  return inner === 'run' || inner === 'status' || inner === 'count' ? ['head'] : ['reply']
}

export class CellObserver {
  private readonly lists = new Emitter<[Y.Transaction]>()
  /** A cell was added, removed, moved, deleted or restored. */
  readonly onList = this.lists.on
  private readonly cells = new KeyedEmitter<CellId, [ReadonlySet<Change>, Y.Transaction]>()
  readonly onCell = this.cells.on
  private readonly anyCell = new Emitter<[CellId, ReadonlySet<Change>, Y.Transaction]>()
  readonly onAnyCell = this.anyCell.on

  constructor(private readonly doc: Y.Doc) {
    cellsOf(doc).observeDeep(this.onEvents)
  }

  private readonly onEvents = (
    events: Y.YEvent<Y.AbstractType<unknown>>[],
    transaction: Y.Transaction,
  ): void => {
    let list = false
    const changed = new Map<CellId, Set<Change>>()
    const note = (id: string, changes: readonly Change[]): void => {
      const found = changed.get(cellId(id)) ?? new Set()
      for (const change of changes) found.add(change)
      changed.set(cellId(id), found)
    }
    for (const event of events) {
      const [id, key, inner] = event.path
      if (id === undefined) {
        list = true
        for (const key of event.changes.keys.keys()) note(key, ['source', 'head', 'outputs', 'reply'])
      } else if (key === undefined) {
        for (const key of event.changes.keys.keys()) {
          // A replaced source counts too: without one the cell does not exist, and its views must release the old one.
          if (key === 'order' || key === 'deleted' || key === 'source') list = true
          note(String(id), key === 'source' ? ['source', 'head'] : changesAt(key, undefined))
        }
      } else if (key === 'result' && inner === undefined) {
        // A text that appears is more than one that grows.
        for (const inner of event.changes.keys.keys())
          note(String(id), ['head', ...changesAt('result', inner)])
      } else note(String(id), changesAt(key, inner))
    }
    for (const [id, changes] of changed) {
      this.cells.emit(id, changes, transaction)
      this.anyCell.emit(id, changes, transaction)
    }
    if (list) this.lists.emit(transaction)
  }

  dispose(): void {
    cellsOf(this.doc).unobserveDeep(this.onEvents)
  }
}

/** Calls `listener` when a key of the notebook's metadata has changed. */
export const onNotebookMeta = (doc: Y.Doc, key: string, listener: () => void): (() => void) => {
  const meta = nbmetaOf(doc)
  const look = ({ keysChanged }: Y.YMapEvent<Leaf>): void => {
    if (keysChanged.has(key)) listener()
  }
  meta.observe(look)
  return () => meta.unobserve(look)
}
