import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { cellSource, listCells, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import {
  addCell,
  deleteCell,
  keepChanges,
  listChanges,
  moveCell,
  reviseSource,
  sourceFor,
  sourceWith,
  takeBackChanges,
  type Maker,
} from '../../../shared/notebook/document/review.ts'
import { reviewFirstKey } from '../../../shared/notebook/document/changes.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { withSeed, type Random } from '../../support/random.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const [a, b, c] = [cellId('a'), cellId('b'), cellId('c')]
const source = 'one = 1\ntwo = 2\nthree = 3\nfour = 4\n'
const start = plainNotebook([
  plainCell('a', 'code', source),
  plainCell('b', 'note', 'text'),
  plainCell('c', 'code', 'x'),
])
const maker: Maker = { by: 'Model', user: 'ana', group: 'g1', at: 1 }
const who = { by: 'Ana', user: 'ana', at: 5 }

const one = (): Y.Doc => new Replicas(start, 1).get(0)
const text = (doc: Y.Doc, id = a): string => cellSource(doc, id)?.toString() ?? ''
const type = (doc: Y.Doc, at: number, insert: string, remove = 0): void =>
  void apply(doc, { type: 'splice-source', id: a, from: at, to: at + remove, insert })

describe('a change made by a model', () => {
  test('can be decided hunk by hunk, and what people wrote since stays', () => {
    const doc = one()
    reviseSource(doc, a, source.replace('1', '10').replace('four = 4', 'five = 5'), maker)
    const changes = listChanges(doc)
    expect(changes.map(({ what, proposed, by }) => [what, proposed, by])).toEqual([
      ['edited', false, 'Model'],
      ['edited', false, 'Model'],
    ])
    expect(sourceWith(doc, a, changes)).toBe(source)
    type(doc, text(doc).indexOf('five') + 4, 'ty')
    const last = changes.find((change) => sourceWith(doc, a, [change]).includes('four'))
    takeBackChanges(doc, last === undefined ? [] : [last], who)
    expect(text(doc)).toBe('one = 10\ntwo = 2\nthree = 3\nfourty = 4\n')
    keepChanges(doc, listChanges(doc), who)
    expect(text(doc)).toContain('one = 10')
    expect(listChanges(doc)).toEqual([])
  })

  test('is made character by character, so that carets and others’ typing stay', () => {
    const [mine, theirs] = new Replicas(start, 2).docs as [Y.Doc, Y.Doc]
    reviseSource(mine, a, source.replace('two = 2', 'two = 22'), maker)
    type(theirs, source.indexOf('two') + 3, '_')
    Y.applyUpdate(mine, Y.encodeStateAsUpdate(theirs))
    expect(text(mine)).toContain('two_ = 22')
  })

  test('is taken back once when two people take it back at the same moment', () => {
    const replicas = new Replicas(start, 3)
    const [mine, theirs, third] = replicas.docs as [Y.Doc, Y.Doc, Y.Doc]
    reviseSource(mine, a, 'all = new\n', maker)
    addCell(mine, { id: cellId('n'), kind: 'code', after: a, source: 'new' }, maker)
    moveCell(mine, b, null, maker)
    deleteCell(mine, c, maker)
    replicas.sync()
    expect(visibleCells(theirs)).toEqual([b, a, 'n'])
    type(third, 3, 'X')
    takeBackChanges(mine, listChanges(mine), who)
    takeBackChanges(theirs, listChanges(theirs), { ...who, by: 'Ben' })
    replicas.sync()
    for (const doc of replicas.docs) {
      expect(text(doc).replace('X', '')).toBe(source)
      expect(text(doc)).toContain('X')
      expect(visibleCells(doc)).toEqual([a, b, c])
      expect(listChanges(doc)).toEqual([])
    }
  })

  test('is taken back for everyone if one person keeps it and another takes it back', () => {
    const replicas = new Replicas(start, 2)
    const [mine, theirs] = replicas.docs as [Y.Doc, Y.Doc]
    reviseSource(mine, a, source.replace('1', '7'), maker)
    replicas.sync()
    takeBackChanges(mine, listChanges(mine), who)
    keepChanges(theirs, listChanges(theirs), who)
    replicas.sync()
    expect(text(mine)).toBe(source)
    expect(readNotebook(mine)).toEqual(readNotebook(theirs))
  })

  test('that added a cell keeps what people wrote in it when it is taken back', () => {
    const doc = one()
    const id = cellId('n')
    addCell(doc, { id, kind: 'code', after: a, source: 'made up' }, maker)
    reviseSource(doc, id, 'made up again', maker)
    expect(listChanges(doc)).toMatchObject([{ what: 'added' }])
    apply(doc, { type: 'splice-source', id, from: 4, to: 4, insert: 'MINE' })
    takeBackChanges(doc, listChanges(doc), who)
    expect(visibleCells(doc)).toContain(id)
    expect(text(doc, id)).toBe('MINE')
  })

  test('is decided together with a second edit of the same words', () => {
    const doc = one()
    reviseSource(doc, a, source.replace('two', 'second'), maker)
    reviseSource(doc, a, text(doc).replace('second = 2', 'last = 3'), { ...maker, group: 'g2', at: 2 })
    expect(listChanges(doc)).toHaveLength(1)
    takeBackChanges(doc, listChanges(doc), who)
    expect(text(doc)).toBe(source)
  })

  test('is taken back in one undo step', () => {
    const doc = one()
    const undo = new Undo(doc)
    reviseSource(doc, a, 'short\n', maker)
    undo.step(() => takeBackChanges(doc, listChanges(doc), who))
    expect(text(doc)).toBe(source)
    undo.undo()
    expect(text(doc)).toBe('short\n')
    expect(listChanges(doc)).toEqual([])
  })

  test('is not listed if a person has moved or restored the cell since', () => {
    const doc = one()
    moveCell(doc, a, c, maker)
    deleteCell(doc, b, maker)
    apply(doc, { type: 'move-cell', id: a, after: null })
    apply(doc, { type: 'restore-cell', id: b })
    expect(listChanges(doc)).toEqual([])
  })
})

describe('a change proposed for review first', () => {
  const proposing = (): Y.Doc => {
    const doc = one()
    apply(doc, { type: 'set-notebook-meta', key: reviewFirstKey, value: true })
    return doc
  }

  test('leaves the notebook unchanged until somebody keeps it', () => {
    const doc = proposing()
    const before = readNotebook(doc)
    const id = cellId('n')
    reviseSource(doc, a, source.replace('1', '10'), maker)
    reviseSource(doc, a, sourceFor(doc, a, 'g1').replace('10', '100'), maker)
    addCell(doc, { id, kind: 'code', after: a, source: 'new' }, maker)
    reviseSource(doc, id, 'newer', maker)
    moveCell(doc, b, null, maker)
    deleteCell(doc, c, maker)
    expect(readNotebook(doc)).toEqual(before)
    const changes = listChanges(doc)
    expect(changes.every(({ proposed }) => proposed)).toBe(true)
    expect(changes.map(({ what }) => what).sort()).toEqual(['added', 'deleted', 'edited', 'moved'])
    const copy = new Y.Doc()
    Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
    type(doc, 0, '# ')
    keepChanges(doc, listChanges(doc), who)
    keepChanges(copy, listChanges(copy), who)
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(copy))
    expect(visibleCells(doc)).toEqual([b, a, id])
    expect(text(doc)).toBe(`# ${source.replace('1', '100')}`)
    expect(text(doc, id)).toBe('newer')
  })

  test('leaves nothing behind if it is not kept', () => {
    const doc = proposing()
    const before = readNotebook(doc)
    reviseSource(doc, a, 'gone', maker)
    addCell(doc, { id: cellId('n'), kind: 'code', after: a, source: 'new' }, maker)
    takeBackChanges(doc, listChanges(doc), who)
    expect(readNotebook(doc)).toEqual(before)
    expect(listChanges(doc)).toEqual([])
  })
})

