// Something between a client and the relay dropped a message: nothing incomplete is called stored, and what
// is missing is requested.
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { afterEach, expect, test } from 'vitest'
import {
  syncStep2Message,
  syncStep1Message,
  readMessage,
  updateMessage,
} from '../../../relay/sync/message.ts'
import { notebookText, TestRelay, type TestSocket } from '../../support/relay.ts'
import { readSources, sourceAt } from '../../support/sources.ts'
import { soon } from '../../support/soon.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const start = async (): Promise<void> => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
}

const acknowledge = new Uint8Array([102, 1, 7])
const tally = (count: number, stateVector: Uint8Array = new Uint8Array()): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 104)
    encoding.writeVarUint(encoder, count)
    encoding.writeVarUint8Array(encoder, stateVector)
  })

/** A client by hand: its document, its updates as messages, and a socket that has received sync step 1. */
const writer = async (): Promise<{ doc: Y.Doc; text: Y.Text; written: Uint8Array[]; wire: TestSocket }> => {
  const doc = new Y.Doc()
  const written: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => written.push(updateMessage(update)))
  const wire = relay.socket('a.ipynb')
  await expect.poll(() => questions(wire), soon).toBe(1)
  return { doc, text: doc.getText('t'), written, wire }
}
const count = (wire: TestSocket, type: number): number =>
  wire.messages.filter((message) => message[0] === type).length
const questions = (wire: TestSocket): number =>
  wire.messages.filter(([type, step]) => type === 0 && step === 0).length
const send = (wire: TestSocket, ...messages: (Uint8Array | undefined)[]): void => {
  for (const message of messages) if (message) wire.socket.send(message)
}
/** Resolves once everything sent before has been handled. */
const handled = async (wire: TestSocket): Promise<void> => {
  const before = count(wire, 0)
  send(wire, syncStep1Message(Y.encodeStateVector(new Y.Doc())))
  await expect.poll(() => count(wire, 0), soon).toBeGreaterThan(before)
}

test('an update without its predecessor is requested again, not acknowledged, and others are not delayed', async () => {
  await start()
  const [ana, ben, reader] = [await writer(), await writer(), await relay.synced('a.ipynb')]
  ana.text.insert(0, 'one ')
  ana.text.insert(4, 'two')
  send(ana.wire, ana.written[1], acknowledge)
  await handled(ana.wire)
  ben.text.insert(0, 'ben')
  send(ben.wire, ben.written[0], acknowledge)
  await expect.poll(() => count(ben.wire, 102), soon).toBe(1)
  await expect.poll(() => questions(ana.wire), soon).toBe(2)
  expect(count(ana.wire, 102)).toBe(0)
  expect(questions(ben.wire)).toBe(1)

  send(ana.wire, syncStep2Message(Y.encodeStateAsUpdate(ana.doc)))
  await expect.poll(() => count(ana.wire, 102), soon).toBe(1)
  await expect.poll(() => reader.doc.getText('t').toString(), soon).toMatch(/^(one twoben|benone two)$/)
})

test('a deletion of text that never arrived is not acknowledged', async () => {
  await start()
  const ana = await writer()
  ana.text.insert(0, 'one two')
  ana.text.delete(0, 4)
  send(ana.wire, ana.written[1], acknowledge)
  await expect.poll(() => questions(ana.wire), soon).toBe(2)
  expect(count(ana.wire, 102)).toBe(0)
  send(ana.wire, syncStep2Message(Y.encodeStateAsUpdate(ana.doc)))
  await expect.poll(() => count(ana.wire, 102), soon).toBe(1)
})

test('a lost last message of a client that counts, even a deletion, is noticed and requested', async () => {
  await start()
  const [ana, reader] = [await writer(), await relay.synced('a.ipynb')]
  ana.text.insert(0, 'one two')
  send(ana.wire, ana.written[0], tally(1), acknowledge)
  await expect.poll(() => count(ana.wire, 102), soon).toBe(1)
  ana.text.delete(0, 4)
  // The deletion would have been the fourth message.
  send(ana.wire, tally(4), acknowledge)
  await expect.poll(() => questions(ana.wire), soon).toBe(2)
  expect(count(ana.wire, 102)).toBe(1)
  send(ana.wire, syncStep2Message(Y.encodeStateAsUpdate(ana.doc)), tally(7), acknowledge)
  await expect.poll(() => count(ana.wire, 102), soon).toBe(3)
  await expect.poll(() => reader.doc.getText('t').toString(), soon).toBe('two')
  expect(questions(ana.wire)).toBe(2)
})

test('content that a client has but never sent is requested before it is called stored', async () => {
  await start()
  const ana = await writer()
  ana.text.insert(0, 'from another tab')
  send(ana.wire, tally(0, Y.encodeStateVector(ana.doc)), acknowledge)
  await expect.poll(() => questions(ana.wire), soon).toBe(2)
  expect(count(ana.wire, 102)).toBe(0)
  send(ana.wire, syncStep2Message(Y.encodeStateAsUpdate(ana.doc)))
  await expect.poll(() => count(ana.wire, 102), soon).toBe(1)
})

