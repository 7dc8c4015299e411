// Restoring a past state: the operations that change the present document into it, as a person would by hand. Text of
// others outside the changed positions is untouched, and everything can be undone.
import { equalityDeep } from 'lib0/function'
import type * as Y from 'yjs'
import { isMoved, sameResult } from './compare.ts'
import type { Cell, CellId, Leaves } from '../notebook.ts'
import type { After, Operation } from '../document/operations.ts'
import { listCells, readCell, visibleCells } from '../document/read.ts'
import type { By } from '../person.ts'
import { sourceEdits } from './source-edits.ts'

/** Who restores, and when, for cells this deletes. */
interface Restorer extends By {
  readonly at: number
}

const changedKeys = (id: CellId, now: Leaves, then: Leaves): Operation[] =>
  [...new Set([...Object.keys(now), ...Object.keys(then)])]
    .filter((key) => !equalityDeep(now[key], then[key]))
    .map((key) => ({ type: 'set-cell-meta', id, key, value: then[key] }))

const changes = (now: Cell, then: Cell): Operation[] => {
  const { id } = now
  return [
    ...sourceEdits(id, now.source, then.source),
    ...(now.kind === then.kind ? [] : [{ type: 'set-kind', id, kind: then.kind } as const]),
    ...changedKeys(id, now.meta, then.meta),
    ...(sameResult(now, then) ? [] : [{ type: 'set-result', id, result: then.result } as const]),
  ]
}

/** To be applied in order. `only` leaves all other cells alone. */
export const restoreOperations = (
  then: Y.Doc,
  now: Y.Doc,
  who: Restorer,
  only: CellId | null = null,
): readonly Operation[] => {
  const entries = new Map(listCells(now).map((entry) => [entry.id, entry]))
  const misplaced = isMoved(then, now)
  const wanted = visibleCells(then)
  const operations: Operation[] = []
  let after: After = null
  for (const id of wanted) {
    const [entry, was, is] = [entries.get(id), readCell(then, id), readCell(now, id)]
    if (was !== undefined && (only === null || id === only)) {
      if (entry === undefined || is === undefined) {
        const { kind, source, meta, attachments } = was
        operations.push({ type: 'insert-cell', id, kind, after, source, meta, attachments })
        if (was.result !== null) operations.push({ type: 'set-result', id, result: was.result })
      } else {
        if (entry.deleted !== null) operations.push({ type: 'restore-cell', id })
        operations.push(...changes(is, was))
        if (misplaced.has(id)) operations.push({ type: 'move-cell', id, after })
      }
    }
    if (only === null || entry?.deleted === null) after = id
  }
  const kept = new Set(wanted)
  for (const { id, deleted } of entries.values())
    if (deleted === null && !kept.has(id) && (only === null || id === only))
      operations.push({ type: 'delete-cell', id, ...who })
  return operations
}
