import { describe, expect, test } from 'vitest'
import { readJson } from '../../../shared/ipynb/json-read.ts'
import { maxDepth, nesting } from '../../../shared/notebook/leaf.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import type { Leaf, Leaves } from '../../../shared/notebook/notebook.ts'
import { code, expectSameBytes, file, leafOf, parsed, reasonOf, written } from './files.ts'

const hostile: readonly (readonly [name: string, json: string])[] = [
  ['a float without fraction', '1.0'],
  ['an exponent', '1e5'],
  ['a small float as Python writes it', '1e-05'],
  ['2^53 + 1', '9007199254740993'],
  ['minus zero', '-0'],
  ['NaN', 'NaN'],
  ['minus infinity', '-Infinity'],
  ['half a surrogate pair', '"a\\ud83d"'],
  ['the other half', '"\\udc00b"'],
  ['__proto__', '{\n      "__proto__": {\n       "a": 1\n      }\n     }'],
  ['integer-like names', '{\n      "b": 1,\n      "10": 2,\n      "9": 3\n     }'],
  ['a repeated name', '{\n      "a": 1,\n      "a": 2\n     }'],
  ['a name with half a surrogate pair', '{\n      "\\ud83d": 1\n     }'],
  ['a member named constructor', '{\n      "constructor": 1\n     }'],
  ['a member named $json', '{\n      "$json": "1.0"\n     }'],
]
const carried: readonly (readonly [name: string, json: string])[] = [
  ['2^53', '9007199254740992'],
  ['a large float', '1e+21'],
  ['a float', '-1.5'],
  ['an emoji', '"🤖"'],
  ['sorted integer-like names', '{\n      "9": 3,\n      "10": 2,\n      "b": 1\n     }'],
  ['names of Object.prototype', '{\n      "hasOwnProperty": 1,\n      "toString": null\n     }'],
]

/** The value is in an output, with the indentation used above. */
const inOutput = (json: string): string =>
  written(
    file([code([], { outputs: [{ data: { 'x/y': 'HERE' }, metadata: {}, output_type: 'display_data' }] })]),
  ).replace('"HERE"', json.replaceAll('\n', '\n  '))

describe.each(hostile)('%s in a file', (_, json) => {
  test('is kept as its JSON text in an output', () => {
    const bytes = inOutput(json)
    const notebook = expectSameBytes(bytes)
    expect(JSON.stringify(leafOf(notebook, 0))).toContain('{"$json":')
    expect(notebook.cells[0]?.extra).toBeNull()
  })

  test.each(['metadata', 'unknown'])('is written back unchanged in %s of notebook and cell', (key) => {
    const placed = { [key]: { a: 'HERE' } }
    const bytes = written(file([code([], placed)], placed)).replaceAll('"HERE"', json)
    expectSameBytes(bytes)
  })
})

test.each(carried)('%s needs no JSON text to be kept', (_, json) => {
  expect(JSON.stringify(leafOf(expectSameBytes(inOutput(json)), 0))).not.toContain('$json')
})

test.each(['__proto__', '$json', '$json:x', '10', '\ud83d', 'constructor', '', 'é'])(
  '%j as a name in any object of a file is written back unchanged',
  (key) => {
    const value = JSON.parse(`{${JSON.stringify(key)}: {"a": 1}, "b": 2}`) as Record<string, unknown>
    const cell = { ...code(), metadata: value, ...value }
    // A spread would set the prototype.
    Object.defineProperty(cell, key, { value: 1, enumerable: true, configurable: true })
    const attached = { cell_type: 'raw', attachments: value, source: [], metadata: {} }
    const notebook = file([cell, attached], { metadata: value })
    Object.defineProperty(notebook, key, { value: 1, enumerable: true, configurable: true })
    expectSameBytes(written(notebook))
  },
)

describe('readJson', () => {
  test.each([
    ['{"a" 1}', 5],
    ['{"a": 1,}', 8],
    ["{'a': 1}", 1],
    ['[1 2]', 3],
    ['["a\nb"]', 3],
    ['["\\x"]', 1],
    ['[01]', 2],
    ['[1] 2', 4],
    ['[tru]', 1],
    ['{"a": "b', 8],
    ['[1, ', 3],
    ['', 0],
  ])('%j fails at %i', (text, at) => {
    expect(readJson(text)).toMatchObject({ ok: false, at })
  })

  test('refuses JSON nested too deeply, without a stack overflow', () => {
    expect(readJson('['.repeat(100_000))).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/deep/) as string,
    })
    expect(readJson('['.repeat(maxDepth) + ']'.repeat(maxDepth))).toMatchObject({ ok: true })
  })
})

const nested = (depth: number): unknown => {
  let value: unknown = 'inside'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** Checked by hand: `python3 -c "import json; json.load(open(…))"` reads at most 992 nested lists. */
test('a file as deep as Python reads is written back byte for byte, a deeper one is refused', () => {
  for (const indent of [1, 0]) {
    const deep = (value: unknown): string =>
      JSON.stringify(
        file([code(), code([], { id: 'b', metadata: { value } })], { other: value }),
        null,
        indent,
      )
    const text = deep(nested(maxDepth - 4))
    expect(nesting(text)).toBe(maxDepth)
    expectSameBytes(text)
    expect(reasonOf(deep(nested(maxDepth - 3)))).toMatch(/nested more than 992 deep/)
  }
})

test('a value too deep for a file is replaced by a message, so that the file can be read', () => {
  const notebook = parsed(written(file([code(), code([], { id: 'b' })])))
  const cells = notebook.cells.map((cell) => ({
    ...cell,
    meta: {
      fits: nested(maxDepth - 4),
      deep: nested(2_000),
      raw: { $json: JSON.stringify(nested(1_500)) },
    } as Leaves,
    extra: { verbatim: { parts: ['{"a":'.repeat(991), '}'.repeat(991)], digest: '' } } as Leaf,
  }))
  const text = formatNotebook({ ...notebook, cells })
  expect(nesting(text)).toBe(maxDepth)
  expect(parsed(text).cells[1]?.meta).toMatchObject({
    fits: nested(maxDepth - 4),
    raw: '[left out: nested more than 992 deep]',
  })
})
