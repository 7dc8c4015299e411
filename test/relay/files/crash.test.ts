import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { digestOf } from '../../../relay/disk/digest.ts'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { docIdOf, readNotebook } from '../../../shared/notebook/document/read.ts'
import { notebookText, TestRelay, quickTimes, relayPresenceOf } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const quick = { times: quickTimes }

/** Somebody who has the notebook open, after its file has been written. */
const opened = async (path: string): Promise<WebsocketProvider> => {
  const provider = await relay.synced(path)
  await expect.poll(() => relayPresenceOf(provider)?.file, soon).toMatchObject({ status: 'written' })
  return provider
}

describe('a crash between storing a revision and renaming its file', () => {
  const withLog = async <T>(work: (log: SqliteLog) => Promise<T>): Promise<T> => {
    const log = await SqliteLog.open(join(relay.folder, '.llm-notebook/log.sqlite'))
    try {
      return await work(log)
    } finally {
      await log.close()
    }
  }

  test.each([true, false])(
    'is completed by the next start, whether the file has the revision or not (in file: %s)',
    async (isInFile) => {
      relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, quick)
      const ana = await opened('a.ipynb')
      const docId = docIdOf(ana.doc) ?? ''
      await relay.pause()
      const updates: Uint8Array[] = []
      ana.doc.on('update', (update: Uint8Array) => updates.push(update))
      sourceAt(ana.doc, 0).insert(3, ' noted')
      const [text, state] = [formatNotebook(readNotebook(ana.doc)), Y.encodeStateAsUpdate(ana.doc)]
      ana.destroy()
      await withLog(async (log) => {
        await log.updates.append(updates.map((bytes) => ({ docId, time: 1, user: 'Ana', client: 0, bytes })))
        await log.revisions.add(docId, {
          digest: digestOf(text),
          state,
          time: 1,
          written: false,
          outside: false,
        })
      })
      if (isInFile) await writeFile(join(relay.folder, 'a.ipynb'), text)
      await relay.resume(quick)
      const ben = await opened('a.ipynb')
      expect(readSources(ben.doc)).toEqual(['one noted', 'two'])
      expect(await relay.file('a.ipynb')).toBe(text)
      await relay.pause()
      // Another program may have read the file, so the revision counts as written.
      const revisions = await withLog((log) => log.revisions.of(docId))
      expect(revisions.at(-1)).toMatchObject({ digest: digestOf(text), written: true, outside: false })
      await relay.resume(quick)
    },
  )
})
