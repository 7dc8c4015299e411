import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { afterEach, describe, expect, test } from 'vitest'
import { soon } from '../../support/soon.ts'
import type { WebsocketProvider } from 'y-websocket'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const syncMessage = (step: number, bytes: Uint8Array): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 0)
    encoding.writeVarUint(encoder, step)
    encoding.writeVarUint8Array(encoder, bytes)
  })

const validUpdate = (): Uint8Array => {
  const doc = new Y.Doc()
  doc.getText('t').insert(0, 'some text that is long enough to be cut')
  return Y.encodeStateAsUpdate(doc)
}

const deepUpdate = (depth: number): Uint8Array => {
  const doc = new Y.Doc()
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = [value]
  doc.getMap('m').set('deep', value)
  return Y.encodeStateAsUpdate(doc)
}

const stillWorks = async (ana: WebsocketProvider, ben: WebsocketProvider): Promise<void> => {
  sourceAt(ana.doc, 0).insert(0, 'a')
  const expected = readSources(ana.doc)
  await expect.poll(() => readSources(ben.doc), soon).toEqual(expected)
}

describe('a misbehaving client', () => {
  const garbage: Record<string, Uint8Array | string> = {
    'a text frame': 'hello',
    'an empty frame': new Uint8Array(),
    'an unknown message type': new Uint8Array([77, 1, 2]),
    'an unknown sync step': syncMessage(9, new Uint8Array([0])),
    'random bytes': new Uint8Array(300).map((_, i) => (i * 7919 + 13) % 256),
    'a truncated update': syncMessage(2, validUpdate().subarray(0, 20)),
    'a length beyond the end': new Uint8Array([0, 2, 255, 255, 255, 127]),
    'an invalid state vector': syncMessage(0, new Uint8Array([255, 255])),
    'a value nested deeper than a browser can read': syncMessage(2, deepUpdate(4_200)),
    'bytes after the message': new Uint8Array([...syncMessage(2, validUpdate()), 1, 2, 3]),
    'presence that is not JSON': new Uint8Array([1, 5, 1, 9, 1, 1, 123]),
  }

  test.each(Object.keys(garbage))(
    'that sends %s loses its socket, and nothing of it is kept',
    async (name) => {
      relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
      const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
      const bad = relay.socket('a.ipynb')
      await expect.poll(() => bad.messages.length, soon).toBeGreaterThan(1)
      bad.socket.send(garbage[name] ?? '')
      expect((await bad.closed).code).toBe(1003)
      await stillWorks(ana, ben)
      expect(ben.doc.getText('t').toString()).toBe('')
    },
  )

  test('that sends more than 64 MiB loses its socket, and others are not affected', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    const bad = relay.socket('a.ipynb')
    await expect.poll(() => bad.messages.length, soon).toBeGreaterThan(1)
    bad.socket.send(new Uint8Array((64 << 20) + 1))
    expect([1009, 1006]).toContain((await bad.closed).code)
    await stillWorks(ana, ben)
  })

  test('that sends 3,000 updates without the first one delays nobody', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    const doc = new Y.Doc()
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    for (let i = 0; i < 3001; i++) doc.getText('t').insert(0, 'x')
    const bad = relay.socket('a.ipynb')
    await expect.poll(() => bad.messages.length, soon).toBeGreaterThan(1)
    for (const update of updates.slice(1)) bad.socket.send(syncMessage(2, update))
    bad.socket.send(new Uint8Array([3]))
    await stillWorks(ana, ben)
    bad.socket.send(syncMessage(2, updates[0] ?? new Uint8Array()))
    const late = await relay.synced('a.ipynb')
    await expect.poll(() => late.doc.getText('t').length, soon).toBe(3001)
  })

  test('that stops reading is disconnected, and others are not affected', async () => {
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('') },
      { limits: { unread: 1 << 20, slowTimeout: 200 } },
    )
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    const slow = relay.socket('a.ipynb')
    await expect.poll(() => slow.messages.length, soon).toBeGreaterThan(1)
    // Client 9, clock 1, {}: gone with its socket.
    slow.socket.send(new Uint8Array([1, 6, 1, 9, 1, 2, 123, 125]))
    const isHere = (): boolean => ana.awareness.getStates().has(9)
    await expect.poll(isHere, soon).toBe(true)
    slow.socket.pause()
    for (let i = 0; i < 40; i++) ana.doc.getText('t').insert(0, 'x'.repeat(500_000))
    await expect.poll(() => ben.doc.getText('t').length, soon).toBe(20_000_000)
    await stillWorks(ana, ben)
    await expect.poll(isHere, soon).toBe(false)
    slow.socket.resume()
    expect((await slow.closed).code).toBe(1006)
  })

  test('that falls behind and reads again receives what it missed', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') }, { limits: { unread: 1 << 20 } })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    const socket = ben.ws as unknown as { pause(): void; resume(): void }
    socket.pause()
    for (let i = 0; i < 40; i++) {
      ana.doc.getText('t').insert(0, 'x'.repeat(500_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    const carla = await relay.synced('a.ipynb')
    await expect.poll(() => carla.doc.getText('t').length, soon).toBe(20_000_000)
    socket.resume()
    await expect.poll(() => ben.doc.getText('t').length, soon).toBe(20_000_000)
    await stillWorks(ana, ben)
    await stillWorks(ben, ana)
  })
})
