// Two states of one notebook, cell by cell: how it was then beside how it is now.
import { equalityDeep } from 'lib0/function'
import type * as Y from 'yjs'
import { longestOrdered } from './longest-ordered.ts'
import type { Cell, CellId } from '../notebook.ts'
import { shownOutputs } from '../output/output.ts'
import { listCells, readCell, visibleCells } from '../document/read.ts'

export interface CellDifference {
  readonly id: CellId
  /** null where it was not there, or was deleted. */
  readonly was: Cell | null
  readonly now: Cell | null
  /** It stood elsewhere among the others. */
  readonly moved: boolean
  readonly same: boolean
}

/** Cells that were there then and have to move to stand as they stood. */
export const isMoved = (past: Y.Doc, now: Y.Doc): ReadonlySet<CellId> => {
  const places = new Map(listCells(now).map(({ id }, index) => [id, index]))
  const wanted = visibleCells(past)
  const staying = longestOrdered(
    wanted.map((id) => places.get(id) ?? null),
    -1,
  )
  return new Set(wanted.filter((id, index) => places.has(id) && !staying.has(index)))
}

/** What a person can have changed of a cell by hand. */
export const sameContent = (a: Cell, b: Cell): boolean =>
  a.kind === b.kind && a.source === b.source && equalityDeep(a.meta, b.meta)

/** What can be seen of the outputs, without the n of Out[n]: another run made the same. */
const seen = ({ result }: Cell): unknown =>
  shownOutputs(result?.outputs ?? []).map((shown) =>
    shown.type === 'rich' ? { ...shown, count: null } : shown,
  )

export const sameOutputs = (a: Cell, b: Cell): boolean => equalityDeep(seen(a), seen(b))

/** What runs have made of it. */
export const sameResult = (a: Cell, b: Cell): boolean =>
  (a.result?.reply ?? null) === (b.result?.reply ?? null) && sameOutputs(a, b)

/** In the order of then; what came since stands behind what it stands behind now. */
export const compareCells = (past: Y.Doc, now: Y.Doc): readonly CellDifference[] => {
  const [before, after] = [visibleCells(past), visibleCells(now)]
  const [wasThere, isThere] = [new Set(before), new Set(after)]
  const behind = new Map<CellId | null, CellId[]>()
  let last: CellId | null = null
  for (const id of after) {
    if (wasThere.has(id)) last = id
    else behind.set(last, [...(behind.get(last) ?? []), id])
  }
  const order = [...(behind.get(null) ?? []), ...before.flatMap((id) => [id, ...(behind.get(id) ?? [])])]
  const misplaced = isMoved(past, now)
  return order.map((id) => {
    const was = wasThere.has(id) ? (readCell(past, id) ?? null) : null
    const is = isThere.has(id) ? (readCell(now, id) ?? null) : null
    const moved = was !== null && is !== null && misplaced.has(id)
    return {
      id,
      was,
      now: is,
      moved,
      same: was !== null && is !== null && !moved && sameContent(was, is) && sameResult(was, is),
    }
  })
}
