import { describe, expect, test } from 'vitest'
import type * as Y from 'yjs'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { Claims } from '../../../shared/notebook/document/claims.ts'
import { cellMap } from '../../../shared/notebook/document/layout.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { byPerson, isBy, keyOf, type By, type Person } from '../../../shared/notebook/person.ts'
import { listCells, readHead } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { parseParticipant, personInPresence } from '../../../shared/presence.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const ana: Person = { id: 'a1', name: 'Ana' }
const other: Person = { id: 'a2', name: 'Ana' }
const [a, b] = [cellId('a'), cellId('b')]

const newDoc = (): Y.Doc =>
  new Replicas(plainNotebook([a, b].map((id) => plainCell(id, 'code', `"${id}"`))), 1).get(0)
const ask = (doc: Y.Doc, cell: typeof a, who: By, id: string): unknown =>
  requestRun(doc, cell, { id, ...who, to: 'k', at: 1, saw: null })
const run = (doc: Y.Doc, cell: typeof a) => {
  const request = readHead(doc, cell)?.request
  if (!request) throw new Error('nobody asked')
  const started = startRun(doc, cell, { request, executor: 'k', at: 5, count: 1 }, 'kernel')
  if (!started) throw new Error('no run')
  return started
}

describe('two people with the same name', () => {
  test('are distinguished by their id in requests, runs, stops and deletions', () => {
    const doc = newDoc()
    ask(doc, a, byPerson(ana), 'r1')
    ask(doc, b, byPerson(other), 'r2')
    const head = (cell: typeof a) => readHead(doc, cell)
    expect([head(a)?.request, head(b)?.request].map((request) => request && isBy(ana, request))).toEqual([
      true,
      false,
    ])
    run(doc, a)
    expect(head(a)?.run).toMatchObject({ by: 'Ana', user: 'a1' })
    // Whoever stops it, the run belongs to the person who asked for it.
    apply(doc, { type: 'request-stop', id: a })
    expect(head(a)?.request).toMatchObject({ stop: true, by: 'Ana', user: 'a1' })
    apply(doc, { type: 'delete-cell', id: b, ...byPerson(other), at: 7 })
    const deleted = listCells(doc).find(({ id }) => id === b)?.deleted
    expect(deleted).toMatchObject({ by: 'Ana', user: 'a2', at: 7 })
    expect([ana, other].map((person) => deleted && isBy(person, deleted))).toEqual([false, true])
  })

  test('each have their own requests to one kernel', () => {
    const doc = newDoc()
    const claims = new Claims(doc, 'k')
    claims.start()
    ask(doc, a, byPerson(ana), 'r1')
    ask(doc, b, byPerson(other), 'r2')
    expect(claims.take(new Set([a, b])).map(({ requester: asker }) => asker)).toEqual(['a1', 'a2'])
  })

  test('are distinguished in presence, whatever a peer writes there', () => {
    const state = (user: unknown) => ({ executor: 'k', user })
    expect(parseParticipant(state({ ...ana, color: '#112233' }))).toMatchObject(ana)
    expect(parseParticipant(state({ ...other, color: '#112233' }))).toMatchObject(other)
    expect(parseParticipant(state({ name: 'Stock' }))).toMatchObject({ id: '', name: 'Stock' })
    expect(parseParticipant(state({ id: 5, name: null }))).toMatchObject({ id: '', name: 'Somebody' })
    expect(personInPresence({ user: { id: 'x'.repeat(500), name: 'y' } }).id).toHaveLength(100)
    expect(personInPresence(null)).toEqual({ id: '', name: '' })
  })
})

describe('a record without a person’s id', () => {
  test('belongs to everyone with its name', () => {
    const doc = newDoc()
    ask(doc, a, { by: 'Ana' }, 'r1')
    run(doc, a)
    apply(doc, { type: 'delete-cell', id: b, by: 'Ana', at: 7 })
    const ran = readHead(doc, a)?.run
    expect(ran).not.toHaveProperty('user')
    expect([ana, other].map((person) => ran && isBy(person, ran))).toEqual([true, true])
    expect(ran && isBy({ id: 'b1', name: 'Ben' }, ran)).toBe(false)
    expect(ran && keyOf(ran)).toBe('Ana')
    expect(cellMap(doc, b)?.get('deleted')).toEqual({
      by: 'Ana',
      at: 7,
      digest: expect.any(String) as string,
    })
  })

  test('also results from reading an invalid id', () => {
    const doc = newDoc()
    cellMap(doc, a)?.set('request', { id: 'r', by: 'Ana', user: 5, to: 'k', at: 1, saw: null })
    cellMap(doc, b)?.set('deleted', { by: null, user: { x: 1 }, at: 1, digest: '' })
    expect(readHead(doc, a)?.request).not.toHaveProperty('user')
    expect(listCells(doc).find(({ id }) => id === b)?.deleted).not.toHaveProperty('user')
  })
})
