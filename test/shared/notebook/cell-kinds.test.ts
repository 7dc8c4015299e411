// Kinds that nbformat does not have: how a file stores them, and how unknown kinds are treated.
import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { untrusted } from '../../../shared/context/untrusted.ts'
import { buildContext, surroundings } from '../../../shared/context/build.ts'
import { systemPrompt } from '../../../shared/context/mode.ts'
import { writeForm } from '../../../shared/convert/convert.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { mergeFile, readOutside } from '../../../shared/ipynb/outside.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { cellKinds, kindNamed } from '../../../shared/notebook/cell-kinds/kinds.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { cellId, type Result } from '../../../shared/notebook/notebook.ts'
import { displayLeaf } from '../../../shared/notebook/output/output.ts'
import { readCell, readHead, readNotebook } from '../../../shared/notebook/document/read.ts'
import { notebookProblems } from '../../support/nbformat.ts'
import { notebookFile } from '../../support/notebook-file.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'
import {
  changedLines,
  code,
  expectSameBytes,
  file,
  markdown,
  parsed,
  withSource,
  written,
} from '../ipynb/files.ts'

const output = displayLeaf({ 'text/plain': 'n\n1' })
const result: Result = {
  run: null,
  count: null,
  status: 'done',
  outputs: [{ live: false, leaf: output }],
  reply: null,
  thinking: null,
  calls: [],
}
interface JsonCell {
  readonly cell_type: string
  readonly metadata: object
  readonly outputs?: readonly unknown[]
}
const cellsIn = (text: string): readonly JsonCell[] => (JSON.parse(text) as { cells: JsonCell[] }).cells
const docOf = (text: string): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(parsed(text), 'doc'))
  return doc
}

describe('the kind of a cell in a file', () => {
  test.each([
    ['sql', { language: 'sql', llm_notebook_type: 'sql' }],
    ['image', { llm_notebook_type: 'image' }],
  ])('is stored for %s in the metadata of a code cell, which every program can open', (kind, metadata) => {
    const text = notebookFile([kind, 'SELECT 1', { result, meta: { pinned: true } }], ['code', '1'])
    const [cell, python] = cellsIn(text)
    expect(cell).toMatchObject({ cell_type: 'code', outputs: [{ output_type: 'display_data' }] })
    expect(cell?.metadata).toEqual({ ...metadata, pinned: true })
    expect(python?.metadata).toEqual({})
    expect(notebookProblems(text)).toEqual([])
    const [again] = expectSameBytes(text).cells
    expect(again).toMatchObject({ kind, source: 'SELECT 1', meta: { pinned: true }, result })
  })

  test('is kept in the form the file has, and rewritten in the usual form when the kind changes', () => {
    const sql = code(['SELECT 1'], { metadata: { llm_notebook_type: 'sql', language: 'postgres', a: 1 } })
    const text = written(file([sql, code(['2'], { id: 'b', metadata: { llm_notebook_type: 'sql' } })]))
    const notebook = expectSameBytes(text)
    expect(notebook.cells.map(({ kind }) => kind)).toEqual(['sql', 'sql'])
    expect(changedLines(text, formatNotebook(withSource(notebook, 0, 'SELECT 2')))).toEqual([
      '    "SELECT 2"',
    ])
    const doc = docOf(text)
    apply(doc, { type: 'set-kind', id: cellId('b'), kind: 'code' })
    expect(cellsIn(formatNotebook(readNotebook(doc)))[1]?.metadata).toEqual({})
    apply(doc, { type: 'set-kind', id: cellId('b'), kind: 'image' })
    expect(cellsIn(formatNotebook(readNotebook(doc)))[1]?.metadata).toEqual({ llm_notebook_type: 'image' })
  })

  test.each([7, 'code', 'note', 'raw', 'two words', 'x'.repeat(500), 'Constructor!', null])(
    'is the file’s cell type if its metadata names %j',
    (named) => {
      const cells = [
        code(['1'], { metadata: { llm_notebook_type: named } }),
        markdown(['2'], { metadata: { llm_notebook_type: named } }),
      ]
      expect(expectSameBytes(written(file(cells))).cells.map(({ kind }) => kind)).toEqual(['code', 'note'])
    },
  )
})

