import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import type { Leaf, Notebook, Run } from '../../../shared/notebook/notebook.ts'
import { code, expectSameBytes, file, markdown, parsed, reasonOf, written } from './files.ts'

describe('a file that cannot be parsed is refused with reason and position', () => {
  const text = written(file([code(), markdown()]))
  const conflict = text.replace('   "source": [', '<<<<<<< HEAD\n   "source": [')
  test.each([
    ['an empty file', '', /empty/],
    ['only a byte-order mark', '\ufeff \n', /empty/],
    ['a truncated file', text.slice(0, 60), /^line 5, column 19: .*truncated/],
    [
      'a file truncated inside a string',
      text.slice(0, text.indexOf('1 + 1') + 3),
      /^line 10, column 9: .*truncated/,
    ],
    ['merge-conflict markers', conflict, /^line 9, column 1: merge-conflict markers \(<<<<<<<\)/],
    ['another language', '---\ntitle: x\n=======\n', /^line 1, column 1: not a notebook/],
    ['a comma twice', text.replace('4,\n', '4,,\n'), /^line 23, column 16: a comma too many before ,/],
    [
      'a comma after the last key',
      text.replace(/\n\}\n$/, ',\n}'),
      /^line 25, column 1: a comma too many before }/,
    ],
    [
      'a comma after the last item',
      '{"cells": [\n], "x": [1,\n]}',
      /^line 3, column 1: a comma too many before ]/,
    ],
    ['no value', '{"cells": }', /^line 1, column 11: expected a value/],
    ['an unquoted key', '{cells: []}', /^line 1, column 2: expected a key/],
    ['text after the end', text + '}', /^line 26, column 1: text after the end/],
    ['a list', '[]\n', /not an object/],
    ['no version', '{"cells": []}', /no nbformat/],
    ['version 1', written(file([], { nbformat: 1 })), /nbformat 1/],
    ['version 5', written(file([], { nbformat: 5 })), /nbformat 5/],
    [
      'a cell that is not an object',
      '{"cells":[{"cell_type":"raw","source":""},3],"nbformat":4}',
      /^cell 2 is not an object/,
    ],
    ['a source that is not text', written(file([code(), code({ a: 1 })])), /^cell 2 has a source/],
    ['outputs that are not a list', written(file([code([], { outputs: 'x' })])), /^cell 1 has outputs/],
    ['cells that are not a list', written(file([], { cells: {} })), /cells are not a list/],
    [
      'metadata nested too deeply',
      text.replace('"metadata": {}', `"metadata": {"a": ${'['.repeat(5000)}${']'.repeat(5000)}}`),
      /deep/,
    ],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(bytes)).toMatch(reason)
  })

  test.each([
    ['bytes that are not UTF-8', new Uint8Array([123, 0xff, 0xfe]), /^not UTF-8/],
    ['zero bytes', new Uint8Array(2048), /only zero bytes/],
    ['UTF-16', new Uint8Array([0xff, 0xfe, 123, 0]), /it is UTF-16/],
    ['gzip', new Uint8Array([0x1f, 0x8b, 8, 0]), /gzip/],
    ['a ZIP archive', new Uint8Array([0x50, 0x4b, 3, 4]), /ZIP/],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n', /git lfs pull/],
    ['a web page', '\n<!DOCTYPE html><html></html>', /a web page/],
  ])('%s', (_, bytes, reason) => {
    expect(reasonOf(bytes)).toMatch(reason)
  })
})

describe('cells of a file', () => {
  test('are read with their kind, metadata, attachments and unknown keys', () => {
    const image = { 'a.png': { 'image/png': 'AAAA' } }
    const notebook = expectSameBytes(
      written(
        file(
          [
            code([], { metadata: { collapsed: true }, execution_count: 3, strange: [1] }),
            markdown(['# a'], { attachments: image }),
            { cell_type: 'raw', id: 'r', metadata: { format: 'text/latex' }, source: ['x'] },
            { cell_type: 'spreadsheet', id: 's', metadata: {}, source: ['y'] },
          ],
          { metadata: { kernelspec: { name: 'python3' } }, other: { a: 1 } },
        ),
      ),
    )
    expect(notebook).toMatchObject({ meta: { kernelspec: { name: 'python3' } }, extra: { other: { a: 1 } } })
    expect(notebook.cells).toMatchObject([
      { id: 'code', kind: 'code', meta: { collapsed: true }, result: { run: null, count: 3, outputs: [] } },
      { kind: 'note', source: '# a', attachments: image, result: null },
      { kind: 'raw', source: 'x', meta: { format: 'text/latex' } },
      { kind: 'raw', source: 'y' },
    ])
  })

  test('have outputs in the form of the file', () => {
    const output = {
      data: { 'text/plain': ['3'] },
      execution_count: 1,
      metadata: {},
      output_type: 'execute_result',
    }
    const failure = { ename: 'E', evalue: '', output_type: 'error', traceback: [] }
    const { cells } = expectSameBytes(
      written(file([code([], { outputs: [output] }), code([], { id: 'b', outputs: [failure] })])),
    )
    expect(cells[0]?.result).toMatchObject({
      status: 'done',
      count: null,
      outputs: [{ live: false, leaf: output }],
    })
    expect(cells[1]?.result?.status).toBe('error')
  })

  test('have no result if they are code that never ran', () => {
    expect(parsed(written(file([code()]))).cells[0]?.result).toBeNull()
  })
})

describe('a cell run or changed in the app', () => {
  const run: Run = { id: 'r', by: 'x', executor: 'k', startedAt: 1, endedAt: 2, count: 7, sourceDigest: '' }
  const ran = (notebook: Notebook, outputs: readonly { name: 'stdout'; text: string }[]): Notebook => ({
    ...notebook,
    cells: notebook.cells.map((cell) => ({
      ...cell,
      result: {
        run,
        count: 99,
        status: 'done',
        outputs: outputs.map((stream) => ({ live: true, stream: { output_type: 'stream', ...stream } })),
        reply: null,
        thinking: null,
        calls: [],
      },
    })),
  })
  const json = (notebook: Notebook): { readonly cells: readonly { readonly [key: string]: Leaf }[] } =>
    JSON.parse(formatNotebook(notebook)) as ReturnType<typeof json>

  test.each([
    ['list', ['x'], ['a\n', 'b']],
    ['string', 'x', 'a\nb'],
  ])('has a live stream written as the file’s %s form, and the count of the run', (_, source, text) => {
    const notebook = ran(parsed(written(file([code(source)]))), [{ name: 'stdout', text: 'a\nb' }])
    expect(json(notebook).cells[0]).toMatchObject({
      execution_count: 7,
      outputs: [{ name: 'stdout', output_type: 'stream', text }],
    })
  })

  test('is written without outputs and count once it is no longer code', () => {
    const notebook = ran(parsed(written(file([code()]))), [{ name: 'stdout', text: 'a' }])
    for (const kind of ['note', 'prompt', 'raw'] as const) {
      const cells = notebook.cells.map((cell) => ({ ...cell, kind }))
      expect(Object.keys(json({ ...notebook, cells }).cells[0] ?? {})).toEqual([
        'cell_type',
        'id',
        'metadata',
        'source',
      ])
    }
  })

  test('is written with outputs and count, and without attachments, once it is code', () => {
    const notebook = parsed(written(file([markdown([], { attachments: { a: {} } })])))
    const cells = notebook.cells.map((cell) => ({ ...cell, kind: 'code' as const }))
    expect(json({ ...notebook, cells }).cells[0]).toEqual(code([], { id: 'markdown' }))
  })
})
