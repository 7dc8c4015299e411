// Who edited a cell last, according to the log.
import { afterEach, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const edits = async (): Promise<Readonly<Record<string, string>>> => {
  const answer = await relay.request('/api/edits/a.ipynb')
  const all = (await answer.json()) as { cell: string; user: string; name: string; time: number }[]
  for (const { time } of all) expect(Math.abs(Date.now() - time)).toBeLessThan(60_000)
  return Object.fromEntries(all.map(({ cell, user, name }) => [cell, `${user}/${name}`]))
}

const person = async (id: string, name: string): Promise<WebsocketProvider> => {
  const client = await relay.synced('a.ipynb')
  client.awareness.setLocalStateField('user', { id, name, color: '#112233' })
  return client
}

test('each cell has its last author, before and after the log is packed, and not whoever created the file', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two', 'three', 'four') })
  const [ana, ben] = [await person('ana-id', 'Ana'), await person('ben-id', 'Ben')]
  expect(await edits()).toEqual({})
  sourceAt(ana.doc, 0).insert(0, 'a')
  sourceAt(ana.doc, 1).insert(0, 'a')
  await expect.poll(() => readSources(ben.doc), soon).toEqual(['aone', 'atwo', 'three', 'four'])
  sourceAt(ben.doc, 1).delete(0, 1)
  const expected = { 'cell-0': 'ana-id/Ana', 'cell-1': 'ben-id/Ben' }
  await expect.poll(edits, soon).toEqual(expected)
  // Another program edits the file.
  await expect.poll(() => relay.file('a.ipynb'), soon).toContain('aone')
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('aone', 'two', 'three', 'four!'))
  await expect.poll(edits, soon).toEqual({ ...expected, 'cell-3': '/' })
  await relay.restart()
  expect(await edits()).toEqual({ ...expected, 'cell-3': '/' })
})