const words = ['alpha', 'beta', '\n', ' ', 'x = y', '👍', 'é']

/** A random revision of a source by a model. */
const revised = (now: string, random: Random): string => {
  let after = now
  for (let edits = 1 + random.below(3); edits > 0; edits--) {
    const from = random.below(after.length + 1)
    const to = Math.min(after.length, from + random.below(12))
    const insert = random.chance(0.3) ? '' : Array.from({ length: 3 }, () => random.pick(words)).join('')
    after = after.slice(0, from) + insert + after.slice(to)
  }
  return after.replace(/\p{Surrogate}/gu, '')
}

/** Characters typed by people, each used only once. */
const isTyped = /[\u4e00-\u9fff]/g
const typedIn = (from: string): string[] => [...(from.match(isTyped) ?? [])].sort()

describe('changes by a model (random histories)', () => {
  test('can be taken back without losing what people typed or leaving a trace', () => {
    for (let seed = 1; seed <= 150; seed++)
      withSeed(seed, (random) => {
        const doc = one()
        let [letter, removed] = [0x4e00, false]
        for (let step = 0; step < 12; step++) {
          const dice = random.next()
          if (dice < 0.4) {
            const group = `g${random.below(3)}`
            reviseSource(doc, a, revised(text(doc), random), { ...maker, group, at: step })
          } else if (dice < 0.9 || step < 4)
            type(doc, random.below(text(doc).length + 1), String.fromCharCode(letter++))
          else {
            removed = true
            type(doc, random.below(text(doc).length), '', 1)
          }
        }
        const before = typedIn(text(doc))
        while (listChanges(doc).length > 0) {
          const some = listChanges(doc).filter(() => random.chance(0.5))
          const shown = sourceWith(doc, a, some)
          takeBackChanges(doc, some, who)
          // Yjs decides on which side of a letter typed at that place the old text is put.
          expect(text(doc).replace(isTyped, '')).toBe(shown.replace(isTyped, ''))
        }
        const after = typedIn(text(doc))
        for (const typed of before) expect(after).toContain(typed)
        if (!removed) expect(text(doc).replace(isTyped, '')).toBe(source)
      })
  })

  test('converge when people edit and decide at once, and keep all that they typed', () => {
    for (let seed = 1; seed <= 60; seed++)
      withSeed(seed, (random) => {
        const replicas = new Replicas(start, 3)
        let letter = 0x4e00
        for (let step = 0; step < 40; step++) {
          const doc = replicas.get(random.below(3))
          const dice = random.next()
          if (dice < 0.2)
            reviseSource(replicas.get(0), a, revised(text(replicas.get(0)), random), {
              ...maker,
              group: `g${step}`,
              at: step,
            })
          else if (dice < 0.3) moveCell(replicas.get(0), random.pick([a, b, c]), null, { ...maker, at: step })
          else if (dice < 0.7) type(doc, random.below(text(doc).length + 1), String.fromCharCode(letter++))
          else {
            const some = listChanges(doc).filter(() => random.chance(0.5))
            if (random.chance(0.3)) keepChanges(doc, some, who)
            else takeBackChanges(doc, some, who)
          }
          if (random.chance(0.4)) replicas.send(random.below(3), random.below(3))
        }
        replicas.sync()
        for (const doc of replicas.docs) {
          expect(readNotebook(doc)).toEqual(readNotebook(replicas.get(0)))
          expect(listChanges(doc)).toEqual(listChanges(replicas.get(0)))
        }
        const before = typedIn(text(replicas.get(1)))
        takeBackChanges(replicas.get(1), listChanges(replicas.get(1)), who)
        takeBackChanges(replicas.get(2), listChanges(replicas.get(2)), who)
        replicas.sync()
        for (const doc of replicas.docs) {
          expect(readNotebook(doc)).toEqual(readNotebook(replicas.get(0)))
          for (const typed of before) expect(typedIn(text(doc))).toContain(typed)
          expect(listChanges(doc)).toEqual([])
        }
      })
  })
})

