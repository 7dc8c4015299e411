// What a browser held of a history that is over, given to a relay over HTTP.
import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { docIdOf } from '../../../shared/notebook/read.ts'
import { parseRelayPresence, type RelayPresence } from '../../../shared/presence.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(async () => {
  await relay.stop()
  await rm(`${relay.folder}.backup`, { recursive: true, force: true })
})

const quick = {
  times: { quiet: 50, atMost: 200, retry: 50, retryAtMost: 200, settle: 20, pause: 100, longPause: 200 },
}
const own = (): string => join(relay.folder, '.llm-notebook')
const backup = (): string => `${relay.folder}.backup`
const told = ({ awareness }: WebsocketProvider): RelayPresence | null =>
  [...awareness.getStates().values()].map(parseRelayPresence).find((presence) => presence !== null) ?? null
const written = async (provider: WebsocketProvider, ...sources: string[]): Promise<string> => {
  await expect.poll(() => relay.file('a.ipynb').then(sourcesIn), soon).toEqual(sources)
  await expect.poll(() => told(provider)?.file, soon).toMatchObject({ status: 'written' })
  return told(provider)?.file.digest ?? ''
}
const sourcesIn = (text: string): string[] =>
  (JSON.parse(text) as { cells: { source: string | string[] }[] }).cells.map(({ source }) =>
    [source].flat().join(''),
  )

/** What a browser has been told, as it gives it to the relay. */
const heldBy = ({ doc }: WebsocketProvider, digests: readonly string[], acknowledged: string): object => ({
  docId: docIdOf(doc),
  vector: Buffer.from(Y.encodeStateVector(doc)).toString('base64'),
  digests,
  acknowledged,
})

test('a browser that comes before the relay has read the newer file beside its older log is compared with that file', async () => {
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
  expect(await answer.json()).toEqual({ path: 'a.ipynb', changed: true, copy: null })
  const again = await relay.synced('a.ipynb')
  expect(readSources(again.doc)).toEqual(['one_two', 'second_unsent'])
  await written(again, 'one_two', 'second_unsent')
})
