import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { changedLines, code, expectSameBytes, file, markdown, parsed, withSource, written } from './files.ts'

const plain = file([code(['x = 1\n', 'x']), markdown(['é 🤖'], { metadata: { tags: ['a'] } })])
const text = written(plain)
const replaced = (from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`nothing to replace: ${from}`)
  return text.replace(from, to)
}

describe('a file in a form that programs write is written back byte for byte:', () => {
  test.each([
    ['indent 1', text],
    ['indent 2', JSON.stringify(plain, null, 2) + '\n'],
    ['indent 4', JSON.stringify(plain, null, 4) + '\n'],
    ['indent tab', JSON.stringify(plain, null, '\t') + '\n'],
    ['one line', JSON.stringify(plain)],
    ['no final newline', text.trimEnd()],
    ['a byte-order mark', '\ufeff' + text],
    ['Windows line ends', text.replaceAll('\n', '\r\n')],
    ['a byte-order mark and Windows line ends', '\ufeff' + text.replaceAll('\n', '\r\n')],
    [
      'escaped to ASCII',
      text.replace(/[^\n -~]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')),
    ],
    ['sources as strings', written(file([code('x = 1\nx'), markdown('text')]))],
    ['sources as both', written(file([code('x = 1\nx'), markdown(), markdown([], { id: 'third' })]))],
    ['keys in another order', JSON.stringify(Object.fromEntries(Object.entries(plain).reverse()), null, 1)],
    ['Python on one line', JSON.stringify(file([])).replaceAll(/[:,]/g, '$& ')],
    ['no cells', written(file([]))],
  ])('%s', (_, bytes) => {
    const notebook = expectSameBytes(bytes)
    expect(JSON.stringify(notebook)).not.toContain('verbatim')
    expect(JSON.stringify(notebook)).not.toContain('frame')
  })

  test('an ordinary file leaves nothing in format and extra besides its version', () => {
    const notebook = parsed(text)
    expect(notebook.format).toEqual({ nbformat: 4, minor: 5 })
    expect(notebook.cells.map((cell) => cell.extra)).toEqual([null, null])
  })

  test('an order of keys common to all cells is kept once for the file', () => {
    const cell = (id: string) => ({ source: ['x'], cell_type: 'markdown', metadata: { b: 1, a: 2 }, id })
    const notebook = expectSameBytes(written(file([cell('a'), cell('b')])))
    expect(notebook.cells.map((found) => found.extra)).toEqual([null, null])
    expect(notebook.format).toMatchObject({
      cellKeys: ['source', 'cell_type', 'metadata', 'id'],
      cellMetaKeys: ['b', 'a'],
    })
  })
})

describe('a file written by hand or by an unknown program is written back byte for byte:', () => {
  test.each([
    ['a list on one line', replaced('[\n     "a"\n    ]', '["a"]')],
    ['white space around colons and commas', replaced('"nbformat": 4,\n', '"nbformat" : 4 ,\n')],
    ['white space between cells', replaced('},\n  {', '} , {')],
    ['another indent in one cell', replaced('\n   "id": "code"', '\n       "id": "code"')],
    ['Windows line ends in one place', replaced('"outputs": [],\n', '"outputs": [],\r\n')],
    ['three spaces of indent and two line ends at the end', JSON.stringify(plain, null, 3) + '\n\n'],
    ['unnecessary escapes', replaced('x = 1', '\\u0078\\u0020= 1').replace('"tags"', '"t\\u0061gs"')],
    ['upper-case escapes', replaced('é', '\\u00E9')],
    [
      'an empty list of cells on two lines',
      '{"cells": [\n], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    ],
    ['a key twice in a cell', replaced('"id": "code",', '"id": "other",\n   "id": "code",')],
    ['a key twice at the top', replaced('"nbformat": 4,', '"nbformat": 3,\n "nbformat": 4,')],
    ['lists split elsewhere', replaced('"x = 1\\n",\n    "x"', '"x ",\n "= 1\\n",\n "x"')],
    ['no list of cells', '{"nbformat": 4, "nbformat_minor": 2, "metadata": {}}'],
    ['a cell without source', replaced(',\n   "source": [\n    "é 🤖"\n   ]', '')],
    ['no metadata and no outputs', replaced('   "metadata": {},\n   "outputs": [],\n', '')],
    [
      'null where an object belongs',
      replaced('"metadata": {},\n   "outputs"', '"metadata": null,\n   "outputs"'),
    ],
    ['no minor version', '{\n "cells": [],\n "metadata": {},\n "nbformat": 4\n}\n'],
    ['4.0 as a number', replaced('"nbformat": 4', '"nbformat": 4.0')],
    [
      'integer-like names',
      replaced('"metadata": {}', '"metadata": {\n    "b": 1,\n    "10": 1,\n    "9": 2\n   }'),
    ],
  ])('%s', (_, bytes) => {
    expect(bytes).not.toBe(text)
    expectSameBytes(bytes)
  })

  test('and an edited source leaves the rest of its cell as it was written', () => {
    const bytes = replaced('[\n     "a"\n    ]', '["a"]')
    const after = formatNotebook(withSource(parsed(bytes), 1, 'other'))
    expect(changedLines(bytes, after)).toEqual(['    "other"'])
  })

  test.each(['execution_count', 'outputs', 'metadata'])(
    'a cell without %s stays so until its source is edited, and is then as the format requires',
    (name) => {
      const { [name]: _, ...cell } = code(['a'])
      const bytes = written(file([cell, markdown(['b'])]))
      expectSameBytes(bytes)
      const { [name]: __, ...edited } = code(['other'])
      expect(JSON.parse(formatNotebook(withSource(parsed(bytes), 0, 'other')))).toEqual(
        file([{ ...edited, [name]: code()[name] ?? null }, markdown(['b'])]),
      )
    },
  )

  test('and any other edit gives that cell alone the standard form', () => {
    const bytes = JSON.stringify(plain, null, 1).replaceAll(/\[\s+("[^"]*")\s+\]/g, '[$1]')
    const { cells, ...notebook } = parsed(bytes)
    const after = formatNotebook({
      ...notebook,
      cells: cells.map((cell, at) => (at === 1 ? { ...cell, meta: { tags: ['b'] } } : cell)),
    })
    expect(changedLines(bytes, after)).toEqual([
      '    "tags": [',
      '     "b"',
      '    ]',
      '   },',
      '   "source": [',
      '    "é 🤖"',
      '   ]',
    ])
  })

  test('and deleting or moving cells still gives valid JSON with the same cells', () => {
    const bytes = replaced('},\n  {', '} , {')
    const notebook = parsed(bytes)
    for (const cells of [notebook.cells.toReversed(), notebook.cells.slice(1), []]) {
      const again = parsed(formatNotebook({ ...notebook, cells }))
      expect(again.cells.map((cell) => cell.source)).toEqual(cells.map((cell) => cell.source))
    }
  })

  test('and a kept text that a peer has broken does not break the file', () => {
    const kept = parsed(replaced('[\n     "a"\n    ]', '["a"]'))
    const broken = JSON.parse(JSON.stringify(kept).replaceAll('[\\"a\\"]', '[\\"a')) as typeof kept
    expect(JSON.stringify(broken)).not.toBe(JSON.stringify(kept))
    expect(formatNotebook(broken)).toBe(text)
    const raw = { ...kept, meta: { bad: { $json: '] oops' } } }
    expect(parsed(formatNotebook(raw)).meta).toEqual({ bad: '] oops' })
  })
})

test('a change in one cell changes only its lines of the file', () => {
  const after = formatNotebook(withSource(parsed(text), 0, 'x = 2\nx'))
  expect(changedLines(text, after)).toEqual(['    "x = 2\\n",'])
})

describe('the source of a cell in a file', () => {
  const sourceOf = (source: unknown) => expectSameBytes(written(file([code(source)]))).cells[0]

  test('has LF line ends in the app and its own in the file, edited or not', () => {
    for (const end of ['\r\n', '\r']) {
      const bytes = written(file([code(`a${end}b${end}`)]))
      const notebook = expectSameBytes(bytes)
      expect(notebook.cells[0]?.source).toBe('a\nb\n')
      expect(formatNotebook(withSource(notebook, 0, 'a\nc\n'))).toBe(bytes.replace('b', 'c'))
    }
    expect(sourceOf([`a\r\n`, `b`])?.source).toBe('a\nb')
    expect(sourceOf('a\r\nb\nc\rd')?.source).toBe('a\nb\nc\nd')
  })

  test('is split into lines as Python splits them', () => {
    const cell = sourceOf(['a\f', 'b\u2028', 'c\n', 'd'])
    expect(cell).toMatchObject({ source: 'a\fb\u2028c\nd', extra: null })
  })

  test('keeps white space, and may be empty', () => {
    for (const source of [[], '', ['\n'], ['\n', '\n', ' '], ['a\n'], '  a  \n\n']) sourceOf(source)
  })

  test('represents half a surrogate pair by a private-use character, and keeps such characters', () => {
    const lone = sourceOf(['a\ud83d', '\udc00b\udc00'])
    expect(lone?.source).toMatch(/^a[^]+b[^]+$/)
    expect(lone?.source).not.toMatch(/\p{Surrogate}/u)
    const [privateUse, escape] = ['\u{10f03d}', '\u{10f800}']
    expect(sourceOf([privateUse + escape + escape + privateUse])?.source).not.toMatch(/\p{Surrogate}/u)
  })
})
