import {
  chmod,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { updateMessage } from '../../../relay/sync/message.ts'
import { notebookText, TestRelay, relayPresenceOf } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const quick = { times: { quiet: 50, atMost: 200, retry: 50, retryAtMost: 200 } }
const sourcesIn = (text: string): string[] =>
  (JSON.parse(text) as { cells: { source: string | string[] }[] }).cells.map(({ source }) =>
    [source].flat().join(''),
  )

describe('snapshots', () => {
  test('write an edit to the file, once for a burst, and report it to the page', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x = 1') }, quick)
    const ana = await relay.synced('a.ipynb')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    const said: unknown[] = []
    ana.awareness.on('change', () => said.push(relayPresenceOf(ana)?.file.status))
    ana.messageHandlers[102] = () => said.push('acknowledged')
    for (const letter of 'abc') sourceAt(ana.doc, 0).insert(0, letter)
    ana.ws?.send(new Uint8Array([102, 1, 7]))
    await expect.poll(() => said.filter((word) => word !== 'pending'), soon).toContain('acknowledged')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    expect(sourcesIn(await relay.file('a.ipynb'))).toEqual(['cbax = 1'])
    // An acknowledged edit is never reported as in the file before it is.
    expect(said[0]).toBe('pending')
    expect(await readdir(relay.folder)).toEqual(['.llm-notebook', 'a.ipynb'])
  })

  test('do not write a notebook that is only read', async () => {
    const text = JSON.stringify(JSON.parse(notebookText('x = 1')))
    relay = await TestRelay.start({ 'a.ipynb': text }, quick)
    const before = await stat(join(relay.folder, 'a.ipynb'))
    const ana = await relay.synced('a.ipynb')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    await relay.restart(quick)
    expect(await relay.file('a.ipynb')).toBe(text)
    expect((await stat(join(relay.folder, 'a.ipynb'))).ino).toBe(before.ino)
  })

  test('do nothing after an update without changes, and the file stays written', async () => {
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('x = 1') },
      { times: { quiet: 60_000, atMost: 60_000 } },
    )
    const ana = await relay.synced('a.ipynb')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    const said: unknown[] = []
    ana.awareness.on('change', () => said.push(relayPresenceOf(ana)?.file.status))
    ana.ws?.send(Uint8Array.from(updateMessage(Y.encodeStateAsUpdate(ana.doc))))
    await expect.poll(() => said, soon).toEqual(['pending', 'written'])
  })

  test('are written during typing without a pause', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') }, { times: { quiet: 10_000, atMost: 100 } })
    const ana = await relay.synced('a.ipynb')
    sourceAt(ana.doc, 0).insert(0, 'kept')
    await expect.poll(async () => sourcesIn(await relay.file('a.ipynb')), soon).toEqual(['kept'])
  })

  test('keep the file’s mode, and a symlink inside the folder', async () => {
    relay = await TestRelay.start({ 'real.ipynb': notebookText('x') }, quick)
    await chmod(join(relay.folder, 'real.ipynb'), 0o640)
    await mkdir(join(relay.folder, 'sub'))
    await symlink('../real.ipynb', join(relay.folder, 'sub', 'link.ipynb'))
    const ana = await relay.synced('sub/link.ipynb')
    sourceAt(ana.doc, 0).insert(0, 'y')
    await expect.poll(async () => sourcesIn(await relay.file('real.ipynb')), soon).toEqual(['yx'])
    expect((await lstat(join(relay.folder, 'sub', 'link.ipynb'))).isSymbolicLink()).toBe(true)
    expect((await stat(join(relay.folder, 'real.ipynb'))).mode & 0o777).toBe(0o640)
  })

  test('that fail are reported with the reason, and written once the folder is writable', async () => {
    relay = await TestRelay.start({}, quick)
    await mkdir(join(relay.folder, 'sub'))
    await writeFile(join(relay.folder, 'sub', 'a.ipynb'), notebookText('x'))
    const ana = await relay.synced('sub/a.ipynb')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    // A file replaces the folder, as rights would not stop root. The folder is hidden, or the notebook would
    // be found there.
    await rename(join(relay.folder, 'sub'), join(relay.folder, '.away'))
    await writeFile(join(relay.folder, 'sub'), '')
    sourceAt(ana.doc, 0).insert(0, 'y')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('failed')
    expect(relayPresenceOf(ana)?.file.reason).not.toBe('')
    await rm(join(relay.folder, 'sub'))
    await rename(join(relay.folder, '.away'), join(relay.folder, 'sub'))
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    expect(sourcesIn(await readFile(join(relay.folder, 'sub', 'a.ipynb'), 'utf8'))).toEqual(['yx'])
  })

  test('are written before the relay stops', async () => {
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('x') },
      { times: { quiet: 60_000, atMost: 60_000 } },
    )
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    sourceAt(ana.doc, 0).insert(0, 'last ')
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['last x'])
    await relay.restart(quick)
    expect(sourcesIn(await relay.file('a.ipynb'))).toEqual(['last x'])
  })

  test('are written before an unused room is closed, and it reopens with everything', async () => {
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('x') },
      { times: { quiet: 60_000, atMost: 60_000 }, linger: 10 },
    )
    const ana = await relay.synced('a.ipynb')
    sourceAt(ana.doc, 0).insert(0, 'kept ')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('pending')
    ana.disconnect()
    await expect.poll(async () => sourcesIn(await relay.file('a.ipynb')), soon).toEqual(['kept x'])
    ana.connect()
    sourceAt(ana.doc, 0).insert(0, 'and ')
    const ben = await relay.synced('a.ipynb')
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['and kept x'])
  })
})
