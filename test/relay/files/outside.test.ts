import { EventEmitter, once } from 'node:events'
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import type { WebsocketProvider } from 'y-websocket'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { docIdOf, readHead, visibleCells } from '../../../shared/notebook/document/read.ts'
import { writeBackField } from '../../../shared/presence.ts'
import { notebookText, TestRelay, quickTimes, relayPresenceOf } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'
import { historyOf } from '../../support/history-of.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const quick = { times: quickTimes }
const sourcesIn = (text: string): string[] =>
  (JSON.parse(text) as { cells: { source: string | string[] }[] }).cells.map(({ source }) =>
    [source].flat().join(''),
  )
const at = (path: string): string => join(relay.folder, path)
const fileSays = (path: string): Promise<string[] | null> => relay.file(path).then(sourcesIn, () => null)

/** Somebody who has the notebook open, after its file has been written. */
const opened = async (path: string): Promise<WebsocketProvider> => {
  const provider = await relay.synced(path)
  await written(provider)
  return provider
}
const written = async (provider: WebsocketProvider): Promise<void> => {
  await expect.poll(() => relayPresenceOf(provider)?.file, soon).toMatchObject({ status: 'written' })
}
const saveAtomically = async (path: string, text: string): Promise<void> => {
  await writeFile(at('other'), text)
  await rename(at('other'), at(path))
}

