import type { Operation } from '../document/operations.ts'
import type { CellId } from '../notebook.ts'
import { textEdits } from './text-edits.ts'

/** Turns a cell's source into another; from the end, so that earlier offsets stay valid. */
export const sourceEdits = (id: CellId, before: string, after: string): readonly Operation[] =>
  textEdits(before, after)
    .toReversed()
    .map(({ at, remove, insert }) => ({ type: 'splice-source', id, from: at, to: at + remove, insert }))
