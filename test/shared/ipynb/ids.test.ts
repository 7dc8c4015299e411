import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { code, expectSameBytes, file, throughDocument, written, type Json } from './files.ts'

const without = (cell: Json): Json => {
  const { id: _, ...rest } = cell
  return rest
}
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

  test('is written back unchanged, while every cell has a unique id in the document', () => {
    const notebook = expectSameBytes(bytes)
    expect(notebook.cells.map((cell) => cell.id)).toEqual(['x', '', '', '', ''])
    expect(new Set(throughDocument(notebook).cells.map((cell) => cell.id)).size).toBe(5)
  })
})

test('a file below 4.5 is written without our ids, and keeps an id it has', () => {
  const bytes = written(file([without(code('a')), code('b', { id: 'b' })], { nbformat_minor: 2 }))
  const notebook = expectSameBytes(bytes)
  expect(notebook.cells.map((cell) => cell.id)).toEqual(['', 'b'])
  expect(formatNotebook(throughDocument(notebook))).toBe(bytes)
})
