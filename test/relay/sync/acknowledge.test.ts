import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { afterEach, describe, expect, test } from 'vitest'
import { soon } from '../../support/soon.ts'
import { syncFile } from '../../../relay/log/sync-file.ts'
import { notebookText, TestRelay, relayPresenceOf } from '../../support/relay.ts'
import { SlowDisk } from '../../support/slow-disk.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const acknowledge = (payload: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    encoding.encode((encoder) => {
      encoding.writeVarUint(encoder, 102)
      encoding.writeVarUint8Array(encoder, new Uint8Array([payload]))
    }),
  )

/** Sync step 1 with an empty state vector. */
const askForAll = new Uint8Array([0, 0, 1, 0])

const updateOf = (change: (text: Y.Text) => void): Uint8Array => {
  const doc = new Y.Doc()
  change(doc.getText('t'))
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 0)
    encoding.writeVarUint(encoder, 2)
    encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(doc))
  })
}

describe('an acknowledgement', () => {
  test('waits for a delayed fsync, while others see the edit at once', async () => {
    const disk = new SlowDisk()
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') }, { syncFile: disk.syncFile })
    const reader = await relay.synced('a.ipynb')
    const writer = relay.socket('a.ipynb')
    await expect.poll(() => writer.messages.length, soon).toBeGreaterThan(1)
    disk.hold()
    writer.socket.send(updateOf((text) => text.insert(0, 'hello')))
    writer.socket.send(acknowledge(7))
    await expect.poll(() => reader.doc.getText('t').toString(), soon).toBe('hello')
    await expect.poll(() => disk.waiting, soon).toBeGreaterThan(0)
    // Another round trip through the relay: an acknowledgement sent before would be here by now.
    writer.socket.send(askForAll)
    await expect.poll(() => writer.messages.some(([type, step]) => type === 0 && step === 1), soon).toBe(true)
    expect(writer.messages.filter((message) => message[0] === 102)).toEqual([])
    disk.release()
    await expect
      .poll(() => writer.messages.filter((message) => message[0] === 102), soon)
      .toEqual([acknowledge(7)])
  })

  test('is not sent while the disk fails, which is reported, and edits still reach others', async () => {
    let broken = false
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('') },
      {
        syncFile: (descriptor) =>
          broken ? Promise.reject(new Error('EIO: the disk is gone')) : syncFile(descriptor),
      },
    )
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    const disk = () => relayPresenceOf(ben)?.disk
    const acknowledged: number[] = []
    ana.messageHandlers[102] = () => acknowledged.push(1)
    broken = true
    sourceAt(ana.doc, 0).insert(0, 'kept')
    ana.ws?.send(acknowledge(1))
    await expect.poll(() => readSources(ben.doc), soon).toEqual(['kept'])
    await expect.poll(disk, soon).toContain('the disk is gone')
    expect(acknowledged).toEqual([])
    broken = false
    await expect.poll(() => acknowledged.length, soon).toBe(1)
    await expect.poll(disk, soon).toBeUndefined()
  })
})
