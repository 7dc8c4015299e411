import { afterEach, expect, test, vi } from 'vitest'
import {
  applyAwarenessUpdate,
  Awareness,
  encodeAwarenessUpdate,
  removeAwarenessStates,
} from 'y-protocols/awareness'
import * as Y from 'yjs'
import { PresenceRoom } from '../../../client/document/presence.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('the absence of an executor counts from the moment it leaves, however long it was present', () => {
  vi.useFakeTimers()
  const room = new PresenceRoom(new Y.Doc(), { id: 'ana', name: 'Ana', color: '#112233' }, 'kernel-ana')
  const ben = new Awareness(new Y.Doc())
  const hear = (): void =>
    applyAwarenessUpdate(room.awareness, encodeAwarenessUpdate(ben, [ben.clientID]), 'socket')
  room.setConnected(true)
  expect(room.isHere('kernel-ana')).toBe(true)
  ben.setLocalState({ executor: 'kernel-ben', user: { name: 'Ben', color: '#445566' } })
  hear()
  for (let seconds = 0; seconds < 120; seconds += 10) {
    vi.advanceTimersByTime(10_000)
    room.renew()
    ben.setLocalState(ben.getLocalState())
    hear()
  }
  expect(room.absentFor('kernel-ben')).toBe(0)
  removeAwarenessStates(room.awareness, [ben.clientID], 'socket')
  expect(room.isHere('kernel-ben')).toBe(false)
  expect(room.absentFor('kernel-ben')).toBe(0)
  vi.advanceTimersByTime(5_000)
  expect(room.absentFor('kernel-ben')).toBe(5_000)
  // How long someone never seen has been away is unknown: at least since this page can tell.
  expect(room.absentFor('kernel-cara')).toBe(125_000)
  ben.destroy()
  room.destroy()
})

test('caret movements, one’s own included, do not count as a change of the people present', () => {
  const room = new PresenceRoom(new Y.Doc(), { id: 'ana', name: 'Ana', color: '#112233' }, 'kernel-ana')
  const ben = new Awareness(new Y.Doc())
  const show = (name: string, cursor: object | null): void => {
    ben.setLocalState({ executor: 'kernel-ben', user: { name, color: '#445566' }, cell: 'one', cursor })
    applyAwarenessUpdate(room.awareness, encodeAwarenessUpdate(ben, [ben.clientID]), 'socket')
  }
  const [people, moves] = [vi.fn(), vi.fn()]
  room.onPeople(people)
  room.onMove(moves)
  show('Ben', null)
  expect([people, moves].map(({ mock }) => mock.calls.length)).toEqual([1, 1])
  show('Ben', { anchor: {}, head: {} })
  room.setCell('two')
  expect([people, moves].map(({ mock }) => mock.calls.length)).toEqual([1, 3])
  show('Benno', null)
  removeAwarenessStates(room.awareness, [ben.clientID], 'socket')
  expect([people, moves].map(({ mock }) => mock.calls.length)).toEqual([3, 5])
  ben.destroy()
  room.destroy()
})

test('people who did not choose a taken colour get another, and everyone sees the same colours', () => {
  const red = '#b3261e'
  const rooms: PresenceRoom[] = []
  const join = (name: string, anyColor: boolean): PresenceRoom => {
    const identity = { id: name, name, color: red, ...(anyColor ? { anyColor } : {}) }
    const room = new PresenceRoom(new Y.Doc(), identity, `kernel-${name}`)
    const tell = (from: PresenceRoom, to: PresenceRoom): void =>
      applyAwarenessUpdate(
        to.awareness,
        encodeAwarenessUpdate(from.awareness, [from.awareness.clientID]),
        'socket',
      )
    room.awareness.on('update', (_: unknown, origin: unknown) => {
      if (origin === 'local') for (const other of rooms) if (other !== room) tell(room, other)
    })
    for (const other of rooms) tell(other, room)
    rooms.push(room)
    for (const other of rooms) if (other !== room) tell(room, other)
    return room
  }
  const colors = (room: PresenceRoom): string[] =>
    room
      .people()
      .sort((one, other) => one.name.localeCompare(other.name))
      .map(({ color }) => color)
  vi.useFakeTimers()
  const first = join('a', true)
  vi.advanceTimersByTime(1)
  join('b', true)
  expect(colors(first)[0]).toBe(red)
  expect(new Set(colors(first)).size).toBe(2)
  join('c', false)
  join('d', false)
  // Chosen colours stay, whoever else has them.
  expect(colors(first).slice(2)).toEqual([red, red])
  expect(colors(first)[0]).not.toBe(red)
  for (const name of ['e', 'f', 'g', 'h', 'i']) join(name, true)
  expect(new Set(colors(first)).size).toBe(8)
  for (const room of rooms) expect(colors(room)).toEqual(colors(first))
  // No colour is free.
  join('j', true)
  expect(colors(first)).toHaveLength(10)
  // A new name does not change the colour.
  const before = colors(first)
  first.introduce({ id: 'a', name: 'aa', color: red, anyColor: true })
  expect(colors(first)).toEqual(before)
  for (const room of rooms) room.destroy()
})
