// Tool calls of a model during its reply, carried out by the relay.
import { notebookTools } from '../../../shared/tools/notebook-tools.ts'
import { describe, expect, test } from 'vitest'
import { untrusted } from '../../../shared/context/untrusted.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { maxSteps } from '../../../shared/model/reply.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { readCell, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { reviewFirstKey } from '../../../shared/notebook/document/changes.ts'
import { keepChanges, listChanges } from '../../../shared/notebook/document/review.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { replyParts } from '../../../shared/reply/parts.ts'
import { relayTool } from '../../../shared/tools/tool.ts'
import * as z from 'zod/mini'
import { lastAnswers, prompt, Table, usual } from './tool-table.ts'

describe('a tool call that the relay carries out', () => {
  test('is answered inside a boundary, shown to everyone and saved in Solveit’s form', async () => {
    const table = new Table()
    await table.answer.text('I look.')
    await table.call(['read_cells', { ids: ['n'] }], ['search', { query: 'EURO' }])
    table.next()
    const { messages, tools } = table.answer.request
    expect(tools.map(({ name }) => name)).toContain('edit_cell')
    expect(messages.at(-2)).toMatchObject({ role: 'assistant', text: 'I look.' })
    expect(lastAnswers(table.answer.request)).toEqual([
      untrusted('read_cells', 'cell 2 (note, id n)\nPrices in euro'),
      untrusted('search', 'cell 2 (note, id n): Prices in euro'),
    ])
    expect(table.calls(2)).toMatchObject([
      { name: 'read_cells', state: 'done', text: 'cell 2 (note, id n)\nPrices in euro' },
      { name: 'search', state: 'done' },
    ])
    await table.done()
    const parts = replyParts(table.reply(2))
    expect(parts.map(({ type }) => type)).toEqual(['text', 'tool', 'tool', 'text'])
    expect(parts[1]).toMatchObject({
      call: 'read_cells(ids=["n"])',
      result: 'cell 2 (note, id n)\nPrices in euro',
    })
    expect(parts[1]).toMatchObject({ id: table.calls()[0]?.id })

    const file = formatNotebook(readNotebook(table.doc))
    expect(file).toContain("<details class='tool-usage-details'>")
    expect(file).not.toContain('"calls"')
    const read = parseNotebook(new TextEncoder().encode(file))
    if (!read.ok) throw new Error(read.reason)
    expect(read.notebook.cells[3]?.result).toMatchObject({ reply: table.reply(), calls: [] })
  })

  test('edits a cell only if the old text occurs exactly once, and otherwise says how often it does', async () => {
    const table = new Table()
    const edit = (old: string, to: string): Promise<string> =>
      table.answered('edit_cell', { id: 'a', old, new: to })
    expect(await edit('z', '1')).toContain('found 0 times')
    expect(await edit('x', 'z')).toContain('found 2 times')
    expect(await edit('', 'z')).toContain('is empty')
    expect(table.source('a')).toBe('x = 1\ny = x\n')
    expect(await edit('y = x', 'y = 2 * x')).toContain('was changed')
    expect(table.source('a')).toBe('x = 1\ny = 2 * x\n')
    expect(table.calls().map(({ state }) => state)).toEqual(['failed', 'failed', 'failed', 'done'])
  })

  test('adds, moves, flags and deletes cells, without running them or entering a person’s undo', async () => {
    const table = new Table()
    const undo = new Undo(table.replicas.get(1))
    const added = await table.answered('add_cell', { after: 'a', kind: 'code', source: 'print(1)' })
    const [, id = ''] = /cell 2 \(code, id (\w+)\)/.exec(added) ?? []
    expect(table.source(id)).toBe('print(1)')
    expect(await table.answered('move_cell', { id, after: null })).toContain('cell 1 (')
    await table.answered('set_flags', { id: 'n', pinned: true })
    expect(readCell(table.doc, cellId('n'))?.meta).toEqual({ pinned: true })
    await table.answered('delete_cell', { id: 'below' })
    expect(await table.answered('delete_cell', { id: 'ask' })).toContain('the prompt')
    expect(visibleCells(table.doc)).toEqual([id, 'a', 'n', 'secret', 'ask'])
    expect(readCell(table.replicas.get(1), cellId(id))?.result).toBe(null)
    expect(undo.manager.undoStack).toEqual([])
  })

  test('deletes a cell only as it has seen it', async () => {
    const table = new Table()
    const page = table.replicas.get(1)
    apply(page, { type: 'splice-source', id: cellId('below'), from: 0, to: 0, insert: 'just written, ' })
    table.replicas.sync()
    expect(await table.answered('delete_cell', { id: 'below' })).toContain('just written, from below')
    expect(visibleCells(table.doc)).toContain('below')
    await table.answered('delete_cell', { id: 'below' })
    expect(visibleCells(table.doc)).not.toContain('below')
  })

  test('adds code without a fence around it, and notes with theirs', async () => {
    const table = new Table()
    const fenced = '```python\nprint(1)\n```'
    for (const kind of ['note', 'code'])
      await table.answered('add_cell', { after: null, kind, source: fenced })
    const [code = '', note = ''] = visibleCells(table.doc)
    expect([table.source(code), table.source(note)]).toEqual(['print(1)', fenced])
  })

  test('makes changes that people keep or take back as one group, or proposals if review comes first', async () => {
    const table = new Table()
    await table.answered('edit_cell', { id: 'a', old: 'y = x', new: 'y = 3' })
    await table.answered('move_cell', { id: 'n', after: null })
    const changes = listChanges(table.replicas.get(1))
    expect(changes.map(({ group, by, what, cell }) => [group, by, what, cell])).toEqual([
      ['r1', 'Model (scripted)', 'edited', 'a'],
      ['r1', 'Model (scripted)', 'moved', 'n'],
    ])
    apply(table.doc, { type: 'set-notebook-meta', key: reviewFirstKey, value: true })
    const added = await table.answered('add_cell', { after: 'a', kind: 'code', source: 'one' })
    const [, id = ''] = /proposed.*Its id is (\w+)/.exec(added) ?? []
    expect(await table.answered('edit_cell', { id, old: 'one', new: 'two' })).toContain('proposed')
    expect(await table.answered('edit_cell', { id: 'a', old: 'x = 1', new: 'x = 4' })).toContain('proposed')
    // The model continues from its own proposal.
    expect(await table.answered('edit_cell', { id: 'a', old: 'x = 4', new: 'x = 5' })).toContain('proposed')
    expect(table.source('a')).toBe('x = 1\ny = 3\n')
    expect(visibleCells(table.doc)).toHaveLength(usual.length)
    const made = listChanges(table.doc).filter(({ proposed }) => proposed)
    keepChanges(table.doc, made, { by: 'Ana', at: 9 })
    expect([table.source('a'), table.source(id)]).toEqual(['x = 5\ny = 3\n', 'two'])
  })

  test('does not reach a cell hidden from models, even by its id', async () => {
    const table = new Table()
    expect(await table.answered('list_cells', {})).not.toContain('secret')
    expect(await table.answered('search', { query: 'hidden' })).toContain('Nothing')
    for (const [name, more] of [
      ['read_cells', { ids: ['secret'] }],
      ['edit_cell', { old: 'x', new: '' }],
      ['set_flags', { pinned: true }],
      ['run_cells', { ids: ['secret'] }],
    ] as const)
      expect(await table.answered(name, { id: 'secret', ...more })).toMatch(
        /no cell secret|secret is not the id/,
      )
    expect(readCell(table.doc, cellId('secret'))?.meta).toEqual({ skipped: true })
  })

  test('with a wrong name, wrong arguments or an internal fault is answered with the reason', async () => {
    const faulty = relayTool('read', { name: 'faulty', description: '', input: z.object({}) }, () => {
      throw new Error('a secret path')
    })
    const table = new Table(usual, [...notebookTools, faulty])
    expect(await table.answered('fly', {})).toContain('no tool named fly')
    expect(await table.answered('edit_cell', { id: 7 })).toMatch(/id: must be of type string; old: must be/)
    expect(await table.answered('search', 'words')).toContain('the input: must be of type object')
    expect(await table.answered('faulty', {})).toContain('The tool failed.')
    expect(table.reply()).not.toContain('secret path')
    expect(new Set(table.calls().map(({ state }) => state))).toEqual(new Set(['failed']))
  })

  test('is not carried out in the last step allowed; the reply is paused instead', async () => {
    const table = new Table()
    for (let step = 1; step < maxSteps; step++) await table.answered('list_cells', {})
    await table.call(['add_cell', { after: null, kind: 'note', source: 'one more' }])
    expect(table.provider.answers).toHaveLength(maxSteps)
    expect(table.status).toBe('interrupted')
    expect(readCell(table.doc, prompt)?.result?.receipt?.end).toBe('steps')
    expect(visibleCells(table.doc)).toHaveLength(usual.length)
  })

  test('is part of what the model is sent when the reply is continued', async () => {
    const table = new Table()
    await table.answer.text('I look.')
    await table.answered('read_cells', { ids: ['n'] })
    await table.answer.text('And')
    await table.answer.emit({ type: 'end', reason: 'length' })
    const request = { id: 'r2', by: 'Ana', to: 'model', at: 6, saw: 'r1', goOn: true } as const
    requestRun(table.doc, prompt, request)
    table.clock.advance(0)
    table.next()
    expect(table.answer.request.messages.slice(1)).toEqual([
      { role: 'assistant', text: 'I look.' },
      {
        role: 'user',
        text: untrusted('read_cells(ids=["n"])', 'cell 2 (note, id n)\nPrices in euro'),
      },
      { role: 'assistant', text: 'And' },
      { role: 'user', text: expect.stringContaining('Go on exactly') as string },
    ])
    await table.answer.text(' so on')
    await table.answer.emit({ type: 'end', reason: 'done' })
    expect(table.reply()).toMatch(/^I look\.\n\n<details[^]*<\/details>\n\nAnd so on$/)
    expect(table.calls()).toHaveLength(1)
  })

  test('adds the usage of all its steps to the receipt', async () => {
    const table = new Table()
    const usage = { input: 1_000, output: 10, cached: null, thinking: 4 }
    await table.answer.emit({ type: 'usage', usage })
    await table.answered('list_cells', {})
    await table.answer.emit({ type: 'usage', usage: { ...usage, input: 1_200, cached: 900 } })
    await table.done()
    const receipt = readCell(table.doc, prompt)?.result?.receipt
    expect(receipt).toMatchObject({ input: 2_200, output: 20, cached: 900, thinking: 8 })
    expect(receipt?.estimated ?? 0).toBeGreaterThan(1_000)
  })
})
