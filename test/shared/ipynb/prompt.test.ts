import { describe, expect, test } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { joinPrompt, splitPrompt } from '../../../shared/notebook/cell-kinds/prompt-text.ts'
import { newCell, cellId, type Cell, type Notebook, type Result } from '../../../shared/notebook/notebook.ts'
import { expectSameBytes, file, markdown, parsed, written, type Json } from './files.ts'

const separator = '##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->'
const flagged: Json = { metadata: { solveit_ai: true } }
const cellOf = (source: unknown, other: Json = flagged): Cell => {
  const [cell] = expectSameBytes(written(file([markdown(source, other)]))).cells
  if (!cell) throw new Error('no cell')
  return cell
}

describe('prompts of a file', () => {
  test('Solveit: question and reply, the flag said by the kind', () => {
    expect(cellOf(['Why?\n', '\n', `${separator}\n`, '\n', 'So.'])).toMatchObject({
      kind: 'prompt',
      source: 'Why?',
      meta: {},
      extra: null,
      result: { run: null, status: 'done', reply: 'So.', thinking: null, calls: [], outputs: [] },
    })
  })

  test.each([
    ['the older app: eight other digits', `a\n\n${separator.replace('7f3a9b2c', '0011aaFF')}\n\nb`],
    ['the oldest form, without robots', `a\n\n${separator.replaceAll('🤖', '')}\n\nb`],
    ['one line break', `a\n${separator}\nb`],
    ['none', `a${separator}b`],
  ])('%s', (_, text) => {
    expect(cellOf(text)).toMatchObject({ kind: 'prompt', source: 'a', result: { reply: 'b' } })
  })

  test('line breaks past two belong to the texts', () => {
    expect(cellOf(`a\n\n\n${separator}\n\n\n\nb`)).toMatchObject({
      source: 'a\n',
      result: { reply: '\n\nb' },
    })
  })

  test('a flag without separator is a prompt without reply, an empty reply is one', () => {
    expect(cellOf('ask')).toMatchObject({ kind: 'prompt', source: 'ask', result: null })
    expect(cellOf(`ask\n\n${separator}\n\n`)).toMatchObject({ source: 'ask', result: { reply: '' } })
    expect(cellOf(`\n\n${separator}\n\nb`)).toMatchObject({ source: '', result: { reply: 'b' } })
  })

  test('a lost flag stays lost', () => {
    expect(cellOf(`a\n\n${separator}\n\nb`, {})).toMatchObject({
      kind: 'prompt',
      extra: { prompt: { flag: false } },
    })
  })

  test('a flag that is not true is no flag', () => {
    expect(cellOf('a', { metadata: { solveit_ai: false } })).toMatchObject({
      kind: 'note',
      meta: { solveit_ai: false },
    })
  })

  test('split at the first separator; the second is part of the reply', () => {
    expect(cellOf(`a\n\n${separator}\n\nb\n\n${separator}\n\nc`).result?.reply).toBe(`b\n\n${separator}\n\nc`)
  })

  test('tool calls, usage, thinking marks and an interruption are text and stay', () => {
    const reply = "🧠🧠\n\n<details class='tool-usage-details'>\n</details>\n\n*[Response interrupted]*"
    expect(cellOf(`a\n\n${separator}\n\n${reply}`).result?.reply).toBe(reply)
  })

  test('an edit keeps digits, robots and gaps', () => {
    const text = `a\n${separator.replace('7f3a9b2c', '0011aaff')}\nb`
    const bytes = written(file([markdown(text, flagged)]))
    const notebook = parsed(bytes)
    const cells = notebook.cells.map((cell) => ({ ...cell, source: 'changed' }))
    expect(formatNotebook({ ...notebook, cells })).toBe(bytes.replace('"a\\n', '"changed\\n'))
  })
})

describe('prompts of the app', () => {
  const result: Result = {
    run: null,
    count: null,
    status: 'done',
    outputs: [],
    reply: null,
    thinking: null,
    calls: [],
  }
  const prompt = (source: string, part: Partial<Result>): Notebook => ({
    ...newNotebook(),
    cells: [{ ...newCell('prompt', source, cellId('p')), result: { ...result, ...part } }],
  })
  const again = (notebook: Notebook): Cell | undefined => parsed(formatNotebook(notebook)).cells[0]

  test("are written in Solveit's form", () => {
    expect(JSON.parse(formatNotebook(prompt('Why?', { reply: 'So.' })))).toMatchObject({
      cells: [markdown(['Why?\n', '\n', `${separator}\n`, '\n', 'So.'], { id: 'p', ...flagged })],
    })
    expect(JSON.parse(formatNotebook(prompt('Why?', {})))).toMatchObject({ cells: [{ source: ['Why?'] }] })
  })

  test('thinking and tool calls survive beside the reply', () => {
    const calls = [{ id: 'c', name: 'add', input: { a: 1 } }]
    for (const part of [{ thinking: 'hm\n' }, { calls }, { thinking: '', calls }]) {
      const notebook = prompt('Why?', { reply: 'So.', ...part })
      expect(again(notebook)).toEqual(notebook.cells[0])
    }
  })

  test('an interrupted or failed reply keeps its text', () => {
    for (const status of ['interrupted', 'error'] as const) {
      expect(again(prompt('Why?', { reply: 'So f', status }))?.result?.reply).toBe('So f')
    }
  })

  test.each([
    separator,
    separator.replaceAll('🤖', ''),
    separator.replace('<!-- ', '<!-- ~'),
    `${separator}\n\n${separator.replace('<!-- ', '<!-- ~~')}`,
  ])('a separator in the question, the reply or a note is text: %j', (text) => {
    const notebook = prompt(`a ${text} b`, { reply: `c ${text} d` })
    expect(again(notebook)).toEqual(notebook.cells[0])
    const note = { ...notebook, cells: [newCell('note', text, cellId('n'))] }
    expect(again(note)).toEqual(note.cells[0])
  })

  test('Solveit, which keeps the part before a second separator, keeps the whole reply', () => {
    const text = joinPrompt({ source: 'a', reply: `b ${separator} c`, form: {} })
    expect(text.split(separator)).toHaveLength(2)
    expect(splitPrompt(text).reply).toBe(`b ${separator} c`)
  })
})
