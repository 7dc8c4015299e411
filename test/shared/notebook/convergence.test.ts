import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { cellId, type CellId } from '../../../shared/notebook/notebook.ts'
import { kindNames } from '../../support/kind-names.ts'
import type { Operation } from '../../../shared/notebook/document/operations.ts'
import { cellSource, listCells, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { withSeed, type Random } from '../../support/random.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const start = plainNotebook(['a', 'b', 'c', 'd'].map((id) => plainCell(id, 'code', `source of ${id}`)))

const randomOperation = (doc: Y.Doc, random: Random, serial: number): Operation => {
  const all = listCells(doc).map((entry) => entry.id)
  const id = random.pick(all)
  const after = random.chance(0.2) ? null : random.pick(all)
  const length = cellSource(doc, id)?.length ?? 0
  const from = random.below(length + 1)
  const to = Math.min(length, from + random.below(4))
  return random.pick<Operation>([
    {
      type: 'insert-cell',
      id: cellId(`n${doc.clientID}-${serial}`),
      kind: random.pick(kindNames),
      after,
      source: 'new',
    },
    { type: 'move-cell', id, after },
    { type: 'delete-cell', id, by: 'x', at: serial },
    { type: 'restore-cell', id },
    { type: 'set-kind', id, kind: random.pick(kindNames) },
    { type: 'splice-source', id, from, to, insert: `<${serial}>` },
    { type: 'splice-source', id, from, to: from, insert: 'é👍\r\n' },
    { type: 'set-cell-meta', id, key: 'pinned', value: random.chance(0.5) ? true : undefined },
    { type: 'set-notebook-meta', key: 'k', value: serial },
    { type: 'request-stop', id },
    { type: 'clear-outputs', id },
  ])
}

/** Some executors write results too, others leave the request alone. */
const randomRun = (doc: Y.Doc, random: Random, serial: number): void => {
  const id = random.pick(listCells(doc)).id
  const request = { id: `run${serial}`, by: 'x', to: 'k', at: serial, saw: null }
  if (random.chance(0.5)) return void requestRun(doc, id, request)
  const writer = startRun(doc, id, { request, executor: 'k', at: serial, count: serial }, 'kernel')
  writer?.stream('stdout', `printed ${serial}\n`)
  if (random.chance(0.5))
    writer?.output({ output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} })
  if (random.chance(0.8)) writer?.finish('done', serial)
}

describe('replicas converge', () => {
  test('after random operations with partial sync, to one notebook', () => {
    for (let seed = 1; seed <= 40; seed++)
      withSeed(seed, (random) => {
        const replicas = new Replicas(start, 4)
        const undos = replicas.docs.map((doc) => new Undo(doc))
        for (let step = 0; step < 120; step++) {
          const who = random.below(4)
          const doc = replicas.get(who)
          const dice = random.next()
          if (dice < 0.1) undos[who]?.undo()
          else if (dice < 0.15) undos[who]?.redo()
          else if (dice < 0.3) randomRun(doc, random, step)
          else apply(doc, randomOperation(doc, random, step))
          if (random.chance(0.3)) replicas.send(random.below(4), random.below(4))
        }
        replicas.sync()
        const expected = readNotebook(replicas.get(0))
        for (const doc of replicas.docs) {
          expect(readNotebook(doc)).toEqual(expected)
          expect(listCells(doc)).toEqual(listCells(replicas.get(0)))
        }
        for (const cell of expected.cells) expect(cell.source).not.toContain('\r')
      })
  })

  const two = (): [Replicas, Y.Doc, Y.Doc] => {
    const replicas = new Replicas(start, 2)
    return [replicas, replicas.get(0), replicas.get(1)]
  }
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(cellId) as [CellId, CellId, CellId, CellId]

  test('after two people move one cell, which is there once', () => {
    const [replicas, mine, theirs] = two()
    apply(mine, { type: 'move-cell', id: a, after: d })
    apply(theirs, { type: 'move-cell', id: a, after: c })
    replicas.sync()
    expect(visibleCells(mine)).toEqual(visibleCells(theirs))
    expect([...visibleCells(mine)].sort()).toEqual([a, b, c, d])
  })

  test('after a move and typing in the same cell, losing neither', () => {
    const [replicas, mine, theirs] = two()
    apply(mine, { type: 'move-cell', id: a, after: d })
    apply(theirs, { type: 'splice-source', id: a, from: 0, to: 0, insert: 'typed ' })
    replicas.sync()
    expect(visibleCells(mine)).toEqual([b, c, d, a])
    expect(cellSource(mine, a)?.toString()).toBe('typed source of a')
  })

  test('after a deletion and typing, to a ghost that everyone can keep or discard', () => {
    const [replicas, mine, theirs] = two()
    apply(mine, { type: 'delete-cell', id: a, by: 'Ana', at: 1 })
    expect(listCells(mine).find((entry) => entry.id === a)?.ghost).toBe(false)
    apply(theirs, { type: 'splice-source', id: a, from: 0, to: 0, insert: 'typed ' })
    replicas.sync()
    for (const doc of replicas.docs)
      expect(listCells(doc).find((entry) => entry.id === a)).toMatchObject({
        ghost: true,
        deleted: { by: 'Ana' },
      })
    apply(theirs, { type: 'restore-cell', id: a })
    replicas.sync()
    expect(visibleCells(mine)).toEqual([a, b, c, d])
    expect(cellSource(mine, a)?.toString()).toBe('typed source of a')
  })

  test('after refusing an insert behind a missing cell, under a used id or out of bounds, unchanged', () => {
    const [, doc] = two()
    const before = Y.encodeStateAsUpdate(doc)
    expect(
      apply(doc, { type: 'insert-cell', id: cellId('n'), kind: 'code', after: cellId('nobody') }).ok,
    ).toBe(false)
    expect(apply(doc, { type: 'insert-cell', id: a, kind: 'code', after: null }).ok).toBe(false)
    expect(apply(doc, { type: 'splice-source', id: a, from: 5, to: 999, insert: '' }).ok).toBe(false)
    expect(apply(doc, { type: 'move-cell', id: cellId('nobody'), after: null }).ok).toBe(false)
    expect(Y.encodeStateAsUpdate(doc)).toEqual(before)
  })

  test('and can be read, whatever a hostile peer writes into the document', () => {
    const [, doc] = two()
    const cells = doc.getMap('cells')
    cells.set('junk', 'not a cell')
    cells.set('empty', new Y.Map())
    const odd = new Y.Map<unknown>()
    cells.set('odd', odd)
    odd.set('source', new Y.Text('x'))
    for (const key of ['kind', 'order', 'deleted', 'meta', 'attachments', 'request', 'result'])
      odd.set(key, 17)
    doc.getMap('meta').set('format', 'none')
    const notebook = readNotebook(doc)
    expect(notebook.cells.map((cell) => String(cell.id)).sort()).toEqual(['a', 'b', 'c', 'd', 'odd'])
    expect(notebook.format).toEqual({ nbformat: 4, minor: 5 })
    expect(apply(doc, { type: 'move-cell', id: cellId('odd'), after: a }).ok).toBe(true)
    expect(visibleCells(doc)).toEqual([a, 'odd', b, c, d])
  })
})
