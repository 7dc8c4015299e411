import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { docIdOf, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { checkSchema } from '../../../shared/notebook/document/schema.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'

const notebook = plainNotebook([
  { ...plainCell('a', 'code', 'x = 1'), meta: { tags: ['t'] }, extra: { k: 1 } },
  {
    ...plainCell('b', 'prompt', 'why?'),
    result: {
      run: null,
      count: null,
      status: 'done',
      outputs: [],
      reply: 'because',
      thinking: null,
      calls: [],
    },
  },
  plainCell('', 'note', 'same'),
  plainCell('', 'note', 'same'),
  plainCell('a', 'code', 'its id is taken'),
])

const open = (update: Uint8Array): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, update)
  return doc
}

describe('importing a notebook', () => {
  test('gives the same bytes for the same file and document, and other bytes for another document', () => {
    expect(importNotebook(notebook, 'doc')).toEqual(importNotebook(structuredClone(notebook), 'doc'))
    expect(importNotebook(notebook, 'doc')).not.toEqual(importNotebook(notebook, 'other'))
  })

  test('keeps everything and gives every cell a unique id', () => {
    const doc = open(importNotebook(notebook, 'doc'))
    const read = readNotebook(doc)
    expect(read.cells.map(({ id: _id, ...cell }) => cell)).toEqual(
      notebook.cells.map(({ id: _id, ...cell }) => cell),
    )
    expect(new Set(read.cells.map((cell) => cell.id)).size).toBe(5)
    expect(read.cells.slice(0, 2).map((cell) => cell.id)).toEqual(['a', 'b'])
    expect(docIdOf(doc)).toBe('doc')
  })

  test('twice from one file, and editing both copies offline, merges without duplicate cells', () => {
    const [mine, theirs] = [open(importNotebook(notebook, 'doc')), open(importNotebook(notebook, 'doc'))]
    apply(mine, { type: 'splice-source', id: cellId('a'), from: 0, to: 0, insert: 'mine ' })
    apply(theirs, { type: 'splice-source', id: cellId('a'), from: 5, to: 5, insert: ' theirs' })
    apply(theirs, { type: 'insert-cell', id: cellId('n'), kind: 'code', after: cellId('a') })
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs))
    Y.applyUpdate(theirs, Y.encodeStateAsUpdate(mine))
    expect(readNotebook(mine)).toEqual(readNotebook(theirs))
    expect(visibleCells(mine)).toHaveLength(6)
    expect(readNotebook(mine).cells[0]?.source).toBe('mine x = 1 theirs')
  })

  test('writes as a client that no other document uses', () => {
    const doc = open(importNotebook(notebook, 'doc'))
    const importer = [...Y.decodeStateVector(Y.encodeStateVector(doc)).keys()]
    expect(importer).toHaveLength(1)
    expect(importer).not.toContain(doc.clientID)
  })

  test('detects a document that only a newer version may write', () => {
    const doc = open(importNotebook(notebook, 'doc'))
    expect(checkSchema(doc)).toEqual({ writable: true })
    doc.getMap('meta').set('schema', { writer: 7, minReader: 7 })
    expect(checkSchema(doc)).toEqual({ writable: false, needs: 7 })
    doc.getMap('meta').set('schema', 'nonsense')
    expect(checkSchema(doc)).toEqual({ writable: true })
  })
})
