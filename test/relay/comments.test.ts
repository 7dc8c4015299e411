// What a person with the role `comment` can do at the relay, with a stock client.
import type { WebsocketProvider } from 'y-websocket'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import { requestRun } from '../../shared/notebook/document/requested-texts.ts'
import {
  deleteMessage,
  editMessage,
  replyTo,
  setResolved,
  startThread,
} from '../../shared/notebook/document/commenting.ts'
import { refusalOf } from '../../shared/notebook/document/comment-guard.ts'
import { passageAt } from '../../shared/notebook/document/passage.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import { listThreads, messagesOf, resolvedOf, threadsOf } from '../../shared/notebook/document/threads.ts'
import { byPerson, type Person } from '../../shared/notebook/person.ts'
import { cellId } from '../../shared/notebook/notebook.ts'
import { notebookText, TestRelay } from '../support/relay.ts'
import { readSources, sourceAt } from '../support/sources.ts'
import { soon } from '../support/soon.ts'

const tokens = { read: 'reads', comment: 'comments', write: 'writes' }
const name = 'a.ipynb'
const cell = cellId('cell-0')
const ana: Person = { id: 'u-ana', name: 'Ana' }
const ben: Person = { id: 'u-ben', name: 'Ben' }

let relay: TestRelay
let writer: WebsocketProvider

beforeEach(async () => {
  relay = await TestRelay.start({ [name]: notebookText('price = 1') }, {}, { tokens })
  writer = await relay.synced(name, { token: tokens.write })
})
afterEach(() => relay.stop())

const says = (who: Person, text: string, at = 1) => ({ who, at, text, asksModel: false })
const texts = (doc: Y.Doc): readonly string[] =>
  listThreads(doc, visibleCells(doc)).flatMap(({ messages }) =>
    messages.map(({ by, text }) => `${by}: ${text}`),
  )
const idOf = (found: string | null): string => {
  if (found === null) throw new Error('no id')
  return found
}

interface Commenter {
  readonly client: WebsocketProvider
  readonly doc: Y.Doc
  readonly refusals: string[]
}

const join = async (who: Person | null = ben): Promise<Commenter> => {
  const client = relay.client(name, { token: tokens.comment })
  const refusals: string[] = []
  client.messageHandlers[106] = (_encoder, decoder) => {
    refusals.push(Buffer.from(decoder.arr.slice(decoder.pos + 1)).toString())
  }
  if (who !== null) client.awareness.setLocalStateField('user', { ...who, color: '#123456' })
  await new Promise<void>((resolve) => client.once('sync', () => resolve()))
  return { client, doc: client.doc, refusals }
}

/** It is as if nothing had been sent: the writer does not receive it, and the sender is notified. */
const refused = async (commenter: Commenter, act: (doc: Y.Doc) => void, why: string): Promise<void> => {
  const before = Y.encodeStateVector(writer.doc)
  const told = commenter.refusals.length
  act(commenter.doc)
  await expect.poll(() => commenter.refusals.slice(told).join(), soon).toContain(why)
  expect(Y.encodeStateVector(writer.doc)).toEqual(before)
}

test('a commenter can comment, reply, resolve and reopen, and edit and delete their own messages', async () => {
  const { doc, refusals } = await join()
  const thread = idOf(startThread(doc, cell, passageAt('source', 'price = 1', 0, 5), says(ben, 'net?')))
  await expect.poll(() => texts(writer.doc), soon).toEqual(['Ben: net?'])
  replyTo(writer.doc, thread, says(ana, 'gross', 2))
  await expect.poll(() => texts(doc), soon).toEqual(['Ben: net?', 'Ana: gross'])
  const mine = idOf(replyTo(doc, thread, says(ben, 'hm', 3)))
  editMessage(doc, thread, mine, { who: ben, text: 'I see', at: 4 })
  setResolved(doc, thread, { ...byPerson(ben), at: 5 })
  await expect.poll(() => texts(writer.doc).at(-1), soon).toBe('Ben: I see')
  setResolved(doc, thread, null)
  deleteMessage(doc, thread, mine, ben)
  await expect.poll(() => texts(writer.doc), soon).toEqual(['Ben: net?', 'Ana: gross'])
  await expect.poll(() => relay.file(name), soon).toContain('"gross"')
  expect(refusals).toEqual([])
})

