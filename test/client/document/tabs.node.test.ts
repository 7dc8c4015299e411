// Tabs of one browser exchange presence, but only the relay reports the state of the file.
import '../../support/browser-globals.ts'
import * as broadcast from 'lib0/broadcastchannel'
import * as encoding from 'lib0/encoding'
import { afterEach, expect, test } from 'vitest'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { Connection } from '../../../client/document/connect.ts'
import { messageAwareness } from '../../../shared/protocol.ts'
import { parseRelayPresence } from '../../../shared/presence.ts'
import { TestRelay, notebookText } from '../../support/relay.ts'
import { until } from '../../support/until.ts'

const nothing = (): void => undefined
const ended: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ended.splice(0).reverse()) await end()
})

class Tab {
  readonly doc = new Y.Doc()
  readonly awareness = new Awareness(this.doc)
  readonly connection: Connection
  epoch: string

  constructor(server: string, epoch: string | null, load: (doc: Y.Doc) => void = nothing) {
    this.epoch = epoch ?? ''
    load(this.doc)
    const target = { server, path: 'a.ipynb', epoch, over: [] }
    this.connection = new Connection(this.doc, this.awareness, target, {
      onStatus: nothing,
      onGrant: nothing,
      onEpoch: (told) => (this.epoch = told),
      onSynced: nothing,
      onAcknowledged: nothing,
      onRefused: nothing,
    })
    ended.push(() => {
      this.connection.close()
      this.doc.destroy()
    })
  }

  get relays(): readonly (string | undefined)[] {
    const states = [...this.awareness.getStates().values()]
    return states.map(parseRelayPresence).flatMap((relay) => (relay === null ? [] : [relay.instance]))
  }

  get people(): readonly unknown[] {
    return [...this.awareness.getStates().values()].map((state) => state['user'])
  }
}

/** What one tab says about another: its state, or that it has gone. */
const entryOf = (state: Record<string, unknown> | null, client?: number, clock = 0): Uint8Array => {
  const doc = new Y.Doc()
  if (client !== undefined) doc.clientID = client
  const awareness = new Awareness(doc)
  awareness.setLocalState(state)
  for (let more = 1; more < clock; more++) awareness.setLocalState(state)
  const entry = encodeAwarenessUpdate(awareness, [doc.clientID])
  doc.destroy()
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, messageAwareness)
    encoding.writeVarUint8Array(encoder, entry)
  })
}

test('a stale state of a restarted relay, repeated by another tab, is ignored', async () => {
  const relay = await TestRelay.start({ 'a.ipynb': notebookText('a = 1') })
  ended.push(() => relay.stop())
  const server = `ws://127.0.0.1:${relay.port}/sync`
  const first = new Tab(server, null)
  await until(() => first.connection.status === 'saved' && first.relays.length === 1)
  const [instance] = first.relays
  const channel = `${server}/a.ipynb?${first.epoch}`
  const old = { relay: { instance: 'of before', file: { status: 'written', at: 1 } } }

  // Without a relay, tabs report who is here but nothing about the relay.
  const lonely = new Tab(`ws://127.0.0.1:1/sync`, first.epoch)
  const apart = `ws://127.0.0.1:1/sync/a.ipynb?${first.epoch}`
  broadcast.publish(apart, entryOf(old))
  broadcast.publish(apart, entryOf({ user: 'Ana' }))
  expect(lonely.people).toContain('Ana')
  expect(lonely.relays).toEqual([])

  // With a relay, only the relay reports, even about who has left.
  broadcast.publish(channel, entryOf(old))
  const [client] = [...first.awareness.getStates()].find(([, state]) => parseRelayPresence(state)) ?? []
  broadcast.publish(channel, entryOf(null, client, 1000))
  expect(first.relays).toEqual([instance])
})

test('a tab that opens exchanges only missing updates with the others, never the whole document', async () => {
  const server = 'ws://127.0.0.1:1/sync'
  const epoch = 'of three tabs'
  const long = 'x'.repeat(10_000)
  const sizes: number[] = []
  const channel = `${server}/a.ipynb?${epoch}`
  const listen = (data: ArrayBuffer): void => void sizes.push(data.byteLength)
  broadcast.subscribe(channel, listen)
  ended.push(() => broadcast.unsubscribe(channel, listen))

  const first = new Tab(server, epoch)
  first.doc.getText('text').insert(0, long)
  sizes.splice(0)
  // It has everything that the first one has, and an edit of its own.
  const second = new Tab(server, epoch, (doc) => {
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(first.doc))
    doc.getText('text').insert(0, 'more ')
  })
  expect(first.doc.getText('text').toString()).toBe(`more ${long}`)
  expect(Math.max(...sizes)).toBeLessThan(1_000)
  const third = new Tab(server, epoch)
  expect(third.doc.getText('text').toString()).toBe(`more ${long}`)
  third.doc.getText('text').insert(0, 'and ')
  for (const { doc } of [first, second]) expect(doc.getText('text').toString()).toBe(`and more ${long}`)
  // The new tab and the others each lack something.
  const fourth = new Tab(server, epoch, (doc) => {
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(first.doc))
    first.doc.getText('text').insert(0, 'lately, ')
    doc.getText('text').insert(doc.getText('text').length, ' at last')
  })
  for (const { doc } of [first, second, third, fourth])
    expect(doc.getText('text').toString()).toBe(`lately, and more ${long} at last`)
})