describe('a cell of a kind that only a newer version knows', () => {
  const metadata = { llm_notebook_type: 'chart', axes: { x: 1 } }
  const outputs = [{ output_type: 'display_data', data: { 'application/x-chart': { a: [1] } }, metadata: {} }]
  const text = written(
    file([
      code(['bar of x'], { id: 'a', metadata, outputs, execution_count: 3, extra: true }),
      markdown(['line of y'], { id: 'b', metadata, attachments: { 'x.png': { 'image/png': 'AA==' } } }),
      { cell_type: 'raw', id: 'c', metadata, source: ['pie'] },
    ]),
  )

  test('is shown as raw and written back byte for byte, also after an edit of its text', () => {
    const notebook = expectSameBytes(text)
    for (const { kind } of notebook.cells)
      expect(kindNamed(kind)).toMatchObject({ label: 'Raw', language: 'plain', executor: null })
    expect(changedLines(text, formatNotebook(withSource(notebook, 0, 'bar of z')))).toEqual([
      '    "bar of z"',
    ])
    expect(writeForm('html', notebook, 'x')).toContain('bar of x')
    for (const form of ['py', 'md'] as const)
      expect(writeForm(form, notebook, 'x')).toContain('llm_notebook_type="chart"')
  })

  test('keeps its kind through edits here and in the file, until somebody changes the kind', () => {
    const doc = docOf(text)
    const [id, state] = [cellId('a'), Y.encodeStateAsUpdate(doc)]
    apply(doc, { type: 'splice-source', id, from: 0, to: 3, insert: 'BAR' })
    const edited = readOutside(text.replace('line of y', 'line of y, dotted'))
    if (!edited.ok) throw new Error(edited.reason)
    mergeFile(doc, [{ digest: textDigest(text), state }], edited.notebook, 'd')
    const both = text.replace('line of y', 'line of y, dotted').replace('bar of x', 'BAR of x')
    expect(formatNotebook(readNotebook(doc))).toBe(both)
    expect(doc.getMap<Y.Map<unknown>>('cells').get('a')?.get('kind')).toBe('chart')
    apply(doc, { type: 'set-kind', id, kind: 'note' })
    expect(cellsIn(formatNotebook(readNotebook(doc)))[0]).toMatchObject({ cell_type: 'markdown' })
  })

  test('gets raw as its kind if a peer wrote an invalid name', () => {
    const doc = docOf(notebookFile(['code', '1', { id: cellId('a'), result }]))
    const map = doc.getMap<Y.Map<unknown>>('cells').get('a')
    for (const kind of [7, '', 'a b', 'x'.repeat(40), null]) {
      map?.set('kind', kind)
      expect(readHead(doc, cellId('a'))?.kind).toBe('raw')
    }
    map?.set('kind', 'chart')
    expect(cellsIn(formatNotebook(readNotebook(doc)))[0]).toMatchObject({
      cell_type: 'code',
      metadata: { llm_notebook_type: 'chart' },
      outputs: [{ output_type: 'display_data' }],
    })
    expect(readCell(doc, cellId('a'))?.kind).toBe('chart')
  })
})

test('every kind has a unique name and is explained to the model', () => {
  expect(new Set(cellKinds.map(({ name }) => name)).size).toBe(cellKinds.length)
  for (const kind of cellKinds) {
    expect(kindNamed(kind.name)).toBe(kind)
    expect(kind.file.accepts(kind.file.cellType)).toBe(true)
    if (kind.given !== null) expect(systemPrompt('standard')).toContain(kind.given)
    expect(kind.turns(plainCell('a', kind.name, ' \n'))).toEqual([])
  }
  const cells = [
    { ...plainCell('a', 'sql', 'SELECT 1 AS n'), result },
    plainCell('b', 'image', 'a cat'),
    plainCell('c', 'chart', 'bar of x'),
    plainCell('ask', 'prompt', 'why?'),
  ]
  const [message] = buildContext(plainNotebook(cells), cellId('ask'), surroundings(9_999))?.messages ?? []
  expect(message?.text).toBe(
    [
      untrusted('cell a', '```sql\nSELECT 1 AS n\n```\nOutput:\n```text\nn\n1\n```'),
      untrusted('cell b', '```text\na cat\n```'),
      untrusted('cell c', '```text\nbar of x\n```'),
      'why?',
    ].join('\n\n'),
  )
})