test('comments written offline are accepted, also from a page that was reloaded since', async () => {
  const first = await join()
  first.client.disconnect()
  const thread = idOf(startThread(first.doc, cell, null, says(ben, 'offline')))
  const gone = idOf(replyTo(first.doc, thread, says(ben, 'taken back', 2)))
  editMessage(first.doc, thread, gone, { who: ben, text: 'changed', at: 3 })
  deleteMessage(first.doc, thread, gone, ben)
  sourceAt(writer.doc, 0).insert(0, 'my ')
  const second = relay.client(name, { token: tokens.comment })
  second.disconnect()
  Y.applyUpdate(second.doc, Y.encodeStateAsUpdate(first.doc))
  const refusals: string[] = []
  second.messageHandlers[106] = () => refusals.push('refused')
  second.awareness.setLocalStateField('user', { ...ben, color: '#123456' })
  replyTo(second.doc, thread, says(ben, 'after a reload', 4))
  second.connect()
  await expect.poll(() => texts(writer.doc), soon).toEqual(['Ben: offline', 'Ben: after a reload'])
  expect(readSources(second.doc)).toEqual(['my price = 1'])
  expect(refusals).toEqual([])
})

test.each<[string, (doc: Y.Doc) => void, string]>([
  ['insert into a source', (doc) => sourceAt(doc, 0).insert(0, 'x'), 'more than comments'],
  ['delete from a source', (doc) => sourceAt(doc, 0).delete(0, 1), 'more than comments'],
  [
    'delete a cell',
    (doc) => apply(doc, { type: 'delete-cell', id: cell, by: 'Ben', at: 1 }),
    'more than comments',
  ],
  [
    'request a run',
    (doc) => requestRun(doc, cell, { id: 'r', to: 'model', by: 'Ben', at: 1, saw: null }),
    'more than comments',
  ],
  ['change another part of the document', (doc) => doc.getMap('nbmeta').set('a', 1), 'more than comments'],
  [
    'change a source together with a comment',
    (doc) =>
      doc.transact(() => {
        startThread(doc, cell, null, says(ben, 'x'))
        sourceAt(doc, 0).insert(0, 'x')
      }),
    'more than comments',
  ],
  [
    'comment in another’s name',
    (doc) => startThread(doc, cell, null, says(ana, 'forged')),
    'another person’s comment',
  ],
  [
    'comment without their own id',
    (doc) =>
      doc.transact(() => {
        threadsOf(doc).set('t', { cell })
        messagesOf(doc).set('t/m', { by: 'Ana', at: 1, text: 'forged' })
      }),
    'another person’s comment',
  ],
  [
    'write an answer of a model',
    (doc) => messagesOf(doc).set('t/m', { by: 'Model', user: 'u-ben', at: 1, text: '', answers: 'q' }),
    'another person’s comment',
  ],
  [
    'write a comment as a shared text',
    (doc) => messagesOf(doc).set('t/m', new Y.Text('x')),
    'more than comments',
  ],
  [
    'edit another’s message',
    (doc) => messagesOf(doc).set('thread/first', { by: 'Ben', user: 'u-ben', at: 1, text: 'x' }),
    'another person’s comment',
  ],
  ['delete another’s message', (doc) => messagesOf(doc).delete('thread/first'), 'another person’s comment'],
  [
    'move another’s thread',
    (doc) => threadsOf(doc).set('thread', { cell: null }),
    'another person’s comment',
  ],
  ['delete another’s thread', (doc) => threadsOf(doc).delete('thread'), 'another person’s comment'],
  [
    'resolve a thread in another’s name',
    (doc) => resolvedOf(doc).set('thread', { by: 'Ana', user: 'u-ana', at: 1 }),
    'another person’s comment',
  ],
])('a commenter cannot %s', async (_, act, why) => {
  threadsOf(writer.doc).set('thread', { cell })
  messagesOf(writer.doc).set('thread/first', { by: 'Ana', user: 'u-ana', at: 1, text: 'first' })
  const commenter = await join()
  await expect.poll(() => texts(commenter.doc), soon).toEqual(['Ana: first'])
  await refused(commenter, act, why)
  expect(texts(writer.doc)).toEqual(['Ana: first'])
})

