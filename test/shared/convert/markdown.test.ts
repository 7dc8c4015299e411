import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { newCell, type Cell, type Notebook } from '../../../shared/notebook/notebook.ts'
import { kindNames } from '../../support/kind-names.ts'
import { allKinds } from '../../support/all-kinds.ts'
import { isThere, read, shared, sharedBytes, withoutIds, words, written } from './notebooks.ts'

/**
 * Writes .md, reads it back and compares. Results are not read back, so the second .md has no outputs of
 * code.
 */
const expectKept = (notebook: Notebook): string => {
  const text = written('md', notebook)
  const back = read('a.md', text)
  expect(withoutIds(words(back))).toEqual(withoutIds(words(notebook)))
  const again = read('a.md', written('md', back))
  expect(words(again)).toEqual(words(back))
  return text
}

const cellsOf = (text: string): (readonly [string, string])[] =>
  read('a.md', text).cells.map(({ kind, source }) => [kind, source])

describe('export to .md and import', () => {
  test('writes plain Markdown: notes, code in fences without its output, prompts with replies', () => {
    const printed: Cell = {
      ...newCell('code', 'print("```")'),
      result: {
        run: null,
        count: 1,
        status: 'done',
        outputs: [
          { live: true, stream: { output_type: 'stream', name: 'stdout', text: '\u001b[31m```\u001b[0m\n' } },
        ],
        reply: null,
        thinking: null,
        calls: [],
      },
    }
    const prompt: Cell = {
      ...newCell('prompt', 'Why?'),
      result: {
        run: null,
        count: null,
        status: 'done',
        outputs: [],
        reply: 'So.',
        thinking: 'a --> b',
        calls: [],
      },
    }
    const note = newCell('note', '# Title\n\n```js\n1\n```')
    const two = newCell('note', 'a\n\n\nb\n<!-- #endregion -->')
    const cells = [note, newCell('note', 'second'), printed, two, prompt, newCell('raw', 'raw')]
    const text = expectKept({ ...newNotebook(), cells })
    expect(text.slice(text.indexOf('\n---\n') + 5)).toBe(`
<!-- #region -->
# Title

\`\`\`js
1
\`\`\`
<!-- #endregion -->

second

\`\`\`python
print("\`\`\`")
\`\`\`

<!-- #region -->
a


b
<!-- ~#endregion -->
<!-- #endregion -->

<!-- #region llm_notebook={"thinking": "a -\\u002d> b"} solveit_ai=true -->
##### 💬Prompt💬

Why?

##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->

So.
<!-- #endregion -->

<!-- #raw -->
raw
<!-- #endraw -->
`)
  })

  test('writes %%html cells as html fences like Jupytext, and reads html fences of other files as text', () => {
    const cells = [newCell('code', '%%html -q\n<b>x</b>'), newCell('note', 'Like\n\n```html\n<i>y</i>\n```')]
    const text = expectKept({ ...newNotebook(), cells })
    expect(text).toContain('\n```html magic_args="-q"\n<b>x</b>\n```\n\n<!-- #region -->\nLike\n')
    expect(cellsOf('Like\n\n```html\n<i>y</i>\n```')).toEqual([['note', 'Like\n\n```html\n<i>y</i>\n```']])
  })

  test('reads Markdown written by hand', () => {
    expect(
      cellsOf('# T\n\ntext\n\n```python\nx\n```\n\n```output\n1\n```\nmore\n\n\n~~~\n```python\n~~~\n'),
    ).toEqual([
      ['note', '# T\n\ntext'],
      ['code', 'x'],
      ['note', 'more'],
      ['note', '~~~\n```python\n~~~'],
    ])
    expect(cellsOf('```output\nkept\n```\n\n- item\n  ```python\n  y\n  ```\n\n```py\nopen')).toEqual([
      ['note', '```output\nkept\n```\n\n- item\n  ```python\n  y\n  ```'],
      ['code', 'open'],
    ])
    expect(cellsOf('---\ntitle: a\ntags:\n- b\n---\ntext')).toEqual([
      ['raw', '---\ntitle: a\ntags:\n- b\n---'],
      ['note', 'text'],
    ])
    expect(cellsOf('<!-- #prompt -->\nWhy?\n<!-- #endprompt -->\n---\nafter')).toEqual([
      ['prompt', 'Why?'],
      ['note', '---\nafter'],
    ])
  })

  test('keeps a notebook with all kinds of cells', () => {
    const text = expectKept(read('a.ipynb', allKinds()))
    expect(text).not.toContain('ZeroDivisionError')
    expect(text).not.toContain('\u001b')
  })

  test.runIf(isThere).each(shared)('keeps %s', (name) => {
    expectKept(read('a.ipynb', sharedBytes(name)))
  })
})

// fast-check prints the seed of a failure.
const pieces = ['a', ' ', '    ', '\n', '\n', '\n\n', '```', '```python', '````', '~~~', '```output', '`', '---', '<!-- #region -->', '<!-- #endregion -->', '<!-- ~#raw -->', '-->', '--', '##### 💬Prompt💬', '\u2028', '🤖', '##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->'] // prettier-ignore
const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join(''))
const meta = fc.dictionary(
  fc.constantFrom('tags', 'title', '10', 'a b', '-->', '`'),
  fc.jsonValue({ maxDepth: 2, stringUnit: fc.constantFrom('-', '>', '`', '"', '\\', 'a') }),
  { maxKeys: 2 },
)
const cell = fc.record({
  kind: fc.constantFrom(...kindNames),
  source: text,
  meta: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: meta }),
  printed: fc.option(text),
})

test('any notebook survives .md and back (random notebooks)', () => {
  fc.assert(
    fc.property(fc.array(cell, { maxLength: 5 }), (cells) => {
      const file = {
        cells: cells.map(({ kind, source, meta, printed }) => ({
          cell_type: kind === 'code' ? 'code' : kind === 'raw' ? 'raw' : 'markdown',
          metadata: kind === 'prompt' ? { ...meta, solveit_ai: true } : meta,
          source,
          ...(kind === 'code'
            ? {
                outputs: printed === null ? [] : [{ output_type: 'stream', name: 'stdout', text: printed }],
                execution_count: null,
              }
            : {}),
        })),
        metadata: {},
        nbformat: 4,
        nbformat_minor: 4,
      }
      expectKept(read('a.ipynb', JSON.stringify(file)))
    }),
    { numRuns: 400 },
  )
})
