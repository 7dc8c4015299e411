import { describe, expect, test } from 'vitest'
import type { Timeline } from '../../../shared/api/routes.ts'
import { diffRows } from '../../../client/document/diff-rows.ts'
import { changesAround, namesOf, stopsOf } from '../../../client/document/timeline.ts'

const timeline: Timeline = {
  updates: 30,
  groups: [
    { first: 1, last: 1, from: 100, to: 100, updates: 1, users: [''] },
    { first: 2, last: 20, from: 200, to: 900, updates: 19, users: ['Ana', ''] },
    { first: 21, last: 30, from: 2_000, to: 2_500, updates: 10, users: ['Ben'] },
  ],
  versions: [
    { at: 10, name: 'Middle', by: 'Ana', user: null, time: 500 },
    { at: 20, name: 'Draft', by: 'Ana', user: 'a1', time: 3_000 },
    { at: 20, name: 'The same', by: 'Ben', user: 'b1', time: 3_100 },
  ],
  people: [],
  clients: [[7, 'Ana']],
}

describe('the stops of a timeline', () => {
  test('are the ends of groups, the named versions and the current place', () => {
    const places = stopsOf(timeline, 25, namesOf(timeline.people, { id: 'a1', name: 'Ana' }))
    expect(places).toEqual([
      { at: 1, time: 100, people: 'The beginning', updates: 1, names: [] },
      { at: 10, time: 500, people: 'Ana, model or file', updates: 9, names: ['Middle'] },
      { at: 20, time: 900, people: 'Ana, model or file', updates: 10, names: ['Draft', 'The same'] },
      { at: 25, time: 2_500, people: 'Ben', updates: 5, names: [] },
      { at: 30, time: 2_500, people: 'Ben', updates: 5, names: [] },
    ])
    expect([1, 2, 20, 25].map((at) => changesAround(timeline, at))).toEqual([
      { first: 1, last: 1 },
      { first: 2, last: 20 },
      { first: 2, last: 20 },
      { first: 21, last: 30 },
    ])
  })
})

test('a timeline tells two people of the same name apart and marks the viewer', () => {
  const people = [
    ['a1', 'Ana'],
    ['a2', 'Ana'],
    ['b1', 'Ben'],
  ] as const
  const group = { first: 1, from: 100, to: 100 }
  const users = ['a1', 'a2', 'b1', 'Old name']
  const groups = [
    { ...group, last: 1, updates: 1, users: [''] },
    { ...group, first: 2, last: 9, updates: 8, users },
  ]
  const seenBy = (id: string): string | undefined =>
    stopsOf({ ...timeline, groups, versions: [], people }, null, namesOf(people, { id, name: 'Ana' }))[1]
      ?.people
  expect(seenBy('a1')).toBe('Ana (you), Ana, Ben, Old name')
  expect(seenBy('a2')).toBe('Ana, Ana (you), Ben, Old name')
})

test('a comparison collapses rows far from any change and has the authors of each line', () => {
  const clients = (...all: number[]): ReadonlySet<number>[] => all.map((client) => new Set([client]))
  const text = (...lines: string[]): string => lines.join('\n')
  const rows = diffRows(
    { text: text('a', 'b', 'c', 'd', 'e', 'old'), clients: clients(1, 1, 1, 1, 1, 2) },
    { text: text('a', 'b', 'c', 'd', 'e', 'new', 'more'), clients: clients(1, 1, 1, 1, 1, 3, 4) },
  )
  const shown = rows.map((row) =>
    row.type === 'fold' ? `… ${row.lines}` : `${row.type} ${row.text} ${[...row.clients].join()}`,
  )
  expect(shown).toEqual(['… 3', 'same d 1', 'same e 1', 'gone old 2', 'new new 3', 'new more 4'])
})
