import { encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as encoding from 'lib0/encoding'
import { afterEach, describe, expect, test } from 'vitest'
import { soon } from '../../support/soon.ts'
import { parseRelayPresence } from '../../../shared/presence.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const presence = (
  entries: readonly (readonly [client: number, clock: number, state: unknown])[],
): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 1)
    const update = encoding.encode((inner) => {
      encoding.writeVarUint(inner, entries.length)
      for (const [client, clock, state] of entries) {
        encoding.writeVarUint(inner, client)
        encoding.writeVarUint(inner, clock)
        encoding.writeVarString(inner, JSON.stringify(state))
      }
    })
    encoding.writeVarUint8Array(encoder, update)
  })

describe('presence', () => {
  test('is shown to others and to oneself, and removed with the socket', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    ana.awareness.setLocalStateField('user', { name: 'Ana' })
    await expect
      .poll(() => ben.awareness.getStates().get(ana.doc.clientID), soon)
      .toEqual({ user: { name: 'Ana' } })
    const socket = relay.socket('a.ipynb')
    await expect.poll(() => socket.messages.length, soon).toBeGreaterThan(1)
    const own = presence([[5, 1, { user: { name: 'Eve' } }]])
    socket.socket.send(own)
    await expect
      .poll(() => socket.messages.some((message) => Buffer.compare(message, own) === 0), soon)
      .toBe(true)
    await expect.poll(() => ben.awareness.getStates().has(5), soon).toBe(true)
    socket.socket.terminate()
    await expect.poll(() => ben.awareness.getStates().has(5), soon).toBe(false)
    expect(ben.awareness.getStates().has(ana.doc.clientID)).toBe(true)
  })

  test('of others that a client repeats is not removed with that client', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    ana.awareness.setLocalStateField('user', { name: 'Ana' })
    await expect.poll(() => ben.awareness.getStates().has(ana.doc.clientID), soon).toBe(true)
    const socket = relay.socket('a.ipynb')
    await socket.opened
    socket.socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, 1)
        encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(ben.awareness, [ana.doc.clientID]))
      }),
    )
    socket.socket.send(presence([[6, 1, {}]]))
    await expect.poll(() => ben.awareness.getStates().has(6), soon).toBe(true)
    socket.socket.terminate()
    await expect.poll(() => ben.awareness.getStates().has(6), soon).toBe(false)
    expect(ben.awareness.getStates().has(ana.doc.clientID)).toBe(true)
  })

  test('that another tab sent first is removed with the person’s own socket', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [relay.socket('a.ipynb'), await relay.synced('a.ipynb')]
    const has = (client: number): boolean => ben.awareness.getStates().has(client)
    await ana.opened
    ana.socket.send(presence([[8, 1, { user: { name: 'Ana' } }]]))
    ana.socket.send(presence([[9, 1, { user: { name: 'Ana, other tab' } }]]))
    await expect.poll(() => has(9), soon).toBe(true)
    const other = relay.socket('a.ipynb')
    await other.opened
    other.socket.send(presence([[9, 1, { user: { name: 'Ana, other tab' } }]]))
    other.socket.send(presence([[9, 2, { user: { name: 'Ana, other tab' }, cell: 'c' }]]))
    await expect.poll(() => ben.awareness.getStates().get(9)?.['cell'], soon).toBe('c')
    other.socket.terminate()
    await expect.poll(() => has(9), soon).toBe(false)
    expect(has(8)).toBe(true)
  })

  test('cannot be forged for another client or the relay', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('') })
    const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
    ana.awareness.setLocalStateField('user', { name: 'Ana' })
    await expect.poll(() => ben.awareness.getStates().has(ana.doc.clientID), soon).toBe(true)
    const states = () => [...ben.awareness.getStates()]
    await expect.poll(() => states().some(([, state]) => parseRelayPresence(state)), soon).toBe(true)
    const relayId = states().find(([, state]) => parseRelayPresence(state))?.[0] ?? 0
    const socket = relay.socket('a.ipynb')
    await socket.opened
    socket.socket.send(
      presence([
        [ana.doc.clientID, 1000, { user: { name: 'not Ana' } }],
        [relayId, 1000, null],
        [7, 1, {}],
      ]),
    )
    await expect.poll(() => ben.awareness.getStates().has(7), soon).toBe(true)
    expect(ben.awareness.getStates().get(ana.doc.clientID)).toEqual({ user: { name: 'Ana' } })
    const ofRelay = () => parseRelayPresence(ben.awareness.getStates().get(relayId))?.file.status
    await expect.poll(ofRelay, soon).toBe('written')
    expect(ana.wsconnected).toBe(true)
  })
})
