// Compares a past and the present state of a notebook, cell by cell.
import { equalityDeep } from 'lib0/function'
import type * as Y from 'yjs'
import { longestOrdered } from './longest-ordered.ts'
import type { Cell, CellId } from '../notebook.ts'
import { shownOutputs } from '../output/output.ts'
import { listCells, readCell, visibleCells } from '../document/read.ts'

export interface CellDifference {
  readonly id: CellId
  /** Null if it did not exist, or was deleted. */
  readonly was: Cell | null
  readonly now: Cell | null
  /** Its position among the others has changed. */
  readonly moved: boolean
  readonly same: boolean
}

/** Past cells that must move to restore their order. */
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

/** The visible part of the outputs, without the n of Out[n], which each run changes. */
const seen = ({ result }: Cell): unknown =>
  shownOutputs(result?.outputs ?? []).map((shown) =>
    shown.type === 'rich' ? { ...shown, count: null } : shown,
  )

export const sameOutputs = (a: Cell, b: Cell): boolean => equalityDeep(seen(a), seen(b))

/** Results of runs. */
export const sameResult = (a: Cell, b: Cell): boolean =>
  (a.result?.reply ?? null) === (b.result?.reply ?? null) && sameOutputs(a, b)

/** In past order; a newer cell comes after the cell it follows now. */
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