test('a commenter can neither use another page’s client id nor change to another person’s name', async () => {
  writer.awareness.setLocalStateField('user', { ...ana, color: '#123456' })
  const commenter = await join()
  const { client, doc } = commenter
  await expect.poll(() => client.awareness.getStates().has(writer.doc.clientID), soon).toBe(true)
  await refused(
    commenter,
    () => {
      // A page that uses the writer's client id.
      const forged = new Y.Doc()
      Y.applyUpdate(forged, Y.encodeStateAsUpdate(doc))
      forged.clientID = writer.doc.clientID
      const before = Y.encodeStateVector(forged)
      startThread(forged, cell, null, says(ben, 'x'))
      Y.applyUpdate(doc, Y.encodeStateAsUpdate(forged, before))
    },
    'another page',
  )
  const other = await join()
  other.client.awareness.setLocalStateField('user', { ...ana, color: '#123456' })
  await refused(
    other,
    (mine) => startThread(mine, cell, null, says(ana, 'forged')),
    'another person’s comment',
  )
})

test('a person without a name can comment, but not in the name of others', async () => {
  const nobody = await join(null)
  startThread(nobody.doc, cell, null, says({ id: '', name: '' }, 'with an empty id'))
  await expect.poll(() => nobody.refusals.join(), soon).toContain('another person’s comment')
  const other = await join(null)
  other.doc.transact(() => {
    threadsOf(other.doc).set('t', { cell })
    messagesOf(other.doc).set('t/m', { by: '', at: 1, text: 'nameless' })
  })
  await expect.poll(() => texts(writer.doc), soon).toEqual([': nameless'])
  expect(other.refusals).toEqual([])
})

test('an update whose beginning was lost is requested again', async () => {
  const { client, doc, refusals } = await join()
  const socket = client.ws
  if (!socket) throw new Error('not connected')
  const send = socket.send.bind(socket)
  socket.send = () => undefined
  const thread = idOf(startThread(doc, cell, null, says(ben, 'lost')))
  socket.send = send
  replyTo(doc, thread, says(ben, 'arrives', 2))
  await expect.poll(() => texts(writer.doc), soon).toEqual(['Ben: lost', 'Ben: arrives'])
  expect(refusals).toEqual([])
})

test('random updates are accepted only if they contain nothing but the commenter’s own comments', () => {
  // Updates of both kinds, alternating, each checked before it is applied.
  const doc = new Y.Doc()
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(writer.doc))
  const page = new Y.Doc()
  Y.applyUpdate(page, Y.encodeStateAsUpdate(doc))
  const updates: { bytes: Uint8Array; isComment: boolean }[] = []
  const record = (isComment: boolean, act: () => void): void => {
    const before = Y.encodeStateVector(page)
    act()
    updates.push({ bytes: Y.encodeStateAsUpdate(page, before), isComment })
  }
  for (let turn = 0; turn < 20; turn++) {
    const isComment = turn % 3 !== 2
    page.clientID = isComment ? 5_000 : 6_000
    record(isComment, () => {
      if (isComment) startThread(page, cell, null, says(ben, `c${turn}`, turn))
      else sourceAt(page, 0).insert(turn % 4, 'x')
    })
  }
  const commenter = { who: ben, isTaken: () => false }
  for (const { bytes, isComment } of updates) {
    expect(refusalOf(doc, bytes, commenter) === null).toBe(isComment)
    Y.applyUpdate(doc, bytes)
    // An update that is already there changes nothing.
    expect(refusalOf(doc, bytes, commenter)).toBeNull()
  }
})
