import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { newCell, cellId, type Cell, type Notebook, type Result } from '../../../shared/notebook/notebook.ts'
import { kindNames } from '../../support/kind-names.ts'
import { expectSameBytes, file, parsed, throughDocument } from './files.ts'

// fast-check prints the seed and the path of a failure; `fc.assert` accepts both.

const separator = '##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->'
const words = [
  'a',
  ' ',
  '\n',
  '\n\n',
  'é',
  '🤖',
  separator,
  '\u{10f000}',
  '\u{10f800}',
  '"',
  '\\',
  '\0',
  '\u2028',
  '\f',
]
/** Nobody types the private-use characters that stand for half a surrogate pair. */
const typed = words.filter((word) => !/[\u{10f000}-\u{10f800}]/u.test(word))
const appText = fc.array(fc.constantFrom(...typed), { maxLength: 8 }).map((parts) => parts.join(''))
const fileWords = [...words, '\r', '\r\n', '\ud83d', '\udc00']
const fileText = fc.array(fc.constantFrom(...fileWords), { maxLength: 6 }).map((parts) => parts.join(''))
const anyJson = fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' })
const kind = fc.constantFrom('sql', 'image', 'chart', 'note', 'a b')
const members = fc.dictionary(
  fc.constantFrom(
    'a',
    'b',
    '10',
    '9',
    '__proto__',
    '$json',
    'solveit_ai',
    'llm_notebook',
    'llm_notebook_type',
    'llm_notebook_comments',
    'language',
    '\ud83d',
  ),
  fc.oneof(anyJson, kind),
  { maxKeys: 4 },
)

const fileCell = fc
  .record(
    {
      cell_type: fc.constantFrom('code', 'markdown', 'raw', 'heading'),
      id: fc.constantFrom('x', 'y', 'z', 'not an id', 7, null),
      metadata: members,
      outputs: fc.array(anyJson, { maxLength: 2 }),
      execution_count: fc.constantFrom(null, 1, 1.5),
      attachments: members,
      source: fc.oneof(fileText, fc.array(fileText, { maxLength: 4 })),
      other: anyJson,
    },
    { requiredKeys: ['cell_type'] },
  )
  .chain((cell) => fc.shuffledSubarray(Object.entries(cell), { minLength: Object.keys(cell).length }))
  .map((entries) => Object.fromEntries(entries))

const fileBytes = fc
  .record({
    cells: fc.array(fileCell, { maxLength: 4 }),
    metadata: members,
    minor: fc.integer({ min: 0, max: 5 }),
    indent: fc.constantFrom('', ' ', '  ', '    ', '\t', '   '),
    spoil: fc.array(fc.tuple(fc.nat(), fc.constantFrom(' ', '\n', '\r\n', '\t')), { maxLength: 4 }),
    end: fc.constantFrom('', '\n', '\r\n', '\n\n', ' '),
    bom: fc.constantFrom('', '\ufeff'),
  })
  .map(({ cells, metadata, minor, indent, spoil, end, bom }) => {
    let text = JSON.stringify(file(cells, { metadata, nbformat_minor: minor }), null, indent)
    // White space between tokens: before a quote or brace that opens.
    for (const [at, space] of spoil) {
      const places = [...text.matchAll(/,(?=\n)|[{[]\n/g)].map((found) => found.index + 1)
      const place = places[at % Math.max(places.length, 1)]
      if (place !== undefined) text = text.slice(0, place) + space + text.slice(place)
    }
    return bom + text + end
  })

test('any readable file is written back byte for byte, also through a document (random files)', () => {
  fc.assert(
    fc.property(fileBytes, (bytes) => {
      expectSameBytes(bytes)
    }),
    { numRuns: 400 },
  )
})

const result = (kind: Cell['kind']): fc.Arbitrary<Result | null> =>
  fc
    .option(
      fc.record({
        reply: appText,
        thinking: fc.option(appText),
        calls: fc.array(fc.constant({ name: 'f' }), { maxLength: 1 }),
      }),
    )
    .map((part) =>
      part === null || kind !== 'prompt'
        ? null
        : { run: null, count: null, status: 'done', outputs: [], ...part },
    )

const appCell = fc
  .constantFrom(...kindNames)
  .chain((kind) => fc.record({ kind: fc.constant(kind), source: appText, result: result(kind) }))

const appNotebook = fc.array(appCell, { maxLength: 5 }).map((cells): Notebook => ({
  ...newNotebook(),
  cells: cells.map(({ kind, source, result }, index) => ({
    ...newCell(kind, source, cellId(`c${index}`)),
    result,
  })),
}))

test('any notebook made in the app survives saving and loading (random notebooks)', () => {
  fc.assert(
    fc.property(appNotebook, (notebook) => {
      const text = formatNotebook(notebook)
      const again = parsed(text)
      expect(again.cells.map(({ kind, source, result }) => ({ kind, source, result }))).toEqual(
        notebook.cells.map(({ kind, source, result }) => ({ kind, source, result })),
      )
      expect(formatNotebook(again)).toBe(text)
      expect(formatNotebook(throughDocument(notebook))).toBe(text)
    }),
    { numRuns: 300 },
  )
})
