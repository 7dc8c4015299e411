// The relay on a full disk: it reports that, acknowledges only what it has stored, and continues once there
// is room.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as encoding from 'lib0/encoding'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { RelayPresence } from '../../shared/presence.ts'
import { PackageServer } from '../support/package-server.ts'
import { Program } from '../support/program.ts'
import { newFolder, notebookText, relayPresenceOf } from '../support/relay.ts'
import { SmallDisk } from '../support/small-disk.ts'
import { soon } from '../support/soon.ts'
import { wheel } from '../support/wheel.ts'

const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

/** A stock client that counts which of its lines were acknowledged. */
class Writer {
  readonly provider: WebsocketProvider
  acknowledged = 0
  written = 0

  constructor(port: number, path = 'a.ipynb') {
    this.provider = new WebsocketProvider(`ws://127.0.0.1:${port}/sync`, path, new Y.Doc(), {
      WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
      disableBc: true,
    })
    this.provider.messageHandlers[103] = () => undefined
    this.provider.messageHandlers[102] = (_, decoder) => {
      this.acknowledged = new DataView(
        decoder.arr.buffer,
        decoder.arr.byteOffset + decoder.pos + 1,
      ).getUint32(0)
    }
    ended.push(() => this.close())
  }

  close(): void {
    this.provider.destroy()
    this.provider.awareness.destroy()
  }

  get lines(): Y.Array<string> {
    return this.provider.doc.getArray('lines')
  }

  /** Writes a line of that length, and asks for its acknowledgement. */
  write(length: number): void {
    const line = `${++this.written} `
    this.lines.push([
      line.padEnd(
        length,
        createHash('sha256')
          .update(line)
          .digest('hex')
          .repeat(length >> 6),
      ),
    ])
    this.provider.doc.getMap('nbmeta').set('written', this.written)
    const payload = new Uint8Array(4)
    new DataView(payload.buffer).setUint32(0, this.written)
    this.provider.ws?.send(
      Uint8Array.from(
        encoding.encode((encoder) => {
          encoding.writeVarUint(encoder, 102)
          encoding.writeVarUint8Array(encoder, payload)
        }),
      ),
    )
  }

  told(): RelayPresence | null {
    return relayPresenceOf(this.provider)
  }

  async synced(): Promise<this> {
    if (!this.provider.synced)
      await new Promise<void>((resolve) => this.provider.once('sync', () => resolve()))
    return this
  }
}

const start = async (
  folder: string,
  env: Record<string, string> = {},
): Promise<{ program: Program; port: number }> => {
  const program = new Program([folder], { PORT: '0', LOG_LEVEL: 'warn', ...env })
  ended.push(() => program.stop('SIGKILL'))
  return { program, port: await program.ready() }
}

/** Writes until the log has no room left. */
const fillLog = async (disk: SmallDisk, writer: Writer): Promise<void> => {
  const told = (): string | undefined => writer.told()?.disk
  while (told() === undefined) {
    await disk.fill()
    writer.write(20_000)
    await expect.poll(() => told() !== undefined || writer.acknowledged === writer.written, soon).toBe(true)
  }
}

const whole = (writer: Writer): void =>
  expect(writer.lines.toArray().map((line) => Number(line.split(' ')[0]))).toEqual(
    writer.lines.toArray().map((_, index) => index + 1),
  )

