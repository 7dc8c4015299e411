// Tools that change the notebook. What they do is seen at once, is attributed to the model, and can be taken back.
import * as z from 'zod/mini'
import { cellKinds, kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { apply } from '../notebook/document/apply.ts'
import { readHead, visibleCells } from '../notebook/document/read.ts'
import { newCellId } from '../notebook/ids.ts'
import type { CellId } from '../notebook/notebook.ts'
import { afterNamed, cellNamed, noCell, titleOf } from './cells.ts'
import { changeNotebook } from './change.ts'
import { failed, relayTool, worked, type ToolPlace, type ToolResult } from './tool.ts'

const afterText = 'The id of the cell to put it after; null for the top.'
const after = z.nullable(z.string().check(z.describe(afterText)))

const placed = (id: CellId, { doc }: ToolPlace): ToolResult => {
  const kind = readHead(doc, id)?.kind ?? ''
  return worked(`It is ${titleOf(visibleCells(doc).indexOf(id) + 1, { id, kind })} now.`)
}

export const addCell = relayTool(
  'edit',
  {
    name: 'add_cell',
    description: 'Adds a cell. It does not run by itself.',
    input: z.object({ after, kind: z.enum(cellKinds.map(({ name }) => name)), source: z.string() }),
  },
  ({ after, kind, source }, place) => {
    const behind = afterNamed(place.doc, after)
    if (behind === undefined) return noCell(after ?? '')
    const id = newCellId()
    const done = changeNotebook(place, { type: 'insert-cell', id, kind, after: behind, source })
    return done.ok ? placed(id, place) : done
  },
)

/** Where a text is; how often, where that is not once. */
const placesOf = (text: string, part: string): readonly number[] => {
  const places: number[] = []
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) places.push(at)
  return places
}

export const editCell = relayTool(
  'edit',
  {
    name: 'edit_cell',
    description:
      'Replaces one text in a cell’s source by another. `old` must be in the source exactly once: include as many neighbouring lines as that takes. Into an empty cell, `old` is "".',
    input: z.object({ id: z.string(), old: z.string(), new: z.string() }),
  },
  ({ id, old, new: insert }, place) => {
    const cell = cellNamed(place.doc, id)
    if (cell === null) return noCell(id)
    if (old === '' && cell.source !== '') return failed('`old` is empty, and the cell is not.')
    const places = old === '' ? [0] : placesOf(cell.source, old)
    const [from] = places
    if (from === undefined || places.length > 1)
      return failed(
        `\`old\` was found ${places.length} times in cell ${id}; it must match exactly once. Nothing was changed.${
          from === undefined ? ` The source is now:\n${cell.source}` : ' Include more of the text around it.'
        }`,
      )
    const done = changeNotebook(place, {
      type: 'splice-source',
      id: cell.id,
      from,
      to: from + old.length,
      insert,
    })
    return done.ok ? worked('The source was changed.') : done
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
    const cell = cellNamed(place.doc, id)
    const behind = afterNamed(place.doc, after)
    if (cell === null || behind === undefined) return noCell(cell === null ? id : (after ?? ''))
    const done = changeNotebook(place, { type: 'move-cell', id: cell.id, after: behind })
    return done.ok ? placed(cell.id, place) : done
  },
)

export const deleteCell = relayTool(
  'edit',
  {
    name: 'delete_cell',
    description: 'Deletes a cell. People can bring it back.',
    input: z.object({ id: z.string() }),
  },
  ({ id }, place) => {
    const cell = cellNamed(place.doc, id)
    if (cell === null) return noCell(id)
    if (cell.id === place.prompt) return failed('This is the prompt that you are answering.')
    const done = changeNotebook(place, { type: 'delete-cell', id: cell.id, at: Date.now(), by: place.by })
    return done.ok ? worked('The cell was deleted.') : done
  },
)

export const setFlags = relayTool(
  'edit',
  {
    name: 'set_flags',
    description:
      'Marks a cell as skipped (no model sees it) or pinned (always sent to models), or removes the mark.',
    input: z.object({ id: z.string(), skipped: z.optional(z.boolean()), pinned: z.optional(z.boolean()) }),
  },
  ({ id, ...flags }, { doc }) => {
    const cell = cellNamed(doc, id)
    if (cell === null) return noCell(id)
    for (const [key, value] of Object.entries(flags))
      if (value !== undefined)
        apply(doc, { type: 'set-cell-meta', id: cell.id, key, value: value ? true : undefined }, 'model')
    const now = readHead(doc, cell.id)?.meta ?? {}
    const words = ['skipped', 'pinned'].filter((key) => now[key] === true)
    return worked(
      `The ${kindNamed(cell.kind).label.toLowerCase()} cell is ${words.join(' and ') || 'neither skipped nor pinned'}.`,
    )
  },
)
