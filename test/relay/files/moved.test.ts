// A file that another program moved, opened under its new name before its notebook has missed it.
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { notebookText, quickTimes, relayPresenceOf, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const at = (path: string): string => join(relay.folder, path)
/** Nobody looks for the file by himself. */
const slow = { times: { ...quickTimes, settle: 20_000 } }

test.each(['b.ipynb', 'A.ipynb'])(
  'a.ipynb as %s is the same notebook, with what is not in it yet',
  async (to) => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, slow)
    const ana = await relay.synced('a.ipynb')
    const codes: number[] = []
    ana.on('connection-close', (event) => codes.push(event?.code ?? 0))
    // Once the file was read.
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    await rename(at('a.ipynb'), at(to))
    const ben = await relay.synced(to)
    expect(readSources(ben.doc)).toEqual(['typed one'])
    await expect.poll(() => codes, soon).toContain(4410)
  },
)

test('another file in its place on the disk is another notebook', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, slow)
  const ana = await relay.synced('a.ipynb')
  await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
  await rename(at('a.ipynb'), at('b.ipynb'))
  // The same file, with other content.
  await writeFile(at('b.ipynb'), notebookText('other'))
  expect(readSources((await relay.synced('b.ipynb')).doc)).toEqual(['other'])
})

test('a copy is another notebook', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, slow)
  const ana = await relay.synced('a.ipynb')
  await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
  await writeFile(at('b.ipynb'), await readFile(at('a.ipynb')))
  const ben = await relay.synced('b.ipynb')
  sourceAt(ben.doc, 0).insert(0, 'in the copy ')
  await rm(at('b.ipynb'))
  expect(readSources(ana.doc)).toEqual(['one'])
})
