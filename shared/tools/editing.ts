// Tools that change the notebook. Their changes are attributed to the model and recorded as one group per reply, or only
// proposed (document/review.ts).
import * as z from 'zod/mini'
import { withoutFence } from '../context/answered-text.ts'
import { cellKinds, isCodeKind } from '../notebook/cell-kinds/kinds.ts'
import { apply } from '../notebook/document/apply.ts'
import { reviewFirstKey } from '../notebook/document/changes.ts'
import type { Outcome } from '../notebook/document/operations.ts'
import { notebookMetaValue, readHead, visibleCells } from '../notebook/document/read.ts'
import * as review from '../notebook/document/review.ts'
import { newCellId } from '../notebook/ids.ts'
import type { CellId } from '../notebook/notebook.ts'
import { afterNamed, cellNamed, noCell, titleOf } from './cells.ts'
import { relayTool, type ToolPlace } from './tool.ts'
import { failed, worked, type ToolResult } from './tool-result.ts'

const makerOf = ({ by, run }: ToolPlace): review.Maker => ({ by, group: run, at: Date.now() })

const proposed = 'It is proposed; people decide on it first.'

/** The result of a change. `made` describes one that was made at once. */
const reported = ({ doc }: ToolPlace, outcome: Outcome, made: () => string): ToolResult => {
  if (!outcome.ok) return failed(`Not possible: ${outcome.reason}.`)
  return worked(notebookMetaValue(doc, reviewFirstKey) === true ? proposed : made())
}

const after = z
  .nullable(z.string())
  .check(z.describe('The id of the cell to put it after; null for the top.'))

const placeOf = (id: CellId, { doc }: ToolPlace): string => {
  const kind = readHead(doc, id)?.kind ?? ''
  return `It is ${titleOf(visibleCells(doc).indexOf(id) + 1, { id, kind })} now.`
}

export const addCell = relayTool(
  'edit',
  {
    name: 'add_cell',
    description: 'Adds a cell. It does not run by itself.',
    input: z.object({ after, kind: z.enum(cellKinds.map(({ name }) => name)), source: z.string() }),
  },
  ({ after, kind, source: given }, place) => {
    const behind = afterNamed(place, after)
    const source = isCodeKind(kind) ? withoutFence(given) : given
    if (behind === undefined) return noCell(after ?? '')
    const id = newCellId()
    const outcome = review.addCell(place.doc, { id, kind, after: behind, source }, makerOf(place))
    if (outcome.ok) place.seen.note({ id, source: cellNamed(place.doc, id, place.run)?.source ?? source })
    const { ok, text } = reported(place, outcome, () => placeOf(id, place))
    return { ok, text: ok ? `${text} Its id is ${id}.` : text }
  },
)

const countOf = (text: string, part: string): number => {
  let count = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count++
  return count
}

export const editCell = relayTool(
  'edit',
  {
    name: 'edit_cell',
    description:
      'Replaces one text in a cell’s source by another. `old` must be in the source exactly once: include as many neighbouring lines as that takes. For an empty cell, `old` is "".',
    input: z.object({ id: z.string(), old: z.string(), new: z.string() }),
  },
  ({ id, old, new: insert }, place) => {
    const { doc, run, seen } = place
    const cell = cellNamed(doc, id, run)
    if (cell === null) return noCell(id)
    const isSeen = seen.has(cell)
    const source = review.sourceFor(doc, cell.id, run)
    if (old === '' && source !== '') return failed('`old` is empty, and the cell is not.')
    const count = old === '' ? 1 : countOf(source, old)
    if (count === 0)
      return failed(`\`old\` was found 0 times in cell ${id}. Nothing was changed. The source is:\n${source}`)
    if (count > 1)
      return failed(
        `\`old\` was found ${count} times in cell ${id}. Nothing was changed. Include more of the text around it.`,
      )
    // Not `replace`, which interprets `$`.
    const at = source.indexOf(old)
    const changed = source.slice(0, at) + insert + source.slice(at + old.length)
    const outcome = review.reviseSource(doc, cell.id, changed, makerOf(place))
    const edited = cellNamed(doc, id, run)
    if (isSeen && edited !== null) seen.note(edited)
    return reported(place, outcome, () => 'The source was changed.')
  },
)

export const moveCell = relayTool(
  'edit',
  {
    name: 'move_cell',
    description: 'Moves a cell to another place.',
    input: z.object({ id: z.string(), after }),
  },
  ({ id, after }, place) => {
    const cell = cellNamed(place.doc, id, place.run)
    const behind = afterNamed(place, after)
    if (cell === null || behind === undefined) return noCell(cell === null ? id : (after ?? ''))
    const outcome = review.moveCell(place.doc, cell.id, behind, makerOf(place))
    return reported(place, outcome, () => placeOf(cell.id, place))
  },
)

export const deleteCell = relayTool(
  'edit',
  {
    name: 'delete_cell',
    description: 'Deletes a cell, as you have seen it. People can bring it back.',
    input: z.object({ id: z.string() }),
  },
  ({ id }, place) => {
    const cell = cellNamed(place.doc, id, place.run)
    if (cell === null) return noCell(id)
    if (cell.id === place.caller) return failed('This is the prompt that you are answering.')
    if (!place.seen.has(cell)) {
      place.seen.note(cell)
      return failed(
        `Somebody has written in cell ${id} since you saw it. It was not deleted. The source is:\n${cell.source}`,
      )
    }
    const outcome = review.deleteCell(place.doc, cell.id, makerOf(place))
    return reported(place, outcome, () => 'The cell was deleted.')
  },
)

export const setFlags = relayTool(
  'edit',
  {
    name: 'set_flags',
    description:
      'Marks a cell as skipped (models see it no more; only people can undo that) or pinned (always sent to models), or removes the pin.',
    input: z.object({
      id: z.string(),
      skipped: z.optional(z.literal(true)),
      pinned: z.optional(z.boolean()),
    }),
  },
  ({ id, ...flags }, { doc, run }) => {
    const cell = cellNamed(doc, id, run)
    if (cell === null) return noCell(id)
    for (const [key, value] of Object.entries(flags))
      if (value !== undefined)
        apply(doc, { type: 'set-cell-meta', id: cell.id, key, value: value ? true : undefined }, 'model')
    const now = readHead(doc, cell.id)?.meta ?? {}
    const words = ['skipped', 'pinned'].filter((key) => now[key] === true)
    return worked(`It is ${words.join(' and ') || 'neither skipped nor pinned'} now.`)
  },
)
