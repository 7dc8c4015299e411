// Tools that read the notebook.
import * as z from 'zod/mini'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Cell } from '../notebook/notebook.ts'
import { noCell, seenCells, titleOf } from './cells.ts'
import { relayTool } from './tool.ts'
import { worked } from './tool-result.ts'

const maxFound = 30
const lineLength = 200

const firstLine = (source: string): string => (source.trimStart().split('\n')[0] ?? '').slice(0, 80)

export const listCells = relayTool(
  'read',
  {
    name: 'list_cells',
    description: 'Lists all cells of the notebook in order: position, kind, id, status and first line.',
    input: z.object({}),
  },
  (_, place) => {
    const lines = seenCells(place).map(([position, cell]) => {
      const status = cell.result === null ? '' : ` [${cell.result.status}]`
      return `${titleOf(position, cell)}${status}: ${firstLine(cell.source)}`
    })
    return worked(lines.join('\n') || 'The notebook has no cells.')
  },
)

const whole = (position: number, cell: Cell): string =>
  `${titleOf(position, cell)}\n${kindNamed(cell.kind)
    .turns(cell)
    .map(({ text }) => text)
    .join('\n\n')}`

export const readCells = relayTool(
  'read',
  {
    name: 'read_cells',
    description: 'Reads cells with their outputs, also those below the prompt.',
    input: z.object({ ids: z.array(z.string()) }),
  },
  ({ ids }, place) => {
    const cells = seenCells(place)
    const texts = ids.map((id) => {
      const found = cells.find(([, cell]) => cell.id === id)
      if (found === undefined) return noCell(id).text
      place.seen.note(found[1])
      return whole(...found)
    })
    return worked(texts.join('\n\n'))
  },
)

/** The lines of a text that contain the words, whatever their case. */
export const linesWith = (text: string, query: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.toLowerCase().includes(query.toLowerCase()))
    .map((line) => line.trim().slice(0, lineLength))

/** The first of the found lines, and how many more there are. */
export const foundLines = (lines: readonly string[], query: string): string => {
  if (lines.length === 0) return `Nothing contains ${JSON.stringify(query)}.`
  const more = lines.length - maxFound
  return [...lines.slice(0, maxFound), ...(more > 0 ? [`… and ${more} more`] : [])].join('\n')
}

export const query = z.object({ query: z.string().check(z.minLength(1)) })

export const search = relayTool(
  'read',
  {
    name: 'search',
    description:
      'Finds lines in the sources, outputs and replies of all cells that contain a text, in any case.',
    input: query,
  },
  ({ query }, place) => {
    const lines = seenCells(place).flatMap(([position, cell]) => {
      const text = kindNamed(cell.kind).turns(cell)
      return text.flatMap((turn) =>
        linesWith(turn.text, query).map((line) => `${titleOf(position, cell)}: ${line}`),
      )
    })
    return worked(foundLines(lines, query))
  },
)
