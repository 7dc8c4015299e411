import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { repairTexts } from '../../../shared/notebook/document/text-repair.ts'
import { readHead, readNotebook } from '../../../shared/notebook/document/read.ts'
import { newCell, cellId } from '../../../shared/notebook/notebook.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'

const id = cellId('a')

/** A client that may write anything, and the one document that repairs, synced with it. */
const start = (source: string): { doc: Y.Doc; cell: Y.Map<unknown>; repaired: Y.Doc } => {
  const [doc, repaired] = [new Y.Doc(), new Y.Doc()]
  Y.applyUpdate(doc, importNotebook({ ...newNotebook(), cells: [newCell('code', source, id)] }, 'doc'))
  Y.applyUpdate(repaired, Y.encodeStateAsUpdate(doc))
  repairTexts(repaired)
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== repaired) Y.applyUpdate(repaired, update, doc)
  })
  repaired.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== doc) Y.applyUpdate(doc, update, repaired)
  })
  return { doc, cell: doc.getMap<Y.Map<unknown>>('cells').get('a') as Y.Map<unknown>, repaired }
}
const sources = (doc: Y.Doc): string[] => readNotebook(doc).cells.map(({ source }) => source)

describe('a source that is not a text is repaired', () => {
  const others: readonly (readonly [string, (cell: Y.Map<unknown>) => void, string])[] = [
    ['with its content, if it is a string', (cell) => cell.set('source', 'x = 2\r\ny'), 'x = 2\ny'],
    ['with the earlier text, if it is a number', (cell) => cell.set('source', 5), 'x = 1\ny = 2'],
    ['with the earlier text, if it is null', (cell) => cell.set('source', null), 'x = 1\ny = 2'],
    ['with the earlier text, if it is a list', (cell) => cell.set('source', new Y.Array()), 'x = 1\ny = 2'],
    ['with the earlier text, if it is missing', (cell) => cell.delete('source'), 'x = 1\ny = 2'],
  ]
  test.each(others)('%s', (_, write, expected) => {
    const { doc, cell, repaired } = start('x = 1\ny = 3')
    // Text that was deleted earlier does not come back.
    ;(cell.get('source') as Y.Text).delete(10, 1)
    ;(cell.get('source') as Y.Text).insert(10, '2')
    write(cell)
    expect(sources(doc)).toEqual([expected])
    expect(sources(repaired)).toEqual([expected])
    expect(readHead(doc, id)?.mark).toEqual({ why: 'mended', theirs: null })
  })

  test('when the document is opened, but not while its creator is still building the cell', () => {
    const { doc, cell } = start('x')
    const stored = new Y.Doc()
    cell.set('kind', 'note')
    Y.applyUpdate(stored, Y.encodeStateAsUpdate(doc))
    const lost = stored.getMap<Y.Map<unknown>>('cells').get('a')
    lost?.delete('source')
    expect(sources(stored)).toEqual([])
    repairTexts(stored)
    expect(sources(stored)).toEqual([''])

    const made = new Y.Map<unknown>()
    doc.getMap<Y.Map<unknown>>('cells').set('b', made)
    made.set('kind', 'code')
    made.set('order', 'zz')
    made.set('source', new Y.Text('mine'))
    expect(sources(doc)).toEqual(['x', 'mine'])
    expect(readHead(doc, cellId('b'))?.mark).toBeNull()
  })
})

test('embeds, types and formatting are removed from a text, also from that of a new cell', () => {
  const { doc, cell, repaired } = start('hello')
  const text = cell.get('source') as Y.Text
  text.insertEmbed(2, { image: 'x' })
  text.insertEmbed(4, new Y.Map())
  text.format(0, 3, { bold: true })
  text.insert(0, 'oh ', { link: 'x' })
  const plain = [{ insert: 'oh hello' }]
  expect([text.toDelta(), text.length]).toEqual([plain, 8])

  const [made, source] = [new Y.Map<unknown>(), new Y.Text()]
  source.applyDelta([{ insert: 'a' }, { insert: {} }, { insert: 'b', attributes: { bold: true } }])
  doc.transact(() => {
    for (const [key, value] of Object.entries({ kind: 'code', order: 'zz', source })) made.set(key, value)
    doc.getMap<Y.Map<unknown>>('cells').set('b', made)
  })
  for (const replica of [doc, repaired]) expect(sources(replica)).toEqual(['oh hello', 'ab'])
  expect(source.length).toBe(2)
  // Ordinary typing causes no repair.
  let writes = 0
  repaired.on('update', (_: Uint8Array, origin: unknown) => (writes += origin === doc ? 0 : 1))
  text.insert(3, 'my ')
  expect([writes, text.toString()]).toEqual([0, 'oh my hello'])
})