test('a client that counts is told how many messages it was sent, including the last one', async () => {
  await start()
  const [ana, ben] = [await writer(), await relay.synced('a.ipynb')]
  send(ana.wire, tally(0))
  await handled(ana.wire)
  sourceAt(ben.doc, 0).insert(0, 'x')
  const told = (): boolean =>
    ana.wire.messages.some((frame, index) => {
      const message = readMessage(frame)
      const before = ana.wire.messages.slice(0, index)
      const shown = before.some(([type, step]) => type === 0 && step === 2)
      return shown && message?.type === 'tally' && message.count === before.length
    })
  await expect.poll(told, soon).toBe(true)
})

test('a stock client recovers a lost message, even if another client leaves a gap for ever', async () => {
  await start()
  const [bad, ana, ben] = [await writer(), await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  bad.text.insert(0, 'never sent')
  bad.text.insert(0, 'and this waits for it')
  send(bad.wire, bad.written[1], acknowledge)
  await handled(bad.wire)
  const socket = ana.ws
  if (socket === null) throw new Error('not connected')
  const whole = socket.send.bind(socket)
  socket.send = () => undefined
  sourceAt(ana.doc, 0).insert(0, 'dropped, ')
  socket.send = whole
  sourceAt(ana.doc, 0).insert(9, 'and what follows')
  await expect.poll(() => readSources(ben.doc), soon).toEqual(['dropped, and what follows'])
  expect(count(bad.wire, 102)).toBe(0)
})

test('a client with updates whose predecessor is lost is acknowledged once all is sent', async () => {
  await start()
  const [ana, ben] = [await writer(), await writer()]
  const updates: Uint8Array[] = []
  ana.doc.on('update', (update: Uint8Array) => updates.push(update))
  ana.text.insert(0, 'one ')
  ana.text.insert(4, 'two')
  send(ana.wire, ana.written[1])
  await handled(ana.wire)
  ana.wire.socket.terminate()
  // The update reached others, who reconnect with it.
  Y.applyUpdate(ben.doc, updates[1] ?? new Uint8Array())
  const all = (): Uint8Array => Y.encodeStateAsUpdate(ben.doc)
  send(ben.wire, syncStep2Message(all()), acknowledge)
  await expect.poll(() => count(ben.wire, 102), soon).toBe(1)
  // In an update message something may have been lost on the way, so it is requested.
  send(ben.wire, updateMessage(all()), acknowledge)
  await expect.poll(() => questions(ben.wire), soon).toBe(2)
  expect(count(ben.wire, 102)).toBe(1)
  send(ben.wire, syncStep2Message(all()))
  await expect.poll(() => count(ben.wire, 102), soon).toBe(2)
})

test('an update that refers to something missing is sent to others only once that arrives', async () => {
  await start()
  const [bad, ana, wire] = [await writer(), await relay.synced('a.ipynb'), await writer()]
  await handled(wire.wire)
  const other = new Y.Doc()
  other.getText('t').insert(0, 'never sent')
  Y.applyUpdate(bad.doc, Y.encodeStateAsUpdate(other))
  bad.text.insert(3, 'refers to it')
  bad.text.delete(0, 1)
  send(bad.wire, ...bad.written.slice(1))
  await handled(bad.wire)
  sourceAt(ana.doc, 0).insert(0, 'x')
  await expect
    .poll(() => wire.wire.messages.some(([type, step]) => type === 0 && step === 2), soon)
    .toBe(true)
  const doc = new Y.Doc()
  const take = (): void => {
    for (const frame of wire.wire.messages) {
      const message = readMessage(frame)
      if (message?.type === 'update') Y.applyUpdate(doc, message.bytes)
    }
  }
  take()
  expect([doc.store.pendingStructs, doc.store.pendingDs]).toEqual([null, null])
  send(bad.wire, updateMessage(Y.encodeStateAsUpdate(other)))
  await expect.poll(() => (take(), doc.getText('t').toString()), soon).toBe('evrefers to iter sent')
})

test('a text of 5 MB is sent in messages under 512 kB, to present and later clients', async () => {
  await start()
  const [ana, here] = [await relay.synced('a.ipynb'), await writer()]
  sourceAt(ana.doc, 0).insert(0, 'é🐍'.repeat(900_000))
  const whole = Y.encodeStateAsUpdate(ana.doc)
  expect(whole.length).toBeGreaterThan(5_000_000)
  const comes = await writer()
  await expect
    .poll(() => here.wire.messages.reduce((sum, { length }) => sum + length, 0), soon)
    .toBeGreaterThan(5_000_000)
  send(comes.wire, syncStep1Message(Y.encodeStateVector(new Y.Doc())))
  await expect
    .poll(() => comes.wire.messages.some(([type, step]) => type === 0 && step === 1), soon)
    .toBe(true)
  for (const { wire } of [here, comes]) {
    expect(Math.max(...wire.messages.map(({ length }) => length))).toBeLessThan(512_000)
  }
  const doc = new Y.Doc()
  for (const frame of comes.wire.messages) {
    const message = readMessage(frame)
    if (message?.type === 'update') Y.applyUpdate(doc, message.bytes)
  }
  expect(readSources(doc)).toEqual(readSources(ana.doc))
})
