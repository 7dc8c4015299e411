import { expect, test } from 'vitest'
import type * as Y from 'yjs'
import { batchTime } from '../../../shared/model/reply.ts'
import { ThreadPeer } from '../../../shared/model/thread.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { reviewFirstKey } from '../../../shared/notebook/document/changes.ts'
import { stopAnswer } from '../../../shared/notebook/document/commenting.ts'
import { askForEdit, listEditRequests } from '../../../shared/notebook/document/edit-request.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { passageAt } from '../../../shared/notebook/document/passage.ts'
import { cellSource, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { listChanges, sourceWith, takeBackChanges } from '../../../shared/notebook/document/review.ts'
import { listThreads } from '../../../shared/notebook/document/threads.ts'
import { cellId, type CellId } from '../../../shared/notebook/notebook.ts'
import { Clock } from '../../support/clock.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { ScriptedProvider, type ScriptedAnswer } from '../../support/scripted-provider.ts'

const ana = { id: 'u-ana', name: 'Ana' }
const code = cellId('code')
const source = 'price = 1\ncount = 2\nprint(price * count)\n'

/** Replica 0 is the relay's document, on which the peer works; replica 1 is a person's page. */
class Table {
  readonly clock = new Clock()
  readonly provider = new ScriptedProvider()
  readonly replicas = new Replicas(
    plainNotebook([plainCell('note', 'note', 'A shop.'), plainCell('code', 'code', source)]),
    2,
  )
  readonly page: Y.Doc = this.replicas.get(1)
  readonly peer: ThreadPeer

  constructor() {
    const doc = this.replicas.get(0)
    this.peer = new ThreadPeer({
      findBlob: () => undefined,
      keepBlob: () => Promise.resolve(),
      doc,
      observer: new CellObserver(doc),
      providers: [this.provider],
      executor: 'model:1',
      now: this.clock.now,
      schedule: this.clock.schedule,
    })
  }

  sync(milliseconds = 0): void {
    this.replicas.sync()
    this.clock.advance(milliseconds)
    this.replicas.sync()
  }

  ask(text: string, part: string | null = null, cell: CellId = code): string {
    const from = part === null ? 0 : source.indexOf(part)
    const passage = part === null ? null : passageAt('source', source, from, from + part.length)
    const id = askForEdit(this.page, cell, passage, { who: ana, at: this.clock.now(), text })
    if (id === null) throw new Error('no request')
    this.sync()
    return id
  }

  get answer(): ScriptedAnswer {
    return this.provider.answer(this.provider.answers.length - 1)
  }

  async answers(text: string, end: 'done' | 'length' = 'done'): Promise<void> {
    await this.answer.text(text)
    this.sync(batchTime)
    await this.answer.emit({ type: 'end', reason: end })
    this.sync()
  }

  get text(): string {
    return cellSource(this.page, code)?.toString() ?? ''
  }
}

test('a cell is edited as asked and merged with what people type meanwhile', async () => {
  const table = new Table()
  const id = table.ask('use 3 pieces')
  const last = table.answer.request.messages.at(-1)
  expect(last?.role === 'user' && last.text).toContain('use 3 pieces')
  await table.answer.text('```python\nprice = 1\ncou')
  table.sync(batchTime)
  // The request is not a comment, and the text has not changed yet.
  expect(listThreads(table.page, visibleCells(table.page))).toEqual([])
  expect(readNotebook(table.page).cells.some(({ comments }) => comments !== undefined)).toBe(false)
  expect(table.text).toBe(source)
  expect(listEditRequests(table.page)[0]?.messages[1]).toMatchObject({ status: 'running' })
  apply(table.page, { type: 'splice-source', id: code, from: 9, to: 9, insert: '00' })
  await table.answers('nt = 3\nprint(price * count)\n```')
  expect(table.text).toBe('price = 100\ncount = 3\nprint(price * count)\n')
  const changes = listChanges(table.page)
  expect(changes).toMatchObject([{ what: 'edited', group: id, user: 'u-ana', proposed: false }])
  expect(listEditRequests(table.page)[0]?.messages[1]).toMatchObject({ status: 'done' })
  takeBackChanges(table.page, changes, { by: 'Ana', at: 9 })
  expect(table.text).toBe(source.replace('1', '100'))
  expect(listEditRequests(table.page)).toEqual([])
})

test('an edit of a selection changes only the selection', async () => {
  const table = new Table()
  table.ask('four', 'count = 2')
  await table.answers('count = 4\n')
  expect(table.text).toBe(source.replace('count = 2', 'count = 4'))
})

test('an edit is proposed only, if the notebook reviews first', async () => {
  const table = new Table()
  apply(table.page, { type: 'set-notebook-meta', key: reviewFirstKey, value: true })
  table.ask('more', 'count = 2')
  await table.answers('count = 9')
  expect(table.text).toBe(source)
  expect(sourceWith(table.page, code, listChanges(table.page))).toContain('count = 9')
})

test('an edit that was stopped, cut off or refused changes nothing and says so', async () => {
  const table = new Table()
  const stopped = table.ask('x')
  await table.answer.text('half')
  const [request] = listEditRequests(table.page)
  stopAnswer(table.page, stopped, request?.messages[0]?.id ?? '', ana)
  table.sync()
  expect(table.answer.signal.aborted).toBe(true)
  table.ask('y')
  await table.answers('half', 'length')
  apply(table.page, { type: 'set-cell-meta', id: code, key: 'skipped', value: true })
  table.ask('z')
  expect(table.text).toBe(source)
  expect(listChanges(table.page)).toEqual([])
  const answers = listEditRequests(table.page).map(({ messages }) => messages[1])
  expect(answers.map((answer) => answer?.status)).toEqual(['interrupted', 'interrupted', 'error'])
  expect(answers[2]?.error).toContain('hidden from the model')
})
