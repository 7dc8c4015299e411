import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { afterEach, describe, expect, test } from 'vitest'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { soon } from '../../support/soon.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const epochOf = (messages: readonly Uint8Array[]): string => {
  const decoder = decoding.createDecoder(messages[0] ?? new Uint8Array())
  expect(decoding.readVarUint(decoder)).toBe(103)
  return decoding.readVarString(decoder)
}

const askForAll = encoding.encode((encoder) => {
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint(encoder, 0)
  encoding.writeVarUint8Array(encoder, Y.encodeStateVector(new Y.Doc()))
})

describe('joining a notebook', () => {
  test('works with a stock y-websocket client, which receives and edits the cells', async () => {
    relay = await TestRelay.start({ 'a b.ipynb': notebookText('x = 1\n', 'x + 1') })
    const ana = await relay.synced('a b.ipynb')
    expect(readSources(ana.doc)).toEqual(['x = 1\n', 'x + 1'])
    sourceAt(ana.doc, 0).insert(0, '# hello\n')
    const ben = await relay.synced('a b.ipynb')
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['# hello\nx = 1\n', 'x + 1'])
  })

  test('lets two clients converge that type at the same time', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    for (let i = 0; i < 50; i++) {
      sourceAt(ana.doc, 0).insert(0, 'a')
      sourceAt(ben.doc, 0).insert(0, 'b')
      if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await expect.poll(() => readSources(ana.doc)[0]?.length, soon).toBe(100)
    await expect.poll(() => readSources(ben.doc), soon).toEqual(readSources(ana.doc))
  })

  test('is quick after many updates, which become one state when everyone has left', async () => {
    const logs: SqliteLog[] = []
    const openLog = async (file: string): Promise<SqliteLog> => {
      const log = await SqliteLog.open(file)
      logs.push(log)
      return log
    }
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') }, { openLog, linger: 10 })
    const ana = await relay.synced('a.ipynb')
    for (let i = 0; i < 700; i++) sourceAt(ana.doc, 0).insert(i, 'a')
    const { docId } = (await logs[0]?.catalogue.at('a.ipynb')) ?? { docId: '' }
    const tail = async (): Promise<number> => (await logs[0]?.updates.tail(docId))?.updates ?? NaN
    await expect.poll(tail, soon).toBe(701)
    ana.destroy()
    await expect.poll(tail, soon).toBe(0)
    const ben = await relay.synced('a.ipynb')
    expect(readSources(ben.doc)).toEqual(['a'.repeat(700)])
  })

  test('sends the epoch first, then sync step 1, then the answer', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
    const socket = relay.socket('a.ipynb')
    await socket.opened
    socket.socket.send(askForAll)
    await expect.poll(() => socket.messages.filter((message) => message[0] === 0).length, soon).toBe(2)
    expect(epochOf(socket.messages)).not.toBe('')
    expect([...(socket.messages[1]?.subarray(0, 2) ?? [])]).toEqual([0, 0])
    const answer = socket.messages.find((message) => message[0] === 0 && message[1] === 1)
    const decoder = decoding.createDecoder(answer ?? new Uint8Array())
    decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, decoding.readVarUint8Array(decoder))
    expect(readSources(doc)).toEqual(['x'])
  })

  test('succeeds with the right epoch, and is closed with 4409 before any sync step with another', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
    const first = relay.socket('a.ipynb')
    await expect.poll(() => first.messages.length, soon).toBeGreaterThan(1)
    const epoch = epochOf(first.messages)
    const same = relay.socket('a.ipynb', `?epoch=${epoch}`)
    await expect.poll(() => same.messages.length, soon).toBeGreaterThan(1)
    const other = relay.socket('a.ipynb', '?epoch=another')
    expect((await other.closed).code).toBe(4409)
    expect(other.messages).toEqual([])
  })

  test('gives the same epoch and content after a restart, each cell once', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') })
    const ana = await relay.synced('a.ipynb')
    sourceAt(ana.doc, 0).insert(3, '!')
    const socket = relay.socket('a.ipynb')
    await expect.poll(() => socket.messages.length, soon).toBeGreaterThan(1)
    const epoch = epochOf(socket.messages)
    await relay.restart()
    const again = relay.socket('a.ipynb')
    await expect.poll(() => again.messages.length, soon).toBeGreaterThan(1)
    expect(epochOf(again.messages)).toBe(epoch)
    const ben = await relay.synced('a.ipynb', { epoch })
    expect(readSources(ben.doc)).toEqual(['one!', 'two'])
  })

  test('is closed with 4404 and a reason for a missing, outside or unreadable notebook', async () => {
    relay = await TestRelay.start({ 'broken.ipynb': '{"cells": [' })
    const refused = async (path: string) => relay.socket(path).closed
    expect(await refused('none.ipynb')).toEqual({ code: 4404, reason: 'no such notebook' })
    expect((await refused('../a.ipynb')).code).toBe(4404)
    expect((await refused('.llm-notebook/bin/a.ipynb')).code).toBe(4404)
    expect((await refused('a')).code).toBe(4404)
    const broken = await refused('broken.ipynb')
    expect(broken.code).toBe(4404)
    expect(broken.reason).not.toBe('no such notebook')
    expect(await relay.file('broken.ipynb')).toBe('{"cells": [')
  })

  test('is closed with 4403 for another origin, and refused for a foreign host', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
    const forged = relay.socket('a.ipynb', '', { Origin: 'https://evil.example' })
    expect((await forged.closed).code).toBe(4403)
    expect(forged.messages).toEqual([])
    const framed = relay.socket('a.ipynb', '', { Origin: 'null' })
    expect((await framed.closed).code).toBe(4403)
    const rebound = relay.socket('a.ipynb', '', { Host: `evil.example:${relay.port}` })
    await expect(rebound.opened).rejects.toThrow('403')
    const own = relay.socket('a.ipynb', '', { Origin: relay.origin })
    await expect.poll(() => own.messages.length, soon).toBeGreaterThan(0)
  })

  test('by many at once gives all of them everything from one import', async () => {
    relay = await TestRelay.start({
      'a.ipynb': notebookText(...Array.from({ length: 100 }, (_, i) => `x${i}`)),
    })
    const everybody = await Promise.all(Array.from({ length: 15 }, () => relay.synced('a.ipynb')))
    for (const { doc } of everybody) expect(readSources(doc)).toHaveLength(100)
  })
})
