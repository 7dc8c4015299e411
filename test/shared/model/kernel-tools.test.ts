// Tool calls of a model during its reply, carried out by the kernel of the person who ran the prompt.
import { describe, expect, test } from 'vitest'
import { untrusted } from '../../../shared/context/untrusted.ts'
import { callTimes } from '../../../shared/model/call-runner.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { callDigest } from '../../../shared/notebook/document/calls.ts'
import { cellSource } from '../../../shared/notebook/document/read.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { replyParts } from '../../../shared/reply/parts.ts'
import { lastAnswers, prompt, Table, tasks } from './tool-table.ts'

describe('a tool call that needs the kernel', () => {
  const python = ['run_python', { code: 'print(6 * 7)' }] as const

  test('waits in the document, vouched for by the relay, until the page that asked has answered', async () => {
    const table = new Table()
    await table.call(python)
    const [call] = table.calls(1)
    if (call === undefined) throw new Error('there is no call')
    expect(call).toMatchObject({ state: 'pending', tier: 'run', exact: 'print(6 * 7)' })
    expect([...table.vouched]).toEqual([callDigest('r1', call)])
    expect(callDigest('r1', { ...call, exact: 'print(0)' })).not.toBe(callDigest('r1', call))
    table.page({ state: 'asking', text: '' })
    table.page({ state: 'running', text: '' })
    await tasks()
    expect(table.provider.answers).toHaveLength(1)
    table.page({ state: 'done', text: '42' })
    await tasks()
    table.next()
    expect(lastAnswers(table.answer.request)).toEqual([untrusted('run_python', '42')])
    expect(table.vouched.size).toBe(0)
    // An answer to a finished call is ignored.
    table.page({ state: 'done', text: '43' }, 2)
    expect(table.calls()[0]?.text).toBe('42')
    await table.done()
    expect(replyParts(table.reply())[0]).toMatchObject({ type: 'tool', result: '42' })
  })

  test('does not run a cell that somebody changed since the model saw it', async () => {
    const table = new Table()
    await table.answered('edit_cell', { id: 'a', old: 'y = x', new: 'y = 2' })
    cellSource(table.replicas.get(2), cellId('a'))?.insert(0, 'evil()\n')
    table.replicas.sync()
    // Not even after the model itself edits the cell elsewhere.
    await table.answered('edit_cell', { id: 'a', old: 'y = 2', new: 'y = 3' })
    expect(await table.answered('run_cells', { ids: ['a'] })).toMatch(
      /Nothing was run. Now:\ncell a:\nevil\(\)/,
    )
    await table.call(['run_cells', { ids: ['a'] }])
    expect(table.calls().at(-1)).toMatchObject({
      state: 'pending',
      exact: '# cell 1 (id a)\nevil()\nx = 1\ny = 3\n',
    })
  })

  test('can be refused, and the model is told', async () => {
    const table = new Table()
    await table.call(['run_cells', { ids: ['a'] }])
    expect(table.calls()[0]?.exact).toBe('# cell 1 (id a)\nx = 1\ny = x\n')
    table.page({ state: 'refused', text: 'Ana did not allow it.' })
    await tasks()
    table.next()
    expect(lastAnswers(table.answer.request)[0]).toContain('Ana did not allow it.')
    expect(table.calls()[0]?.state).toBe('refused')
  })

  test.each([
    ['no page takes it', [], callTimes.run, 'did not take it within 60 s'],
    ['nobody approves it', ['asking'], callTimes.answer, 'not approved within 10 minutes'],
    ['it runs too long', ['asking', 'running'], callTimes.run, 'not finished within 60 s'],
  ] as const)('fails when %s', async (_, states, time, words) => {
    const table = new Table()
    await table.call(python)
    for (const state of states) table.page({ state, text: '' })
    table.clock.advance(time - 1)
    await tasks()
    expect(table.provider.answers).toHaveLength(1)
    table.clock.advance(1)
    await tasks()
    table.next()
    expect(lastAnswers(table.answer.request)[0]).toContain(words)
    expect(table.calls()[0]?.state).toBe('failed')
    expect(table.vouched.size).toBe(0)
  })

  test('is stopped at once with the run, and later answers are ignored', async () => {
    const table = new Table()
    await table.call(python)
    table.page({ state: 'asking', text: '' })
    apply(table.replicas.get(2), { type: 'request-stop', id: prompt })
    table.replicas.sync()
    expect(table.status).toBe('interrupted')
    expect(table.calls(1)[0]?.state).toBe('stopped')
    expect(table.vouched.size).toBe(0)
    table.page({ state: 'done', text: '42' })
    await tasks()
    expect(table.calls()[0]).toMatchObject({ state: 'stopped', text: 'Stopped before it was finished.' })
    expect(replyParts(table.reply())).toMatchObject([
      { type: 'tool', result: 'Stopped before it was finished.' },
    ])
    expect(table.provider.answers).toHaveLength(1)
    expect(table.clock.pending).toBe(0)
  })

  test('is given up soon after the page that asks is gone, but not while it is running or away for a moment', async () => {
    const table = new Table()
    await table.call(python)
    table.page({ state: 'asking', text: '' })
    table.here(true)
    table.here(false)
    table.clock.advance(callTimes.run - 1)
    table.here(true)
    table.clock.advance(callTimes.run)
    expect(table.calls()[0]?.state).toBe('asking')
    table.here(false)
    table.clock.advance(callTimes.run)
    await tasks()
    table.next()
    expect(table.calls()[0]?.state).toBe('failed')
    expect(lastAnswers(table.answer.request)[0]).toContain('page of the person who ran the prompt was closed')

    const other = new Table()
    await other.call(python)
    other.page({ state: 'asking', text: '' })
    other.here(true)
    other.clock.advance(1)
    other.here(false)
    other.page({ state: 'running', text: '' })
    other.clock.advance(callTimes.run)
    await tasks()
    other.next()
    expect(lastAnswers(other.answer.request)[0]).toContain('It was not finished within')
  })

  test('is stopped when the relay stops', async () => {
    const table = new Table()
    await table.call(python)
    table.dispose()
    expect(table.status).toBe('interrupted')
    expect(table.calls()[0]?.state).toBe('stopped')
    expect(table.vouched.size).toBe(0)
  })

  test('is not made if there is nothing to execute', async () => {
    const table = new Table()
    expect(await table.answered('run_cells', { ids: ['n'] })).toContain('n is not the id')
    expect(await table.answered('read_variable', { name: '__import__("os")' })).toContain('letters, digits')
    expect(table.vouched.size).toBe(0)
  })
})
