import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { expectSameBytes, parsed, written } from './files.ts'

const v3 = (cells: readonly unknown[], more: readonly unknown[] = []): string =>
  written({
    metadata: { name: 'old', signature: 'sha256:0', kept: 1 },
    nbformat: 3,
    nbformat_minor: 0,
    worksheets: [
      { cells, metadata: {} },
      { cells: more, metadata: {} },
    ],
  })
const upgraded = (text: string): { readonly cells: readonly unknown[]; readonly [key: string]: unknown } =>
  JSON.parse(formatNotebook(parsed(text))) as ReturnType<typeof upgraded>

describe('a file of nbformat 3', () => {
  test('becomes 4.5 with one list of cells, without name and signature', () => {
    const { cells, ...rest } = upgraded(
      v3([{ cell_type: 'markdown', metadata: {}, source: ['a'] }], [{ cell_type: 'raw', source: 'b' }]),
    )
    expect(rest).toEqual({ metadata: { kept: 1 }, nbformat: 4, nbformat_minor: 5 })
    const id = expect.stringMatching(/^[0-9a-f]{8}$/) as string
    expect(cells).toEqual([
      { cell_type: 'markdown', id, metadata: {}, source: ['a'] },
      { cell_type: 'raw', id, metadata: {}, source: 'b' },
    ])
  })

  test('keeps input, prompt number and collapsed state of code cells', () => {
    const cell = {
      cell_type: 'code',
      collapsed: true,
      input: ['x\n', 'y'],
      language: 'python',
      outputs: [],
      prompt_number: 4,
    }
    expect(upgraded(v3([cell])).cells).toMatchObject([
      {
        cell_type: 'code',
        execution_count: 4,
        metadata: { collapsed: true },
        outputs: [],
        source: ['x\n', 'y'],
      },
    ])
    expect(upgraded(v3([cell])).cells[0]).not.toHaveProperty('language')
    expect(parsed(v3([{ cell_type: 'code', input: 'x' }])).cells).toMatchObject([
      { source: 'x', result: null },
    ])
  })

  test('has its heading cells read as notes of one line', () => {
    const heading = (level: unknown, source: unknown) => ({
      cell_type: 'heading',
      level,
      metadata: {},
      source,
    })
    const { cells } = parsed(v3([heading(2, ['two\n', 'lines']), heading(undefined, 'one')]))
    expect(cells.map(({ kind, source }) => [kind, source])).toEqual([
      ['note', '## two lines'],
      ['note', '# one'],
    ])
  })

  test('has its outputs converted to media types', () => {
    const outputs = [
      {
        output_type: 'pyout',
        prompt_number: 3,
        text: ['1'],
        html: '<b>',
        json: '{"a": 1.0}',
        metadata: { png: { width: 1 } },
      },
      { output_type: 'display_data', png: 'AAAA', metadata: {} },
      { output_type: 'stream', stream: 'stderr', text: 'w' },
      { output_type: 'pyerr', ename: 'E', evalue: 'v', traceback: ['t'] },
    ]
    const text = formatNotebook(parsed(v3([{ cell_type: 'code', input: '', outputs }])))
    expect(text).toContain('"a": 1.0')
    expect((JSON.parse(text) as { cells: unknown[] }).cells).toMatchObject([
      {
        outputs: [
          {
            data: { 'text/plain': ['1'], 'text/html': '<b>', 'application/json': { a: 1 } },
            execution_count: 3,
            metadata: { 'image/png': { width: 1 } },
            output_type: 'execute_result',
          },
          { data: { 'image/png': 'AAAA' }, metadata: {}, output_type: 'display_data' },
          { name: 'stderr', output_type: 'stream', text: 'w' },
          { ename: 'E', evalue: 'v', output_type: 'error', traceback: ['t'] },
        ],
      },
    ])
  })

  test('without worksheets or minor version is an empty notebook that is saved as an ordinary file', () => {
    for (const text of ['{"nbformat": 3, "metadata": {"name": ""}}', v3([])]) {
      const notebook = expectSameBytes(formatNotebook(parsed(text)))
      expect(notebook).toMatchObject({ format: { nbformat: 4, minor: 5 }, cells: [] })
    }
  })
})

/**
 * Compared with what nbformat 5.10 makes of it (`nbformat.read(file, 4)`), which loses the name of an error.
 */
test('a file of nbformat 2, whose lists of lines have no line ends, is upgraded', () => {
  const outputs = [
    {
      output_type: 'pyout',
      prompt_number: 3,
      text: ['1', '2'],
      html: ['<p>', '</p>'],
      json: ['{"a":', '1}'],
    },
    { output_type: 'stream', text: 'printed' },
    { output_type: 'display_data', png: 'AAAA', svg: ['<svg>', '</svg>'] },
    { output_type: 'pyerr', etype: 'ValueError', evalue: 'no', traceback: ['t1', 't2'] },
  ]
  const code = { cell_type: 'code', collapsed: false, input: ['a = 1', 'a'], language: 'python' }
  const file = {
    metadata: { name: 'two', kept: 1 },
    nbformat: 2,
    worksheets: [
      {
        cells: [
          { cell_type: 'markdown', source: ['# Old', '', 'text'] },
          { cell_type: 'html', source: '<b>x</b>' },
          { ...code, outputs, prompt_number: 3 },
          { cell_type: 'code', input: 'b', outputs: [] },
        ],
      },
    ],
  }
  const id = expect.any(String) as string
  expect(upgraded(JSON.stringify(file))).toEqual({
    metadata: { kept: 1 },
    nbformat: 4,
    nbformat_minor: 5,
    cells: [
      { cell_type: 'markdown', id, metadata: {}, source: '# Old\n\ntext' },
      { cell_type: 'markdown', id, metadata: {}, source: '<b>x</b>' },
      {
        cell_type: 'code',
        execution_count: 3,
        id,
        metadata: { collapsed: false },
        outputs: [
          {
            data: { 'application/json': { a: 1 }, 'text/html': '<p>\n</p>', 'text/plain': '1\n2' },
            execution_count: 3,
            metadata: {},
            output_type: 'execute_result',
          },
          { name: 'stdout', output_type: 'stream', text: 'printed' },
          {
            data: { 'image/png': 'AAAA', 'image/svg+xml': '<svg>\n</svg>' },
            metadata: {},
            output_type: 'display_data',
          },
          { ename: 'ValueError', evalue: 'no', output_type: 'error', traceback: ['t1', 't2'] },
        ],
        source: 'a = 1\na',
      },
      { cell_type: 'code', execution_count: null, id, metadata: {}, outputs: [], source: 'b' },
    ],
  })
})
