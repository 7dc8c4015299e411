import { describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import type { ModelRequest } from '../../../shared/model/provider.ts'
import { requestLifetime } from '../../../shared/model/run.ts'
import { batchTime } from '../../../shared/model/reply.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { RequestedTexts, requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { cellSource } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { plainCell } from '../../support/replicas.ts'
import { code, below, prompt, Table, usualCells } from './table.ts'

const lastText = ({ messages }: ModelRequest): string => {
  const last = messages.at(-1)
  return last !== undefined && 'text' in last ? last.text : ''
}

describe('the model peer', () => {
  test('streams a reply into the document in batches and ends the run as done', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    expect(table.head()).toMatchObject({
      status: 'running',
      run: { id: 'r1', by: 'Ana', executor: 'model:1' },
    })
    const { request } = table.provider.answer(0)
    const sent = JSON.stringify(request.messages)
    expect(sent).toContain('x = 6 * 7')
    expect(sent).toContain('what is x?')
    expect(sent).not.toContain('nobody knows this')

    let writes = 0
    table.doc.on('update', () => writes++)
    const answer = table.provider.answer(0)
    await answer.emit({ type: 'thinking', text: 'six times ' })
    await answer.emit({ type: 'thinking', text: 'seven' })
    for (const piece of ['It ', 'is ', '42']) await answer.text(piece)
    expect(writes).toBe(0)
    // The first text is written at once, the next after a batch time.
    table.clock.advance(0)
    expect(writes).toBe(2)
    await answer.text('!')
    table.clock.advance(batchTime - 1)
    expect(writes).toBe(2)
    table.clock.advance(1)
    expect(writes).toBe(3)
    expect(table.result()).toMatchObject({
      reply: 'It is 42!',
      thinking: 'six times seven',
      status: 'running',
    })
    await answer.text('.')
    await answer.emit({ type: 'end', reason: 'done' })
    table.replicas.sync()
    const { status, reply, run, outputs } = table.result(prompt, 2)
    expect({ status, reply, outputs }).toEqual({ status: 'done', reply: 'It is 42!.', outputs: [] })
    expect(run?.endedAt).toBe(table.clock.now())
    expect(table.clock.pending).toBe(0)
  })

  test('does not answer a prompt that someone else changed, until it is requested again', () => {
    const table = new Table()
    table.peer()
    const [asker, other] = [table.replicas.get(1), table.replicas.get(2)]
    const texts = new RequestedTexts(asker, new CellObserver(asker))
    const send = (): void => {
      table.replicas.sync()
      table.clock.advance(0)
    }
    texts.ask(prompt, { by: 'Ana', to: 'model', at: 5 })
    cellSource(other, prompt)?.insert(0, 'never mind, ')
    send()
    expect(table.head()).toMatchObject({ run: null, request: { by: 'Ana' } })
    cellSource(other, prompt)?.delete(0, 12)
    cellSource(asker, prompt)?.insert(22, ' Tell me')
    send()
    expect(table.head().run).toBeNull()
    texts.ask(prompt, { by: 'Ana', to: 'model', at: 6 })
    send()
    expect(table.head()).toMatchObject({ status: 'running' })
    expect(JSON.stringify(table.provider.answer(0).request.messages)).toContain('what is x? Tell me')
  })

  test('stops a reply when anyone requests it, and keeps the text received so far', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    const answer = table.provider.answer(0)
    await answer.text('One two')
    table.replicas.sync()
    apply(table.replicas.get(2), { type: 'request-stop', id: prompt })
    expect(answer.signal.aborted).toBe(false)
    table.replicas.sync()
    expect(answer.signal.aborted).toBe(true)
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'One two' })
    await answer.text(' three')
    table.clock.advance(1000)
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'One two' })
  })

  test('stops the reply when its request is withdrawn by a page that has not seen it start', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('unseen')
    apply(table.replicas.get(1), { type: 'withdraw-request', id: prompt, request: 'r1' })
    table.replicas.sync()
    expect(table.provider.answer(0).signal.aborted).toBe(true)
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'unseen' })
  })

  test('aborts a reply whose cell is run again, and writes only the new one', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('old')
    table.ask('r2', prompt, 'r1')
    expect(table.provider.answer(0).signal.aborted).toBe(true)
    await table.provider.answer(0).text('old')
    await table.provider.answer(1).text('new')
    await table.provider.answer(1).emit({ type: 'end', reason: 'done' })
    table.clock.advance(1000)
    expect(table.result()).toMatchObject({ status: 'done', reply: 'new', run: { id: 'r2' } })
  })

  test('answers once if a person asks twice or two people ask at once', async () => {
    const table = new Table()
    table.peer()
    // A second request before the page has seen the run, and a third after it has, while there is no text
    // yet.
    table.ask('r1')
    table.ask('again', prompt, null)
    table.ask('and again', prompt, 'r1')
    expect(table.head().request?.id).toBe('r1')
    // Two pages at once: each sees only its own request until they sync.
    for (const page of [1, 2]) {
      const request = { id: `at once ${page}`, by: `${page}`, to: 'model', at: 5, saw: null }
      requestRun(table.replicas.get(page), prompt, request)
    }
    table.replicas.sync()
    table.clock.advance(0)
    await table.provider.answer(0).text('the ')
    await table.provider.answer(0).text('answer')
    await table.provider.answer(0).emit({ type: 'end', reason: 'done' })
    // A request that was on its way when the answer was finished.
    table.ask('late', prompt, null)
    expect(table.provider.answers).toHaveLength(1)
    expect(table.result()).toMatchObject({ status: 'done', reply: 'the answer', run: { id: 'r1' } })
    expect(table.head().request?.id).toBe('r1')
    // Somebody who has seen the answer and asks again gets another.
    table.ask('r2', prompt, 'r1')
    expect(table.provider.answers).toHaveLength(2)
  })

  test('aborts a reply whose cell another executor runs, and writes nothing more', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('mine')
    const request = { id: 'x', by: 'Ben', to: 'elsewhere', at: 1, saw: 'r1' }
    const other = startRun(
      table.replicas.get(1),
      prompt,
      { request, executor: 'page', at: 1, count: null },
      'model',
    )
    other?.appendReply('theirs')
    table.replicas.sync()
    expect(table.provider.answer(0).signal.aborted).toBe(true)
    table.clock.advance(1000)
    expect(table.result()).toMatchObject({ status: 'running', reply: 'theirs', run: { id: 'x' } })
    expect(table.writing.at(-1)).toEqual([])
  })

  test('shows a provider’s error as an output of the cell and keeps the text so far', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('I think')
    await table.provider.answer(0).emit({ type: 'end', reason: 'error', message: 'overloaded' })
    const { status, reply, outputs } = table.result()
    expect({ status, reply }).toEqual({ status: 'error', reply: 'I think' })
    expect(outputs).toEqual([
      {
        live: false,
        leaf: { output_type: 'error', ename: 'ModelError', evalue: 'overloaded', traceback: [] },
      },
    ])
  })

  test.each([
    ['a stream without an end event', (table: Table) => table.provider.answer(0).close()],
    ['the token limit', (table: Table) => table.provider.answer(0).emit({ type: 'end', reason: 'length' })],
  ])('leaves the reply interrupted after %s', async (_, end) => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('half a')
    await end(table)
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'half a', outputs: [] })
  })

  test('ends the run when the provider throws, and keeps the error’s message out of the document', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('half a')
    await table.provider.answer(0).throw(new TypeError('the key is sk-12345'))
    expect(table.result()).toMatchObject({ status: 'error', reply: 'half a' })
    const all = JSON.stringify(table.result().outputs)
    expect(all).toContain('TypeError')
    expect(all).not.toContain('sk-12345')
  })

  test('does not run a request made before a newer reply, and drops it after a day', async () => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('newer')
    await table.provider.answer(0).emit({ type: 'end', reason: 'done' })
    table.clock.advance(60_000)
    table.ask('offline', prompt, null)
    expect(table.provider.answers).toHaveLength(1)
    expect(table.result()).toMatchObject({ status: 'done', reply: 'newer' })
    table.clock.advance(requestLifetime - 1)
    expect(table.head().request?.id).toBe('offline')
    table.clock.advance(1)
    expect(table.head().request).toBe(null)
    expect(table.result().reply).toBe('newer')
    table.ask('clicked', prompt, 'r1')
    expect(table.provider.answers).toHaveLength(2)
  })

  test('runs neither other kinds of cells nor deleted prompts, but a restored one', () => {
    const table = new Table()
    table.peer()
    table.ask('r1', code)
    table.ask('r2', below)
    requestRun(table.replicas.get(1), prompt, { id: 'r3', by: 'Ana', to: 'model', at: 1, saw: null })
    apply(table.replicas.get(1), { type: 'delete-cell', id: prompt, by: 'Ana', at: 1 })
    table.replicas.sync()
    table.clock.advance(1000)
    expect(table.provider.answers).toHaveLength(0)
    apply(table.replicas.get(2), { type: 'restore-cell', id: prompt })
    table.replicas.sync()
    table.clock.advance(0)
    expect(table.provider.answers).toHaveLength(1)
    expect(table.head(code).run).toBe(null)
  })

  test('ignores requests to kernels and other executors', () => {
    const table = new Table()
    table.peer()
    const request = { id: 'k', by: 'Ana', to: 'kernel-1', at: 1, saw: null }
    requestRun(table.replicas.get(1), prompt, request)
    table.replicas.sync()
    table.clock.advance(requestLifetime * 2)
    expect(table.head().request?.id).toBe('k')
    expect(table.provider.answers).toHaveLength(0)
  })

  test('does not run a request withdrawn before its turn', () => {
    const table = new Table()
    table.peer()
    table.clock.advance(0)
    const request = { id: 'r1', by: 'Ana', to: 'model', at: 1, saw: null }
    requestRun(table.doc, prompt, request)
    apply(table.doc, { type: 'withdraw-request', id: prompt, request: 'r1' })
    table.clock.advance(0)
    expect(table.provider.answers).toHaveLength(0)
  })

  test.each([
    [
      'its cell is deleted',
      (doc: Y.Doc) => apply(doc, { type: 'delete-cell', id: prompt, by: 'Ben', at: 9 }),
    ],
    [
      'another client deletes the cell without requesting a stop',
      (doc: Y.Doc) => (doc.getMap('cells').get('prompt') as Y.Map<unknown>).set('deleted', { by: 'x' }),
    ],
  ])('stops a running reply after %s', async (_, act) => {
    const table = new Table()
    table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('gone')
    act(table.replicas.get(2))
    table.replicas.sync()
    expect(table.provider.answer(0).signal.aborted).toBe(true)
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'gone' })
  })

  test('marks runs left by an earlier peer as interrupted, and starts what is waiting', () => {
    const table = new Table([...usualCells, plainCell('second', 'prompt', 'and you?')])
    const request = { id: 'r0', by: 'Ana', to: 'model', at: 1, saw: null }
    startRun(
      table.doc,
      prompt,
      { request, executor: 'model:before', at: 1, count: null },
      'model',
    )?.appendReply('kept')
    const waiting = { id: 'r1', by: 'Ana', to: 'model', at: 1, saw: null }
    requestRun(table.doc, cellId('second'), waiting)
    table.peer()
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'kept' })
    table.clock.advance(0)
    expect(table.head(cellId('second'))).toMatchObject({ status: 'running', run: { id: 'r1' } })
    expect(table.provider.answers).toHaveLength(1)
  })

  test('ends every reply as interrupted when it is disposed, and ignores later requests', async () => {
    const table = new Table()
    const peer = table.peer()
    table.ask('r1')
    await table.provider.answer(0).text('so far')
    peer.dispose()
    expect(table.result()).toMatchObject({ status: 'interrupted', reply: 'so far' })
    expect(table.provider.answer(0).signal.aborted).toBe(true)
    table.ask('r2', prompt, 'r1')
    expect(table.provider.answers).toHaveLength(1)
    expect(table.clock.pending).toBe(0)
  })

  test('runs four at once, the rest in order of arrival, the upper cell first if they came together', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const table = new Table(ids.map((id) => plainCell(id, 'prompt', `ask ${id}`)))
    table.peer()
    table.clock.advance(0)
    const request = (id: string) => ({ id: `r-${id}`, by: 'Ana', to: 'model', at: 1, saw: null })
    const page = table.replicas.get(1)
    page.transact(() => {
      for (const id of ['g', 'c', 'a', 'd', 'b', 'f']) requestRun(page, cellId(id), request(id))
    })
    table.replicas.sync()
    table.clock.advance(0)
    table.ask('r-e', cellId('e'))
    const prompts = (): string[] => table.provider.answers.map((answer) => lastText(answer.request).slice(-1))
    expect(prompts()).toEqual(['a', 'b', 'c', 'd'])
    expect(table.writing.at(-1)).toEqual(['a', 'b', 'c', 'd'])
    for (const index of [2, 0, 1]) {
      await table.provider.answer(index).emit({ type: 'end', reason: 'done' })
      table.clock.advance(0)
    }
    expect(prompts()).toEqual(['a', 'b', 'c', 'd', 'f', 'g', 'e'])
  })

  test('does not send an empty prompt, and ends its run with an error', () => {
    const table = new Table([plainCell('prompt', 'prompt', ' \n')])
    table.peer()
    table.ask('r1')
    expect(table.provider.answers).toHaveLength(0)
    expect(table.result().status).toBe('error')
    expect(table.writing.at(-1)).toEqual([])
  })
})
