import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { Program } from '../support/program.ts'
import { Random } from '../support/random.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { readSources } from '../support/sources.ts'

let folder: string
let program: Program
let providers: WebsocketProvider[] = []

beforeEach(async () => {
  folder = await newFolder()
  await writeFile(join(folder, 'a.ipynb'), notebookText('one', 'two'))
})
afterEach(async () => {
  for (const provider of providers.splice(0)) provider.destroy()
  await program.stop('SIGKILL')
  await rm(folder, { recursive: true, force: true })
})

const start = (): Promise<number> => {
  program = new Program([folder], { PORT: '0' })
  return program.ready()
}

const client = async (port: number): Promise<WebsocketProvider> => {
  const provider = new WebsocketProvider(`ws://127.0.0.1:${port}/sync`, 'a.ipynb', new Y.Doc(), {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  for (const type of [103, 105]) provider.messageHandlers[type] = () => undefined
  providers.push(provider)
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  return provider
}

const acknowledge = (count: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, 102)
      encoding.writeVarUint8Array(
        encoder,
        encoding.encode((inner) => encoding.writeVarUint(inner, count)),
      )
    }),
  )

describe('kill -9', () => {
  test('loses nothing that another client saw, and nothing acknowledged', async () => {
    const seed = Date.now() % 1_000_000
    const random = new Random(seed)
    let [written, port] = [0, await start()]
    for (let round = 0; round < 5; round++) {
      const [writer, reader] = [await client(port), await client(port)]
      const list = writer.doc.getArray<number>('written')
      const seen = reader.doc.getArray<number>('written')
      let acknowledged = 0
      writer.messageHandlers[102] = (_, decoder) => {
        const payload = decoder.arr.subarray(decoder.pos + 1)
        acknowledged = payload.reduce((sum, byte, i) => sum + (byte & 127) * 128 ** i, 0)
      }
      const until = written + 200 + random.below(2500)
      const flooding = new AbortController()
      const flood = (async () => {
        while (!flooding.signal.aborted) {
          // Enough is always under way; more would only be waited for.
          if (written - seen.length < 1_000) {
            for (let i = 0; i < 20; i++) list.push([++written])
            writer.ws?.send(acknowledge(written))
          }
          await new Promise((resolve) => setImmediate(resolve))
        }
      })()
      await expect.poll(() => seen.length > until && acknowledged > 0, { ...soon, interval: 1 }).toBe(true)
      program.process.kill('SIGKILL')
      flooding.abort()
      await Promise.all([flood, program.ended])
      for (const provider of [writer, reader]) provider.destroy()
      const saw = seen.toArray()
      port = await start()
      const after = await client(port)
      const kept = after.doc.getArray<number>('written').toArray()
      expect(kept.slice(0, saw.length), `seed ${seed}, round ${round}`).toEqual(saw)
      expect(kept.length, `seed ${seed}, round ${round}`).toBeGreaterThanOrEqual(acknowledged)
      expect(readSources(after.doc)).toEqual(['one', 'two'])
      written = kept.length
      after.destroy()
    }
  }, 120_000)

  test('right after a snapshot does not make the relay’s file an outside edit', async () => {
    let port = await start()
    for (let round = 0; round < 3; round++) {
      const ana = await client(port)
      const before = ana.doc.getText('marker').length
      ana.doc.getText('marker').insert(0, 'x')
      ana.doc.getMap('nbmeta').set('round', round)
      await expect
        .poll(() => readFile(join(folder, 'a.ipynb'), 'utf8'), { ...soon, interval: 1 })
        .toContain(`"round": ${round}`)
      program.process.kill('SIGKILL')
      await program.ended
      ana.destroy()
      port = await start()
      const ben = await client(port)
      expect(ben.doc.getText('marker')).toHaveLength(before + 1)
      const status = () =>
        [...ben.awareness.getStates().values()].map(
          (state) => (state as { relay?: { file: { status: string } } }).relay?.file.status,
        )
      await expect.poll(status, soon).toContain('written')
      ben.destroy()
    }
  }, 60_000)

  test('before a write lets the next start write it, even if nobody opens the notebook', async () => {
    const file = (): Promise<string> => readFile(join(folder, 'a.ipynb'), 'utf8')
    // The file follows after a second: if the machine stood still for that long, another round is needed.
    for (let round = 0, wasWritten = true; wasWritten; round++) {
      expect(round).toBeLessThan(5)
      const port = await start()
      const [ana, ben] = [await client(port), await client(port)]
      const heard = new Promise<void>((resolve) => ben.doc.getMap('nbmeta').observe(() => resolve()))
      ana.doc.getMap('nbmeta').set(`late ${round}`, 'here')
      await heard
      program.process.kill('SIGKILL')
      await program.ended
      for (const provider of [ana, ben]) provider.destroy()
      wasWritten = (await file()).includes(`"late ${round}"`)
      if (wasWritten) continue
      await start()
      await expect.poll(file, soon).toContain(`"late ${round}"`)
    }
  }, 60_000)
})
