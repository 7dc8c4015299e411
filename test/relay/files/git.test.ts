// What git does to a notebook's file while people have it open.
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { readHead, readOutputs, visibleCells } from '../../../shared/notebook/document/read.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { notebookText, quickTimes, relayPresenceOf, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const git = async (...args: string[]): Promise<string> => {
  const config = ['-c', 'user.name=T', '-c', 'user.email=t@example.org', '-c', 'gc.autoDetach=false']
  const { stdout } = await promisify(execFile)('git', [...config, ...args], { cwd: relay.folder })
  return stdout
}
const isClean = async (): Promise<boolean> => (await git('status', '--porcelain')) === ''

/** Makes the folder a repository with the notebook on the branch `main`, and goes to `other`. */
const onBranch = async (): Promise<void> => {
  await git('init', '-q', '-b', 'main')
  await git('add', 'a.ipynb')
  await git('commit', '-qm', 'one')
  await git('checkout', '-qb', 'other')
}
/** Somebody who has the notebook open there. */
const openedOnBranch = async (...sources: string[]): Promise<WebsocketProvider> => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText(...sources) }, { times: quickTimes })
  await onBranch()
  const person = await relay.synced('a.ipynb')
  await expect.poll(() => relayPresenceOf(person)?.file, soon).toMatchObject({ status: 'written' })
  return person
}
const type = async ({ doc }: WebsocketProvider, text: string): Promise<void> => {
  sourceAt(doc, 0).insert(sourceAt(doc, 0).length, text)
  await expect.poll(() => relay.file('a.ipynb'), soon).toContain(text.trim())
}
const marksIn = ({ doc }: WebsocketProvider): unknown[] =>
  visibleCells(doc).flatMap((id) => readHead(doc, id)?.mark ?? [])

test('what was typed and committed goes with its branch, and comes back with it', async () => {
  const ana = await openedOnBranch('one', 'two')
  const ids = visibleCells(ana.doc)
  await type(ana, ' typed')
  await git('commit', '-qam', 'two')
  await git('checkout', '-q', 'main')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'two'])
  await git('checkout', '-q', 'other')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two'])
  expect(visibleCells(ana.doc)).toEqual(ids)
  expect(marksIn(ana)).toEqual([])
  expect(await isClean()).toBe(true)
})

test('a new cell goes with its branch and comes back with its id, also once git has packed it', async () => {
  const ana = await openedOnBranch('one')
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one', 'new'))
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'new'])
  await type(ana, ' typed')
  const ids = visibleCells(ana.doc)
  await git('commit', '-qam', 'two')
  await git('gc', '-q', '--prune=now')
  await git('checkout', '-q', 'main')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one'])
  await git('checkout', '-q', 'other')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'new'])
  expect(visibleCells(ana.doc)).toEqual(ids)
  expect(await isClean()).toBe(true)
})

test('what was typed is stashed, and comes back from the stash', async () => {
  const ana = await openedOnBranch('one', 'two')
  await type(ana, ' typed')
  await git('stash', '-q')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'two'])
  expect(await isClean()).toBe(true)
  await git('stash', 'pop', '-q')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two'])
  expect(marksIn(ana)).toEqual([])
})

test('what was typed and not written yet stays when the branch is left', async () => {
  relay = await TestRelay.start(
    { 'a.ipynb': notebookText('one', 'two') },
    // Git refuses a checkout over a changed file: what is typed meanwhile is not written yet.
    { times: { ...quickTimes, quiet: 60_000, atMost: 60_000 } },
  )
  await onBranch()
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one', 'two on a branch'))
  await git('commit', '-qam', 'two')
  const ana = await relay.synced('a.ipynb')
  await expect.poll(() => relayPresenceOf(ana)?.file, soon).toMatchObject({ status: 'written' })
  sourceAt(ana.doc, 0).insert(3, ' typed')
  await git('checkout', '-q', 'main')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two'])
})

test('a branch is left and found again where a filter of git removes the outputs', async () => {
  const ana = await openedOnBranch('one', 'two')
  await writeFile(join(relay.folder, '.gitattributes'), '*.ipynb filter=strip\n')
  await git('add', '.gitattributes')
  await git('commit', '-qm', 'filter')
  // As nbstripout does.
  await git('config', 'filter.strip.clean', String.raw`sed 's/"outputs": .*/"outputs": [],/'`)
  const output = { name: 'stdout', output_type: 'stream', text: ['printed'] }
  const at = join(relay.folder, 'a.ipynb')
  const text = (await readFile(at, 'utf8')).replace('"outputs": []', `"outputs": [${JSON.stringify(output)}]`)
  await writeFile(at, text)
  await expect.poll(() => readOutputs(ana.doc, visibleCells(ana.doc)[0] ?? cellId('')).length, soon).toBe(1)
  await type(ana, ' typed')
  await git('commit', '-qam', 'two')
  await git('checkout', '-q', 'main')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'two'])
  await git('checkout', '-q', 'other')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two'])
  expect(marksIn(ana)).toEqual([])
})

test('what git discards without having it stays, with a notice', async () => {
  const ana = await openedOnBranch('one', 'two')
  await type(ana, ' typed')
  await git('reset', '-q', '--hard')
  await expect.poll(() => marksIn(ana).length, soon).toBe(1)
  expect(readSources(ana.doc)).toEqual(['one typed', 'two'])
})

test('a program that saves what it read before, while git is in use, removes nothing', async () => {
  const ana = await openedOnBranch('one', 'two')
  await type(ana, ' typed')
  await git('commit', '-qam', 'two')
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one', 'two by the program'))
  await git('update-index', '--refresh').catch(() => null)
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two by the program'])
})

test('an edit of the file is merged where the repository is damaged', async () => {
  const ana = await openedOnBranch('one', 'two')
  await type(ana, ' typed')
  await git('commit', '-qam', 'two')
  await mkdir(join(relay.folder, '.git', 'objects', 'pack', 'damaged.idx'))
  await writeFile(join(relay.folder, 'a.ipynb'), notebookText('one', 'two by a program'))
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two by a program'])
})

test('a rebase ends with both changes and a file that git knows', async () => {
  const ana = await openedOnBranch('one', 'two', 'three')
  await type(ana, ' typed')
  await git('commit', '-qam', 'two')
  await git('checkout', '-q', 'main')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'two', 'three'])
  const at = join(relay.folder, 'a.ipynb')
  await writeFile(at, (await readFile(at, 'utf8')).replace('three', 'three upstream'))
  await git('commit', '-qam', 'upstream')
  await git('checkout', '-q', 'other')
  await git('rebase', '-q', 'main')
  await expect.poll(() => readSources(ana.doc), soon).toEqual(['one typed', 'two', 'three upstream'])
  expect(marksIn(ana)).toEqual([])
  expect(await isClean()).toBe(true)
})
