import '../../support/browser-globals.ts'
import { afterEach, expect, test } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Connection } from '../../../client/document/connect.ts'
import { parseRelayPresence } from '../../../shared/presence.ts'
import { TestRelay, notebookText } from '../../support/relay.ts'
import { until } from '../../support/until.ts'
import { Wire } from '../../support/wire.ts'

const nothing = (): void => undefined
const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

const somebody = async (port: number, user: string) => {
  const wire = await Wire.start(`http://127.0.0.1:${port}`)
  const doc = new Y.Doc()
  const awareness = new Awareness(doc)
  awareness.setLocalStateField('user', user)
  const target = {
    server: `${wire.origin.replace('http', 'ws')}/sync`,
    path: 'a.ipynb',
    epoch: null,
    over: [],
  }
  const connection = new Connection(doc, awareness, target, {
    onStatus: nothing,
    onGrant: nothing,
    onEpoch: nothing,
    onSynced: nothing,
    onAcknowledged: nothing,
    onRefused: nothing,
  })
  ended.push(async () => {
    connection.close()
    doc.destroy()
    await wire.stop()
  })
  /** Who is here, the relay included. */
  const sees = (): readonly string[] =>
    [...awareness.getStates().values()]
      .map((state) => (parseRelayPresence(state) === null ? String(state['user'] ?? '') : 'relay'))
      .filter((name) => name !== '')
      .sort()
  const isSaved = (): boolean => connection.status === 'saved'
  return { wire, doc, sees, isSaved }
}

test('after an interruption everyone sees each other at once, without waiting for a presence renewal', async () => {
  const relay = await TestRelay.start({ 'a.ipynb': notebookText('a = 1') })
  ended.push(() => relay.stop())
  const [ana, ben] = [await somebody(relay.port, 'Ana'), await somebody(relay.port, 'Ben')]
  const all = ['Ana', 'Ben', 'relay']
  await until(() => [ana, ben].every(({ sees, isSaved }) => isSaved() && sees().length === all.length))
  ana.wire.down = true
  await until(() => ana.sees().length === 1 && ben.sees().length === 2)
  ana.wire.down = false
  await until(ana.isSaved)
  expect(ana.sees()).toEqual(all)
  // Her edits arrive after her presence.
  ana.doc.getText('text').insert(0, 'back')
  await until(() => ben.doc.getText('text').toString() === 'back')
  expect(ben.sees()).toEqual(all)
})
