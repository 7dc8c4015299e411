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

describe('a prompt cell of a Solveit file', () => {
  test('is read as question and reply, and its flag becomes the cell kind', () => {
    expect(cellOf(['Why?\n', '\n', `${separator}\n`, '\n', 'So.'])).toMatchObject({
      kind: 'prompt',
      source: 'Why?',
      meta: {},
      extra: null,
      result: { run: null, status: 'done', reply: 'So.', thinking: null, calls: [], outputs: [] },
    })
  })

  test.each([
    [
      'the older app’s separator with eight other digits',
      `a\n\n${separator.replace('7f3a9b2c', '0011aaFF')}\n\nb`,
    ],
    ['the oldest separator, without robots', `a\n\n${separator.replaceAll('🤖', '')}\n\nb`],
    ['a separator between single line breaks', `a\n${separator}\nb`],
    ['a separator without line breaks', `a${separator}b`],
  ])('is split at %s', (_, text) => {
    expect(cellOf(text)).toMatchObject({ kind: 'prompt', source: 'a', result: { reply: 'b' } })
  })

  test('keeps line breaks beyond two around the separator in question and reply', () => {
    expect(cellOf(`a\n\n\n${separator}\n\n\n\nb`)).toMatchObject({
      source: 'a\n',
      result: { reply: '\n\nb' },
    })
  })

  test('has no reply without a separator, and an empty reply if nothing follows it', () => {
    expect(cellOf('ask')).toMatchObject({ kind: 'prompt', source: 'ask', result: null })
    expect(cellOf(`ask\n\n${separator}\n\n`)).toMatchObject({ source: 'ask', result: { reply: '' } })
    expect(cellOf(`\n\n${separator}\n\nb`)).toMatchObject({ source: '', result: { reply: 'b' } })
  })

  test('stays without the flag if the file had lost it', () => {
    expect(cellOf(`a\n\n${separator}\n\nb`, {})).toMatchObject({
      kind: 'prompt',
      extra: { prompt: { flag: false } },
    })
  })

  test('is a note if the flag is not true', () => {
    expect(cellOf('a', { metadata: { solveit_ai: false } })).toMatchObject({
      kind: 'note',
      meta: { solveit_ai: false },
    })
  })

  test('is split at the first separator, and a second one belongs to the reply', () => {
    expect(cellOf(`a\n\n${separator}\n\nb\n\n${separator}\n\nc`).result?.reply).toBe(`b\n\n${separator}\n\nc`)
  })

  test('keeps tool calls, usage, thinking marks and an interruption as text of the reply', () => {
    const reply = "🧠🧠\n\n<details class='tool-usage-details'>\n</details>\n\n*[Response interrupted]*"
    expect(cellOf(`a\n\n${separator}\n\n${reply}`).result?.reply).toBe(reply)
  })

  test('keeps the separator’s form when the question is edited', () => {
    const text = `a\n${separator.replace('7f3a9b2c', '0011aaff')}\nb`
    const bytes = written(file([markdown(text, flagged)]))
    const notebook = parsed(bytes)
    const cells = notebook.cells.map((cell) => ({ ...cell, source: 'changed' }))
    expect(formatNotebook({ ...notebook, cells })).toBe(bytes.replace('"a\\n', '"changed\\n'))
  })
})

describe('a prompt cell written in the app', () => {
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

  test('is saved in Solveit’s form', () => {
    expect(JSON.parse(formatNotebook(prompt('Why?', { reply: 'So.' })))).toMatchObject({
      cells: [markdown(['Why?\n', '\n', `${separator}\n`, '\n', 'So.'], { id: 'p', ...flagged })],
    })
    expect(JSON.parse(formatNotebook(prompt('Why?', {})))).toMatchObject({ cells: [{ source: ['Why?'] }] })
  })

  test('keeps thinking and tool calls beside the reply', () => {
    const calls = [{ id: 'c', name: 'add', input: { a: 1 } }]
    for (const part of [{ thinking: 'hm\n' }, { calls }, { thinking: '', calls }]) {
      const notebook = prompt('Why?', { reply: 'So.', ...part })
      expect(again(notebook)).toEqual(notebook.cells[0])
    }
  })

  test('keeps the text of an interrupted or failed reply', () => {
    for (const status of ['interrupted', 'error'] as const) {
      expect(again(prompt('Why?', { reply: 'So f', status }))?.result?.reply).toBe('So f')
    }
  })

  test.each([
    separator,
    separator.replaceAll('🤖', ''),
    separator.replace('<!-- ', '<!-- ~'),
    `${separator}\n\n${separator.replace('<!-- ', '<!-- ~~')}`,
  ])('keeps a separator in the question, in the reply or in a note as text: %j', (text) => {
    const notebook = prompt(`a ${text} b`, { reply: `c ${text} d` })
    expect(again(notebook)).toEqual(notebook.cells[0])
    const note = { ...notebook, cells: [newCell('note', text, cellId('n'))] }
    expect(again(note)).toEqual(note.cells[0])
  })

  test('keeps its whole reply in Solveit, which drops what follows a second separator', () => {
    const text = joinPrompt({ source: 'a', reply: `b ${separator} c`, form: {} })
    expect(text.split(separator)).toHaveLength(2)
    expect(splitPrompt(text).reply).toBe(`b ${separator} c`)
  })
})
