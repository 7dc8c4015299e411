// A browser's copy of a superseded history, sent to the relay over HTTP.
import { chmod, cp, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'libsql'
import * as decoding from 'lib0/decoding'
import { afterEach, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { docIdOf } from '../../../shared/notebook/document/read.ts'
import { messageEpoch } from '../../../shared/protocol.ts'
import { notebookText, TestRelay, quickTimes, relayPresenceOf } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(async () => {
  await relay.stop()
  await rm(`${relay.folder}.backup`, { recursive: true, force: true })
})

const quick = { times: quickTimes }
const own = (): string => join(relay.folder, '.llm-notebook')
const backup = (): string => `${relay.folder}.backup`
const written = async (provider: WebsocketProvider, ...sources: string[]): Promise<string> => {
  await expect.poll(() => relay.file('a.ipynb').then(sourcesIn), soon).toEqual(sources)
  await expect.poll(() => relayPresenceOf(provider)?.file, soon).toMatchObject({ status: 'written' })
  return relayPresenceOf(provider)?.file.digest ?? ''
}
const sourcesIn = (text: string): string[] =>
  (JSON.parse(text) as { cells: { source: string | string[] }[] }).cells.map(({ source }) =>
    [source].flat().join(''),
  )

/** What a browser stores, as it sends it to the relay. */
const heldBy = ({ doc }: WebsocketProvider, digests: readonly string[], acknowledged: string): object => ({
  docId: docIdOf(doc),
  vector: Buffer.from(Y.encodeStateVector(doc)).toString('base64'),
  digests,
  acknowledged,
})

test('a browser’s copy is compared with a file newer than the log even before the relay has read it', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'second') }, quick)
  const first = await written(await relay.synced('a.ipynb'), 'one', 'second')
  await relay.pause()
  await cp(own(), backup(), { recursive: true })
  await relay.resume(quick)
  const ana = await relay.synced('a.ipynb')
  sourceAt(ana.doc, 0).insert(3, '_two')
  const held = heldBy(ana, [first, await written(ana, 'one_two', 'second')], await relay.file('a.ipynb'))
  ana.disconnect()
  await relay.pause()
  await rm(own(), { recursive: true })
  await cp(backup(), own(), { recursive: true })
  await relay.resume(quick)
  const answer = await relay.request('/api/recover/a.ipynb', 'POST', {
    ...held,
    content: notebookText('one_two', 'second_unsent'),
  })
  expect(await answer.json()).toMatchObject({ path: 'a.ipynb', changed: true, copy: null })
  const again = await relay.synced('a.ipynb')
  expect(readSources(again.doc)).toEqual(['one_two', 'second_unsent'])
  await written(again, 'one_two', 'second_unsent')
})

/** Resolves with the epoch that a page receives, or the close code. */
const epochFor = (query: string): Promise<string> => {
  const { socket } = relay.socket('a.ipynb', query)
  return new Promise((resolve) => {
    socket.on('message', (data: Buffer) => {
      const decoder = decoding.createDecoder(new Uint8Array(data))
      if (decoding.readVarUint(decoder) === messageEpoch) resolve(decoding.readVarString(decoder))
    })
    socket.on('close', (code) => resolve(String(code)))
  })
}

test('a change of the file’s mode since the start does not make a newer file an outside edit', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
  const first = await epochFor('')
  await relay.pause()
  const file = join(relay.folder, 'a.ipynb')
  await writeFile(file, notebookText('one_two'))
  await relay.resume(quick)
  const started = Date.now()
  // File times have a coarse resolution.
  const changed = async (): Promise<number> => {
    await chmod(file, 0o600)
    return (await stat(file)).ctimeMs
  }
  await expect.poll(changed, soon).toBeGreaterThan(started)
  expect(await epochFor('')).not.toBe(first)
})

test('a log older than its file is detected at the start, before another program writes the file', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
  const first = await epochFor('')
  await relay.pause()
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one_two'))
  await relay.resume(quick)
  const log = new Database(join(own(), 'log.sqlite'), { readonly: true })
  try {
    const epoch = (): unknown => log.prepare('SELECT epoch FROM documents').raw().get([])
    await expect.poll(epoch, soon).not.toEqual([first])
  } finally {
    log.close()
  }
})

test('a restored log starts a new epoch once a page with a later one connects', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
  const first = await epochFor('')
  await relay.pause()
  await cp(own(), backup(), { recursive: true })
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one, changed'))
  await relay.resume(quick)
  expect(await epochFor(`?epoch=${first}`)).toBe('4409')
  const second = await epochFor('')
  // A superseded epoch is earlier than the present one: no new epoch begins.
  expect(await epochFor(`?over=${first}`)).toBe(second)
  expect(await epochFor(`?epoch=${second}`)).toBe(second)
  await relay.pause()
  const putBack = async (): Promise<void> => {
    await rm(own(), { recursive: true })
    await cp(backup(), own(), { recursive: true })
    await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one'))
    await relay.resume(quick)
  }
  await putBack()
  expect(await epochFor('')).toBe(first)
  const there = relay.socket('a.ipynb', `?epoch=${first}`)
  await there.opened
  await expect.poll(() => there.messages.length, soon).toBeGreaterThan(0)
  expect(await epochFor(`?epoch=${second}`)).toBe('4409')
  expect(await there.closed).toEqual({ code: 4409, reason: 'another history' })
  const third = await epochFor('')
  expect([first, second]).not.toContain(third)
  expect(await epochFor(`?epoch=${first}`)).toBe('4409')
  expect(await epochFor('')).toBe(third)
  await relay.pause()
  // The same if the page knows only that this epoch was superseded.
  await putBack()
  const fourth = await epochFor(`?over=${first}`)
  expect([first, second, third]).not.toContain(fourth)
  expect(await epochFor(`?over=${first},${third}`)).toBe(fourth)
})