describe('a full disk', () => {
  const disk = SmallDisk.mount('6m')
  test.skipIf(disk === null)(
    'is reported everywhere, loses nothing acknowledged, and is recovered from',
    async () => {
      if (disk === null) return
      ended.push(() => disk.unmount())
      const upstream = await PackageServer.open()
      ended.push(() => upstream.close())
      const alpha = wheel('alpha', { 'alpha.py': 'n = 1\n' })
      upstream.publish('alpha', alpha)
      const folder = join(disk.folder, 'notebooks')
      await mkdir(folder)
      await writeFile(join(folder, 'a.ipynb'), notebookText('one'))
      await writeFile(join(folder, 'broken.ipynb'), notebookText('two'))
      await writeFile(join(folder, 'never opened.ipynb'), notebookText('three'))
      const env = { PYPI_URL: `${upstream.origin}/simple/` }
      const { program, port } = await start(folder, env)
      const ana = await new Writer(port).synced()
      const ben = await new Writer(port).synced()
      const eva = await new Writer(port, 'broken.ipynb').synced()
      const file = (): Promise<string> => readFile(join(folder, 'a.ipynb'), 'utf8')
      const ask = async (path: string, method = 'GET', body?: string): Promise<unknown> => {
        const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
          method,
          ...(body === undefined ? {} : { body }),
        })
        const text = await answer.text()
        const code = answer.ok ? null : (JSON.parse(text) as { error: { code: string } }).error.code
        return [answer.status, code]
      }
      ana.write(10)
      await expect.poll(() => ana.acknowledged, soon).toBe(1)
      // The search index is complete, and changes no more from here on.
      expect(await ask('/api/search?q=one')).toEqual([200, null])

      await fillLog(disk, ana)
      expect(ana.told()?.disk).toMatch(/full/)
      // People continue to edit together.
      ana.write(10)
      await expect.poll(() => ben.lines.length, soon).toBe(ana.written)
      await expect.poll(() => ana.told()?.file, soon).toMatchObject({ status: 'failed' })
      expect(ana.told()?.file.reason).toMatch(/no space left|full/)
      const blob = 'b'.repeat(100_000)
      const name = `sha256-${createHash('sha256').update(blob).digest('hex')}`
      // The log gives room back whenever it is compacted.
      const isRefused = async (...given: Parameters<typeof ask>): Promise<void> => {
        await disk.fill()
        expect(await ask(...given)).toEqual([507, 'disk'])
      }
      await isRefused(`/api/blobs/${name}`, 'PUT', blob)
      await isRefused('/api/files/data.csv', 'PUT', blob)
      await isRefused('/api/notebooks', 'POST', JSON.stringify({ path: 'new', content: notebookText(blob) }))
      await isRefused('/api/history/a.ipynb', 'POST', JSON.stringify({ name: 'n', at: 1 }))
      await isRefused('/pypi/simple/alpha/')
      await isRefused(`/pypi/files/${alpha.sha256}/${alpha.filename}`)
      expect(await ask('/api/notebooks')).toEqual([200, null])
      const late = new WebSocket(`ws://127.0.0.1:${port}/sync/never%20opened.ipynb`)
      const [, reason] = (await once(late, 'close')) as [number, Buffer]
      expect(reason.toString()).toMatch(/could not be opened: the disk is full/)
      // The relay keeps its version beside a file that cannot be parsed; there is no room for that either.
      await writeFile(join(folder, 'broken.ipynb'), '{')
      const keeping = (): string => eva.told()?.file.reason ?? ''
      await expect.poll(keeping, soon).toMatch(/no space left/)

      await disk.empty()
      await expect.poll(() => [ana.acknowledged, ana.told()?.disk], soon).toEqual([ana.written, undefined])
      await expect.poll(file, soon).toContain(`"written": ${ana.written}`)
      await expect.poll(() => ana.told()?.file.status, soon).toBe('written')
      await expect.poll(keeping, soon).toMatch(/cannot be read.* is in \.llm-notebook\/kept/)
      expect(await readdir(folder)).not.toContain('new.ipynb')
      expect(await ask(`/api/blobs/${name}`, 'PUT', blob)).toEqual([204, null])
      expect(await ask(`/pypi/files/${alpha.sha256}/${alpha.filename}`)).toEqual([200, null])

      // The disk is full again, and the relay is killed.
      await fillLog(disk, ana)
      ana.write(10)
      await expect.poll(() => ben.lines.length, soon).toBe(ana.written)
      const acknowledged = ana.acknowledged
      expect(program.errors).not.toMatch(/unhandled|UnhandledPromise/i)
      expect(program.process.exitCode).toBe(null)
      await program.stop('SIGKILL')
      ana.close()
      ben.close()
      await disk.empty()
      const again = await start(folder, env)
      const carl = await new Writer(again.port).synced()
      expect(carl.lines.length).toBeGreaterThanOrEqual(acknowledged)
      whole(carl)
      expect(await again.program.stop()).toEqual({ code: 0, signal: null })
    },
    120_000,
  )

  test('is recovered from if a single file cannot grow', async ({ skip }) => {
    // Without the right to mount a disk: no file of the relay can grow over this size for a while.
    const folder = await newFolder()
    ended.push(() => rm(folder, { recursive: true }))
    await writeFile(join(folder, 'a.ipynb'), notebookText('one'))
    const { program, port } = await start(folder)
    const limit = (bytes: string): boolean =>
      spawnSync('prlimit', [`--pid=${program.process.pid}`, `--fsize=${bytes}`]).status === 0
    if (!limit('400000:unlimited')) skip('a full file is left out: there is no prlimit here')
    const ana = await new Writer(port).synced()
    while (ana.told()?.disk === undefined) {
      ana.write(20_000)
      await expect
        .poll(() => ana.told()?.disk !== undefined || ana.acknowledged === ana.written, soon)
        .toBe(true)
    }
    const held = ana.acknowledged
    ana.write(10)
    expect(ana.acknowledged).toBe(held)
    limit('unlimited')
    await expect.poll(() => [ana.acknowledged, ana.told()?.disk], soon).toEqual([ana.written, undefined])
    await expect
      .poll(() => readFile(join(folder, 'a.ipynb'), 'utf8'), soon)
      .toContain(`"written": ${ana.written}`)
    await program.stop('SIGKILL')
    ana.close()
    const carl = await new Writer((await start(folder)).port).synced()
    expect(carl.lines.length).toBe(ana.written)
    whole(carl)
  }, 60_000)
})
