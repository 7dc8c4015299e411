import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { buildContext, surroundings } from '../../../shared/context/build.ts'
import { untrusted } from '../../../shared/context/untrusted.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { markdownHtml } from '../../../shared/convert/html-markdown.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { readNotebook } from '../../../shared/notebook/document/read.ts'
import { cellId, type Cell, type Leaf } from '../../../shared/notebook/notebook.ts'
import { mentionedIn } from '../../../shared/notebook/mentioned.ts'
import { readReferences, type Reference } from '../../../shared/notebook/references.ts'
import type { ToolPlace } from '../../../shared/tools/tool.ts'
import { functionTools } from '../../../shared/tools/functions.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'

describe('references of a prompt', () => {
  test.each([
    ['What is $`x`, and $`df["a b"].mean()`?', ['x', 'df["a b"].mean()'], []],
    ['Use &`search` and &`[add, sub]`, &`[ add,mul ]`.', [], ['search', 'add', 'sub', 'mul']],
    ['$`x` again $`x`', ['x'], []],
    ['(a `$x` b) `&f` costs $5 and `x` & `y`', [], []],
    ['In two backticks: ``$`x` `` and `` &`f` ``, or \\$`x` and \\&`f`', [], []],
    ['A formula as elsewhere: $`x^2`$', [], []],
    ['```python\n$`x`\n```\n~~~\n&`f`\n~~~\n$`y`', ['y'], []],
    ['```\n$`x`', [], []],
    ['$`x\n\ny` and $``', [], []],
    ['$`"é" + 😀`', ['"é" + 😀'], []],
  ] as const)('are found in %j', (text, values, functions) =>
    expect(mentionedIn(text)).toEqual({ values, functions }),
  )

  test('are not formulas', () => {
    const math = (tex: string): string => `[${tex}]`
    expect(markdownHtml('($`x`+$`y`) and $z$', math)).toBe(
      '<p>($<code>x</code>+$<code>y</code>) and [z]</p>\n',
    )
  })

  test('are parsed, bounded and checked when they come from a peer', () => {
    const parameters = { type: 'object', properties: {} }
    expect(
      readReferences([
        { value: 'x', text: 'y'.repeat(9_000), more: 1 },
        { value: 'x', text: 7 },
        { name: 'f', description: 'Does.', parameters, awaited: true },
        { name: 'f(); import os', description: 'Does.', parameters },
        { name: 'g', refused: 'no docstring' },
        null,
        'x',
      ]),
    ).toEqual([
      { value: 'x', text: 'y'.repeat(600) },
      { name: 'f', description: 'Does.', parameters, awaited: true },
      { name: 'g', refused: 'no docstring' },
    ])
    expect(readReferences('nothing')).toEqual([])
    expect(readReferences(Array.from({ length: 99 }, () => ({ value: 'x', text: '1' })))).toHaveLength(50)
  })
})

const looked: readonly Reference[] = [
  { value: 'x', text: '42' },
  { value: 'y', text: "NameError: name 'y' is not defined", failed: true },
  { name: 'g', refused: 'it has no docstring' },
]
const source = 'Why $`x` and $`y`, with &`g`?'
const prompt = (id: string, reply: string | null, references = looked): Cell => ({
  ...plainCell(id, 'prompt', source),
  result: {
    run: null,
    count: null,
    status: 'done',
    outputs: [],
    reply,
    thinking: null,
    calls: [],
    references,
  },
})
const told = [
  source,
  untrusted('value of x', '42'),
  untrusted('value of y', "NameError: name 'y' is not defined"),
].join('\n\n')

describe('values that a prompt refers to', () => {
  const messages = (...cells: readonly Cell[]) =>
    buildContext(plainNotebook(cells), cellId('ask'), surroundings(9_999))?.messages.map(({ text }) => text)

  test('are sent with the question, and again unchanged with later prompts', () => {
    expect(messages(prompt('ask', 'an old reply'))).toEqual([told])
    expect(messages(prompt('p', 'Because.'), plainCell('ask', 'prompt', 'And?'))).toEqual([
      told,
      'Because.',
      'And?',
    ])
  })

  test('are reported as missing if not looked up, and left out if no longer referred to', () => {
    const [text] = messages({ ...prompt('ask', null), source: '$`x` and $`z`' }) ?? []
    expect(text).toContain(untrusted('value of z', 'It was not looked up.'))
    expect(text).toContain('42')
    expect(text).not.toContain('NameError')
    expect(messages({ ...prompt('ask', null), source: 'Nothing.' })).toEqual(['Nothing.'])
  })

  test('are not looked up for references in code', () => {
    const code = { ...plainCell('c', 'code', 's = "$`x`"') }
    expect(messages(code, plainCell('ask', 'prompt', 'Why?'))?.join('')).not.toContain('value of')
  })

  test('survive the file and the document', () => {
    const notebook = { ...plainNotebook([prompt('p', 'Because.')]) }
    const parsed = parseNotebook(formatNotebook(notebook))
    if (!parsed.ok) throw new Error(parsed.reason)
    expect(parsed.notebook.cells[0]?.result?.references).toEqual(looked)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, importNotebook(parsed.notebook, 'doc'))
    expect(readNotebook(doc).cells[0]?.result?.references).toEqual(looked)
    expect(formatNotebook(readNotebook(doc))).toBe(formatNotebook(parsed.notebook))
  })
})

test('a function is called with arguments written as Python literals', () => {
  const properties = { x: {}, y: {}, z: {} }
  const parameters = { type: 'object', properties }
  const tools = functionTools([
    ...looked,
    { name: 'f', description: 'Does.', parameters },
    { name: 'g', description: 'Does.', parameters, awaited: true },
  ])
  expect(tools.map(({ name, tier, executor }) => [name, tier, executor])).toEqual([
    ['f', 'run', 'kernel'],
    ['g', 'run', 'kernel'],
  ])
  const exact = (at: number, input: Leaf) => tools[at]?.exact(input, {} as ToolPlace)
  expect(exact(0, { x: [1, null, true], y: { 'a"b': false }, z: 'é\n"' })).toEqual({
    ok: true,
    text: String.raw`f(x=[1, None, True], y={"a\"b": False}, z="é\n\"")`,
  })
  expect(exact(1, {})).toEqual({ ok: true, text: 'await g()' })
  for (const input of [{ 'x=1); import os; f(x': 1 }, { w: 1 }, { ['__proto__']: 1 }, 'x', null])
    expect(exact(0, input)?.ok).toBe(false)
})