describe('an outside edit of the file', () => {
  test.each([
    ['in place', (text: string) => writeFile(at('a.ipynb'), text)],
    ['by putting another file in its place', (text: string) => saveAtomically('a.ipynb', text)],
    [
      'by removing it first',
      async (text: string) => {
        await rm(at('a.ipynb'))
        await writeFile(at('a.ipynb'), text)
      },
    ],
    [
      'in two writes',
      async (text: string) => {
        await writeFile(at('a.ipynb'), text.slice(0, 30))
        await writeFile(at('a.ipynb'), text)
      },
    ],
  ])('made %s appears live, merged with what is typed', async (_, save) => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one\ntwo', 'three') }, quick)
    const ana = await opened('a.ipynb')
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    await save(notebookText('one\ntwo from vim', 'three'))
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['typed one\ntwo from vim', 'three'])
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['typed one\ntwo from vim', 'three'])
    await written(ana)
  })

  test('is not missed at the moment the notebook is opened', async () => {
    const paths = Array.from({ length: 30 }, (_, n) => `${n}.ipynb`)
    relay = await TestRelay.start(Object.fromEntries(paths.map((path) => [path, notebookText('one')])), quick)
    await Promise.all(
      paths.map(async (path) => {
        const ana = await relay.synced(path)
        await writeFile(at(path), notebookText('one from vim'))
        await expect.poll(() => readSources(ana.doc), soon).toEqual(['one from vim'])
      }),
    )
  })

  test('leaves the file as the other program wrote it if nobody typed', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
    const ana = await opened('a.ipynb')
    const theirs = JSON.stringify(JSON.parse(notebookText('one and two')), null, 3)
    await writeFile(at('a.ipynb'), theirs)
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['one and two'])
    await written(ana)
    const { ino } = await stat(at('a.ipynb'))
    // The next edit comes later than an unwanted write of our own would have.
    sourceAt(ana.doc, 0).insert(0, '.')
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['.one and two'])
    expect((await stat(at('a.ipynb'))).ino).not.toBe(ino)
    expect(JSON.stringify(JSON.parse(await relay.file('a.ipynb')), null, 3)).toBe(await relay.file('a.ipynb'))
  })

  test('with the same bytes changes, stores and reports nothing, however often it is made', async () => {
    const text = notebookText('one')
    relay = await TestRelay.start({ 'a.ipynb': text, 'b.ipynb': notebookText('') }, quick)
    const [ana, ben] = [await opened('a.ipynb'), await opened('b.ipynb')]
    const before = JSON.stringify(relayPresenceOf(ana)?.file)
    const heard: string[] = []
    ana.doc.on('update', () => heard.push('an update'))
    ana.awareness.on('change', () => heard.push(JSON.stringify(relayPresenceOf(ana)?.file)))
    for (let round = 0; round < 20; round++) {
      if (round % 2 === 0) await writeFile(at('a.ipynb'), text)
      else await saveAtomically('a.ipynb', text)
      // Once a file that was written later is reported, this one has been looked at, too.
      await writeFile(at('b.ipynb'), notebookText(`round ${round}`))
      await expect.poll(() => readSources(ben.doc), soon).toEqual([`round ${round}`])
    }
    expect(heard).toEqual([])
    expect(JSON.stringify(relayPresenceOf(ana)?.file)).toBe(before)
    expect(await relay.file('a.ipynb')).toBe(text)
    const docId = docIdOf(ana.doc) ?? ''
    await relay.pause()
    const log = await SqliteLog.open(at('.llm-notebook/log.sqlite'))
    try {
      expect(await log.revisions.of(docId)).toHaveLength(1)
      expect(await historyOf(log.updates, docId)).toHaveLength(1)
    } finally {
      await log.close()
    }
    await relay.resume()
  })

  test('is reported as written only once what arrived during its storing is in the file', async () => {
    const disk = new EventEmitter()
    const storing = once(disk, 'storing')
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('one', 'two') },
      {
        ...quick,
        openLog: async (file, sync) => {
          const log = await SqliteLog.open(file, { sync })
          const append = log.updates.append.bind(log.updates)
          log.updates.append = async (rows, revisions) => {
            if (rows.length > 0 && revisions?.some(({ revision }) => revision.outside)) {
              const held = once(disk, 'go on')
              disk.emit('storing')
              await held
            }
            return append(rows, revisions)
          }
          return log
        },
      },
    )
    const ana = await opened('a.ipynb')
    await writeFile(at('a.ipynb'), notebookText('one', 'two theirs'))
    await storing
    sourceAt(ana.doc, 0).insert(3, ' typed')
    const socket = ana.ws as unknown as WebSocket
    // The pong shows that the relay has received the edit, which is in the document 50 ms later.
    const answer = once(socket, 'pong')
    socket.ping()
    await answer
    disk.emit('go on')
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['one typed', 'two theirs'])
    await written(ana)
  })

  test('is not overtaken while jupyter-collaboration logs what is typed there', async () => {
    const pause = 700
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, { times: { ...quick.times, pause } })
    const ana = await opened('a.ipynb')
    await writeFile(at('.jupyter_ystore.db'), 'typed there')
    sourceAt(ana.doc, 0).insert(3, ', typed here')
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['one, typed here'])
    const [file, theirs] = [await stat(at('a.ipynb')), await stat(at('.jupyter_ystore.db'))]
    // File times have a coarse resolution.
    expect(file.mtimeMs - theirs.mtimeMs).toBeGreaterThan(pause - 20)
    await written(ana)
  })

  test('is reported as written at once, and later typing waits for a pause of the other program', async () => {
    const files = { 'a.ipynb': notebookText('one', 'two'), 'b.ipynb': notebookText('') }
    relay = await TestRelay.start(files, { times: { ...quick.times, pause: 600_000 } })
    const [ana, ben] = [await opened('a.ipynb'), await opened('b.ipynb')]
    await writeFile(at('a.ipynb'), notebookText('one saved', 'two'))
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['one saved', 'two'])
    await written(ana)
    sourceAt(ana.doc, 1).insert(0, 'typed ')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('pending')
    // A later edit of a notebook that no other program saves is written by now.
    sourceAt(ben.doc, 0).insert(0, 'later')
    await expect.poll(() => fileSays('b.ipynb'), soon).toEqual(['later'])
    expect(await fileSays('a.ipynb')).toEqual(['one saved', 'two'])
  })

  test.each([
    ['x = 1', ' #p1', 'x = 2', 'x = 2 #p1'],
    ['n = 10', '\nline = 1', 'n = 15', 'n = 15\nline = 1'],
    ['x = old', ' + mine', 'x = young', 'x = young + mine'],
  ])('of %j, before %j was typed after it, gives the right text: %j', async (was, typed, theirs, merged) => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText(was) }, quick)
    const ana = await opened('a.ipynb')
    sourceAt(ana.doc, 0).insert(was.length, typed)
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual([was + typed])
    await written(ana)
    await writeFile(at('a.ipynb'), notebookText(theirs))
    await expect.poll(() => readSources(ana.doc), soon).toEqual([merged])
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual([merged])
  })

  test('from a buffer three snapshots old removes nothing, and marks the cell', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, quick)
    const ana = await opened('a.ipynb')
    const loaded = await relay.file('a.ipynb')
    for (const line of ['first\n', 'second\n', 'third\n']) {
      sourceAt(ana.doc, 0).insert(0, line)
      await expect.poll(() => fileSays('a.ipynb'), soon).toEqual([sourceAt(ana.doc, 0).toString(), 'two'])
    }
    await writeFile(at('a.ipynb'), loaded.replace('"two"', '"two from Jupyter"'))
    const both = ['third\nsecond\nfirst\none', 'two from Jupyter']
    await expect.poll(() => readSources(ana.doc), soon).toEqual(both)
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(both)
    const [first, second] = visibleCells(ana.doc).map((id) => readHead(ana.doc, id)?.mark)
    expect(first).toEqual({ why: 'kept', theirs: 'one' })
    expect(second).toBe(null)
  })

  test('made while no relay ran is merged with what was only in the log', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, quick)
    const ana = await opened('a.ipynb')
    sourceAt(ana.doc, 0).insert(0, 'ours ')
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['ours one', 'two'])
    ana.destroy()
    await relay.restart({
      ...quick,
      openLog: async (file, sync) => {
        await writeFile(at('a.ipynb'), notebookText('ours one', 'two theirs'))
        return SqliteLog.open(file, { sync })
      },
    })
    const ben = await opened('a.ipynb')
    expect(readSources(ben.doc)).toEqual(['ours one', 'two theirs'])
    expect(await fileSays('a.ipynb')).toEqual(['ours one', 'two theirs'])
  })

  test('of a line that was changed here keeps both versions and marks the cell for everyone', async () => {
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('x = 1') },
      { times: { ...quick.times, quiet: 60_000, atMost: 60_000 } },
    )
    const [ana, ben] = [await opened('a.ipynb'), await opened('a.ipynb')]
    sourceAt(ana.doc, 0).insert(4, 'ours')
    await writeFile(at('a.ipynb'), notebookText('x = 1 + theirs'))
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['x = ours1 + theirs'])
    const [id] = visibleCells(ben.doc)
    await expect
      .poll(() => id && readHead(ben.doc, id)?.mark, soon)
      .toEqual({ why: 'both', theirs: 'x = 1 + theirs' })
  })

  test('that makes the file unreadable leaves it alone and reports it, until it is repaired', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
    const ana = await opened('a.ipynb')
    const broken = '{\n<<<<<<< HEAD\n'
    await writeFile(at('a.ipynb'), broken)
    await expect
      .poll(() => relayPresenceOf(ana)?.file.reason, soon)
      .toMatch(/line 2, column 1: merge-conflict markers/)
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    const kept = (): string =>
      /\.llm-notebook\/kept\/\S.*\.ipynb/.exec(relayPresenceOf(ana)?.file.reason ?? '')?.[0] ?? ''
    await expect.poll(() => fileSays(kept()), soon).toEqual(['typed one'])
    // However long this lasts, the revision it was made from is kept.
    for (let i = 0; i < 12; i++) {
      const before = sourceAt(ana.doc, 0).toString()
      sourceAt(ana.doc, 0).insert(0, `${i} `)
      await expect.poll(() => fileSays(kept()), soon).toEqual([`${i} ${before}`])
    }
    sourceAt(ana.doc, 0).delete(0, sourceAt(ana.doc, 0).toString().indexOf('typed'))
    await expect.poll(() => fileSays(kept()), soon).toEqual(['typed one'])
    expect(await relay.file('a.ipynb')).toBe(broken)
    await writeFile(at('a.ipynb'), notebookText('one repaired'))
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['typed one repaired'])
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['typed one repaired'])
    await written(ana)
  })

  test('that makes the file unreadable and is reverted lets what was typed meanwhile be written', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
    const ana = await opened('a.ipynb')
    const before = await relay.file('a.ipynb')
    await writeFile(at('a.ipynb'), before.slice(0, 50))
    await expect.poll(() => relayPresenceOf(ana)?.file.reason, soon).toMatch(/cannot be read/)
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    const kept = (): string =>
      /\.llm-notebook\/kept\/\S.*\.ipynb/.exec(relayPresenceOf(ana)?.file.reason ?? '')?.[0] ?? ''
    await expect.poll(() => fileSays(kept()), soon).toEqual(['typed one'])
    await writeFile(at('a.ipynb'), before)
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['typed one'])
    await written(ana)
  })
})

