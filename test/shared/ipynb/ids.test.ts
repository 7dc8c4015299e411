import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { repairIds } from '../../../shared/ipynb/repair.ts'
import {
  changedLines,
  code,
  expectSameBytes,
  file,
  parsed,
  throughDocument,
  written,
  type Json,
} from './files.ts'

const without = (cell: Json): Json => {
  const { id: _, ...rest } = cell
  return rest
}
const idsIn = (text: string): readonly unknown[] =>
  (JSON.parse(text) as { readonly cells: readonly { readonly id?: unknown }[] }).cells.map((cell) => cell.id)

describe('a 4.5 file with missing, repeated or impossible ids', () => {
  const bytes = written(
    file([
      code('a', { id: 'x' }),
      code('b', { id: 'x' }),
      without(code('c')),
      code('d', { id: 'no id' }),
      code('e', { id: 5 }),
    ]),
  )

  test('is written back as it was, though in the document every cell has an id', () => {
    const notebook = expectSameBytes(bytes)
    expect(notebook.cells.map((cell) => cell.id)).toEqual(['x', '', '', '', ''])
    expect(new Set(throughDocument(notebook).cells.map((cell) => cell.id)).size).toBe(5)
  })

  test('is repaired with the first edit, the first holder keeping its id', () => {
    const document = throughDocument(parsed(bytes))
    const repaired = formatNotebook(repairIds(document))
    expect(idsIn(repaired)).toEqual(document.cells.map((cell) => cell.id))
    expect(idsIn(repaired)[0]).toBe('x')
    expect(parsed(repaired).cells.map((cell) => cell.extra)).toEqual([null, null, null, null, null])
  })

  test('is repaired the same way each time without a document too', () => {
    const repair = () => idsIn(formatNotebook(repairIds(parsed(bytes))))
    expect(new Set(repair()).size).toBe(5)
    expect(repair()).toEqual(repair())
  })
})

test('below 4.5 ids stay inside, and an id the file has anyway is kept', () => {
  const bytes = written(file([without(code('a')), code('b', { id: 'b' })], { nbformat_minor: 2 }))
  const notebook = expectSameBytes(bytes)
  expect(notebook.cells.map((cell) => cell.id)).toEqual(['', 'b'])
  expect(formatNotebook(repairIds(throughDocument(notebook)))).toBe(bytes)
})

test('the repair touches only the cells without an id of their own', () => {
  const bytes = written(file([code('a', { id: 'a' }), without(code('b')), code('c', { id: 'c' })]))
  const repaired = formatNotebook(repairIds(throughDocument(parsed(bytes))))
  expect(changedLines(bytes, repaired)).toEqual([expect.stringMatching(/^ {3}"id": "[\w-]+",$/)])
})