test('invalid records of changes written by another client are ignored', () => {
  const doc = one()
  reviseSource(doc, a, source.replace('1', '10'), maker)
  const map = doc.getMap('changes')
  const [good] = [...map.values()] as { [key: string]: unknown }[]
  map.forEach((_, key) => map.delete(key))
  const id = { client: 1, clock: 0 }
  const odd: unknown[] = [
    17,
    null,
    { ...good, what: 'burnt' },
    { ...good, puts: 'x' },
    { ...good, puts: [{ text: '\ud800', as: 7, left: null, right: null }] },
    { ...good, puts: [{ text: 'x', as: 7, left: id, right: null }] },
    { ...good, puts: [{ text: 'x', as: 7, left: { client: 1000, clock: -1 }, right: null }] },
    { ...good, puts: [{ text: 'x', as: doc.clientID, left: null, right: null }] },
    { ...good, puts: [], drops: [{ client: 1000, clock: 0, length: 2 ** 40 }] },
    { ...good, puts: [], drops: [{ client: 2 ** 53, clock: 0, length: 1 }] },
    { ...good, at: Number.NaN },
    { ...good, what: 'moved', to: '!', seen: 'a0' },
    new Y.Map(),
  ]
  odd.forEach((value, index) => map.set(`g/a/${index}`, value))
  map.set('g/nobody/1', good)
  map.set('///', good)
  map.set('g/a/b/c', good)
  const before = text(doc)
  expect(listChanges(doc)).toEqual([])
  takeBackChanges(doc, listChanges(doc), who)
  expect(text(doc)).toBe(before)
  // The record names characters of another cell.
  map.set('g/b/1', good)
  expect(listChanges(doc)).toEqual([])
  expect(listCells(doc)).toHaveLength(3)
})