describe('a notebook’s file', () => {
  test('that is removed closes no page, and is written again on request', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
    const ana = await opened('a.ipynb')
    await rm(at('a.ipynb'))
    await expect.poll(() => relayPresenceOf(ana)?.file, soon).toMatchObject({ status: 'failed', gone: true })
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    const ben = await relay.synced('a.ipynb')
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['typed one'])
    expect(await fileSays('a.ipynb')).toBe(null)
    ben.awareness.setLocalStateField(writeBackField, true)
    await expect.poll(() => fileSays('a.ipynb'), soon).toEqual(['typed one'])
    await written(ana)
  })

  test('that is removed and created again is read again', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
    const ana = await opened('a.ipynb')
    const text = await relay.file('a.ipynb')
    await rm(at('a.ipynb'))
    await expect.poll(() => relayPresenceOf(ana)?.file, soon).toMatchObject({ gone: true })
    await writeFile(at('a.ipynb'), text.replace('one', 'one again'))
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['one again'])
    await written(ana)
  })

  test('that is moved just before a write is found and written at its new path', async () => {
    // What is typed is written before anything looks for the file.
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('one') },
      { times: { ...quick.times, settle: 400 } },
    )
    const ana = await opened('a.ipynb')
    const codes: number[] = []
    ana.on('connection-close', (event) => codes.push(event?.code ?? 0))
    await rename(at('a.ipynb'), at('b.ipynb'))
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    await expect.poll(() => codes, soon).toContain(4410)
    await expect.poll(() => fileSays('b.ipynb'), soon).toEqual(['typed one'])
    expect(await fileSays('a.ipynb')).toBe(null)
  })

  test('that is moved by another program is followed by its inode or its content', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one') }, quick)
    const ana = await opened('a.ipynb')
    const codes: number[] = []
    ana.on('connection-close', (event) => codes.push(event?.code ?? 0))
    await mkdir(at('sub'))
    await rename(at('a.ipynb'), at('sub/b.ipynb'))
    await expect.poll(() => codes, soon).toContain(4410)
    const ben = await opened('sub/b.ipynb')
    sourceAt(ben.doc, 0).insert(0, 'followed ')
    await expect.poll(() => fileSays('sub/b.ipynb'), soon).toEqual(['followed one'])
    expect(await fileSays('a.ipynb')).toBe(null)
    // Another inode with the same content, as after a copy and a removal.
    await writeFile(at('c.ipynb'), await readFile(at('sub/b.ipynb')))
    await rm(at('sub/b.ipynb'))
    const moved = (): Promise<Response> =>
      fetch(`${relay.origin}/api/notebooks/sub/b.ipynb`, { redirect: 'manual' })
    await expect
      .poll(async () => (await moved()).headers.get('location'), soon)
      .toBe('/api/notebooks/c.ipynb')
  })
})

test('a document whose cells vanished without being deleted does not empty the file', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two', 'three') }, quick)
  const ana = await opened('a.ipynb')
  const cells = ana.doc.getMap('cells')
  ana.doc.transact(() => {
    for (const key of cells.keys()) cells.delete(key)
  })
  await expect
    .poll(() => relayPresenceOf(ana)?.file.reason, soon)
    .toMatch(/3 cells are gone that nobody deleted/)
  expect(await fileSays('a.ipynb')).toEqual(['one', 'two', 'three'])
})
