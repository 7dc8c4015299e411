import * as Y from 'yjs'
import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { lineClients } from '../../../shared/notebook/document/authors.ts'
import { compareCells } from '../../../shared/notebook/merge/compare.ts'
import { cellsOf } from '../../../shared/notebook/document/layout.ts'
import { textEdits } from '../../../shared/notebook/merge/text-edits.ts'
import { diffLines } from '../../../shared/notebook/merge/line-diff.ts'
import { cellId, type CellId } from '../../../shared/notebook/notebook.ts'
import { kindNames } from '../../support/kind-names.ts'
import type { Operation } from '../../../shared/notebook/document/operations.ts'
import { shownOutputs } from '../../../shared/notebook/output/output.ts'
import {
  cellReply,
  cellSource,
  listCells,
  readHead,
  readNotebook,
  readOutputs,
  visibleCells,
} from '../../../shared/notebook/document/read.ts'
import { restoreOperations } from '../../../shared/notebook/merge/restore.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { shownStatus } from '../../../shared/notebook/document/status.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { withSeed, type Random } from '../../support/random.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const who = { by: 'Ana', at: 7 }
const start = plainNotebook(
  ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => plainCell(id, 'code', `first of ${id}\nsecond of ${id}\nthird`)),
)
const ids = ['a', 'b', 'c', 'd', 'e', 'f'].map(cellId) as [CellId, CellId, CellId, CellId, CellId, CellId]
const [a, b, c, d] = ids

const copyOf = (doc: Y.Doc): Y.Doc => {
  const copy = new Y.Doc()
  Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
  return copy
}

/** What a person sees of the document and can change by hand. */
const shown = (doc: Y.Doc): unknown =>
  readNotebook(doc).cells.map(({ id, kind, source, meta }) => ({ id, kind, source, meta }))

const restore = (then: Y.Doc, now: Y.Doc, undo: Undo, only: CellId | null = null): void =>
  undo.step(() => {
    for (const operation of restoreOperations(then, now, who, only))
      expect(apply(now, operation), JSON.stringify(operation)).toEqual({ ok: true })
  })

const randomOperation = (doc: Y.Doc, random: Random, serial: number): Operation => {
  const all = listCells(doc).map((entry) => entry.id)
  const id = random.pick(all)
  const after = random.chance(0.2) ? null : random.pick(all)
  const length = cellSource(doc, id)?.length ?? 0
  const from = random.below(length + 1)
  const to = Math.min(length, from + random.below(12))
  return random.pick<Operation>([
    {
      type: 'insert-cell',
      id: cellId(`n${doc.clientID}-${serial}`),
      kind: random.pick(kindNames),
      after,
      source: 'new\nlines',
    },
    { type: 'move-cell', id, after },
    { type: 'move-cell', id, after },
    { type: 'delete-cell', id, by: 'x', at: serial },
    { type: 'restore-cell', id },
    { type: 'set-kind', id, kind: random.pick(kindNames) },
    { type: 'splice-source', id, from, to, insert: `<${serial}>\n` },
    { type: 'splice-source', id, from, to: from, insert: 'é👍🐍\n' },
    { type: 'set-cell-meta', id, key: 'pinned', value: random.chance(0.5) ? true : undefined },
    { type: 'set-cell-meta', id, key: 'list', value: [random.below(3)] },
  ])
}

const live = (replicas: Replicas, random: Random, steps: number, serial: number): void => {
  for (let step = 0; step < steps; step++) {
    const doc = replicas.get(random.below(replicas.docs.length))
    apply(doc, randomOperation(doc, random, serial + step))
    if (random.chance(0.3)) replicas.sync()
  }
  replicas.sync()
}

describe('restoring an earlier state', () => {
  test('makes the notebook read as it did then, and can be undone and redone (random histories)', () => {
    for (let seed = 1; seed <= 60; seed++)
      withSeed(seed, (random) => {
        const replicas = new Replicas(start, 2)
        live(replicas, random, 30, 0)
        const then = copyOf(replicas.get(0))
        live(replicas, random, 40, 100)
        const now = replicas.get(0)
        const before = shown(now)
        // Purged for good, as may become possible: such a cell is created anew.
        const purged = random.chance(0.3) ? random.pick(listCells(now)).id : null
        if (purged !== null && !visibleCells(now).includes(purged)) cellsOf(now).delete(purged)
        const undo = new Undo(now)
        const reads = shown(then)
        restore(then, now, undo)
        expect(shown(now)).toEqual(reads)
        expect(restoreOperations(then, now, who)).toEqual([])
        expect(compareCells(then, now).every(({ same }) => same)).toBe(true)
        if (undo.canUndo) {
          undo.undo()
          expect(shown(now)).toEqual(before)
          expect(undo.canUndo).toBe(false)
          undo.redo()
          expect(shown(now)).toEqual(reads)
        }
        replicas.sync()
        expect(shown(replicas.get(1))).toEqual(shown(now))
        undo.destroy()
      })
  })

  test('of one cell leaves other cells and concurrent edits by others alone (random histories)', () => {
    for (let seed = 1; seed <= 60; seed++)
      withSeed(seed, (random) => {
        const replicas = new Replicas(start, 2)
        live(replicas, random, 30, 0)
        const then = copyOf(replicas.get(0))
        live(replicas, random, 40, 100)
        const [now, theirs] = [replicas.get(0), replicas.get(1)]
        const before = readNotebook(now).cells
        const only = random.pick(compareCells(then, now)).id
        const others = visibleCells(now).filter((id) => id !== only)
        const typed = others.length > 0 ? random.pick(others) : null
        if (typed !== null)
          apply(theirs, { type: 'splice-source', id: typed, from: 0, to: 0, insert: 'THEIRS ' })
        const undo = new Undo(now)
        restore(then, now, undo, only)
        replicas.sync()
        expect(shown(theirs)).toEqual(shown(now))
        const after = new Map(readNotebook(now).cells.map((cell) => [cell.id, cell]))
        const was = readNotebook(then).cells.find(({ id }) => id === only)
        expect(after.get(only)?.source).toBe(was?.source)
        for (const id of others)
          expect(after.get(id)?.source).toBe(
            (id === typed ? 'THEIRS ' : '') + (before.find((cell) => cell.id === id)?.source ?? ''),
          )
        undo.undo()
        replicas.sync()
        expect(readNotebook(now).cells.map(({ id, source }) => [id, source])).toEqual(
          before.map(({ id, source }) => [id, (id === typed ? 'THEIRS ' : '') + source]),
        )
        expect(shown(theirs)).toEqual(shown(now))
        undo.destroy()
      })
  })

  const pair = (): { replicas: Replicas; now: Y.Doc; theirs: Y.Doc; past: Y.Doc; undo: Undo } => {
    const replicas = new Replicas(start, 2)
    const now = replicas.get(0)
    return { replicas, now, theirs: replicas.get(1), past: copyOf(now), undo: new Undo(now) }
  }

  test('keeps what others type at the same time, even in the same cell', () => {
    const { replicas, now, theirs, past: then, undo } = pair()
    apply(now, { type: 'splice-source', id: a, from: 0, to: 5, insert: 'FIRST' })
    apply(now, { type: 'delete-cell', id: b, by: 'x', at: 1 })
    replicas.sync()
    apply(theirs, { type: 'splice-source', id: a, from: 10, to: 10, insert: ' theirs' })
    apply(theirs, { type: 'splice-source', id: c, from: 0, to: 0, insert: 'theirs ' })
    restore(then, now, undo)
    replicas.sync()
    for (const doc of replicas.docs) {
      expect(visibleCells(doc)).toEqual(ids)
      expect(cellSource(doc, a)?.toString()).toBe('first of a theirs\nsecond of a\nthird')
      expect(cellSource(doc, c)?.toString()).toBe('theirs first of c\nsecond of c\nthird')
    }
  })

  test('brings back results of runs, can be undone, and requests no run', () => {
    const { replicas, now, past: start, undo } = pair()
    const run = (id: CellId, text: string): void => {
      const request = { id: `run of ${text}`, by: 'Ana', to: 'kernel', at: 1, saw: null }
      requestRun(now, id, request)
      const writer = startRun(now, id, { request, executor: 'kernel', at: 1, count: 1 }, 'kernel')
      if (text.startsWith('reply')) writer?.appendReply(text)
      else writer?.stream('stdout', text)
      writer?.finish('done', 2)
    }
    apply(now, { type: 'set-kind', id: b, kind: 'prompt' })
    const [first, second] = ['first', 'second'].map((word) => {
      run(a, `${word}\n`)
      run(b, `reply ${word}`)
      return copyOf(now)
    })
    if (!first || !second) throw new Error('two states')
    const made = (doc: Y.Doc): unknown[] =>
      [a, b].map((id) => [
        shownOutputs(readOutputs(doc, id)),
        cellReply(doc, id)?.toString() ?? null,
        shownStatus(readHead(doc, id)!, { connected: true, absentFor: () => 0 }),
      ])
    expect(
      compareCells(first, now)
        .filter(({ same }) => !same)
        .map(({ id }) => id),
    ).toEqual([a, b])
    const before = made(now)
    restore(first, now, undo)
    const settled = (doc: Y.Doc): unknown[] => made(doc).map((row) => (row as unknown[]).slice(0, 2))
    expect(settled(now)).toEqual(settled(first))
    expect(made(now).map((row) => (row as unknown[])[2])).toEqual(['idle', 'idle'])
    expect(compareCells(first, now).every(({ same }) => same)).toBe(true)
    undo.undo()
    expect(made(now)).toEqual(before)
    undo.redo()
    expect(settled(now)).toEqual(settled(first))
    replicas.sync()
    expect(made(replicas.get(1))).toEqual(made(now))
    // Before anything ran there was no result.
    restore(start, now, undo)
    expect(settled(now)).toEqual([
      [[], null],
      [[], null],
    ])
    undo.destroy()
  })

  test('can be undone, except for a restored cell in which someone else typed since', () => {
    const { replicas, now, theirs, past: then, undo } = pair()
    for (const id of [a, b]) apply(now, { type: 'delete-cell', id, by: 'x', at: 1 })
    apply(now, { type: 'splice-source', id: a, from: 0, to: 5, insert: 'FIRST' })
    apply(now, { type: 'splice-source', id: c, from: 0, to: 5, insert: 'FIRST' })
    restore(then, now, undo)
    replicas.sync()
    expect(shown(theirs)).toEqual(shown(then))
    apply(theirs, { type: 'splice-source', id: b, from: 0, to: 0, insert: 'theirs ' })
    replicas.sync()
    undo.undo()
    replicas.sync()
    for (const doc of replicas.docs) {
      expect(visibleCells(doc)).toEqual(ids.slice(1))
      expect(cellSource(doc, b)?.toString()).toBe('theirs first of b\nsecond of b\nthird')
      expect(cellSource(doc, c)?.toString()).toBe('FIRST of c\nsecond of c\nthird')
      expect(cellSource(doc, a)?.toString()).toBe('FIRST of a\nsecond of a\nthird')
    }
  })

  test('changes only the differences, so that the Y.Text and carets in it stay', () => {
    const { now, past: then, undo } = pair()
    const text = cellSource(now, a)
    if (!text) throw new Error('no text')
    const caret = Y.createRelativePositionFromTypeIndex(text, text.toString().indexOf('third') + 2)
    apply(now, { type: 'splice-source', id: a, from: 0, to: 5, insert: 'quite another' })
    apply(now, { type: 'delete-cell', id: a, by: 'x', at: 1 })
    restore(then, now, undo, a)
    expect(cellSource(now, a)).toBe(text)
    expect(Y.createAbsolutePositionFromRelativePosition(caret, now)?.index).toBe(
      text.toString().indexOf('third') + 2,
    )
  })
})

describe('comparing two states', () => {
  test('lists the cells that were changed, deleted, added and moved', () => {
    const then = new Replicas(start, 1).get(0)
    const now = copyOf(then)
    apply(now, { type: 'splice-source', id: a, from: 0, to: 5, insert: 'FIRST' })
    apply(now, { type: 'delete-cell', id: b, by: 'x', at: 1 })
    apply(now, { type: 'move-cell', id: c, after: ids[5] })
    apply(now, { type: 'insert-cell', id: cellId('n'), kind: 'note', after: d, source: 'new' })
    apply(now, { type: 'insert-cell', id: cellId('top'), kind: 'note', after: null, source: 'new' })
    const words = compareCells(then, now).map(({ id, was, now, moved, same }) => {
      if (same) return `${id} same`
      return `${id} ${was === null ? 'came' : now === null ? 'went' : moved ? 'moved' : 'changed'}`
    })
    expect(words).toEqual([
      'top came',
      'a changed',
      'b went',
      'c moved',
      'd same',
      'n came',
      'e same',
      'f same',
    ])
  })

  test('names the clients who wrote each line', () => {
    const replicas = new Replicas(start, 2)
    const imported = [...(lineClients(replicas.get(0), a)[0] ?? [])]
    apply(replicas.get(0), { type: 'splice-source', id: a, from: 0, to: 0, insert: 'zero\n\n' })
    apply(replicas.get(1), { type: 'splice-source', id: a, from: 5, to: 8, insert: 'X' })
    replicas.sync()
    expect(cellSource(replicas.get(0), a)?.toString()).toBe('zero\n\nfirstX a\nsecond of a\nthird')
    expect(lineClients(replicas.get(0), a).map((clients) => [...clients])).toEqual([
      [1000],
      [],
      [...imported, 1001],
      imported,
      imported,
    ])
  })
})

describe('the edits between two texts', () => {
  const carriedOut = (text: string, before: string): string =>
    textEdits(before, text).reduceRight(
      (all, { at, remove, insert }) => all.slice(0, at) + insert + all.slice(at + remove),
      before,
    )

  test('turn one into the other and never split a surrogate pair (random texts)', () => {
    for (let seed = 1; seed <= 300; seed++)
      withSeed(seed, (random) => {
        const text = (): string =>
          Array.from({ length: random.below(12) }, () =>
            random.pick(['a', 'b', '\n', '🐍', '👍', 'a\n']),
          ).join('')
        const [before, after] = [text(), text()]
        expect(carriedOut(after, before)).toBe(after)
        for (const { at, remove, insert } of textEdits(before, after))
          for (const piece of [before.slice(at, at + remove), insert])
            expect(piece).not.toMatch(/\p{Surrogate}/u)
        const lines = (types: readonly string[]): string[] =>
          diffLines(before, after).flatMap((part) => (types.includes(part.type) ? part.lines : []))
        expect(lines(['same', 'gone']).join('\n')).toBe(before)
        expect(lines(['same', 'new']).join('\n')).toBe(after)
      })
  })

  test('are small if little changed', () => {
    const before = Array.from({ length: 50 }, (_, i) => `line ${i}`).join('\n')
    const after = before
      .replace('line 10\n', 'line ten\n')
      .replace('line 40', 'LINE 40')
      .replace('line 20\n', '')
    const edits = textEdits(before, after)
    expect(edits.map(({ at, remove, insert }) => [before.slice(at, at + remove), insert])).toEqual([
      ['10', 'ten'],
      ['line 20\n', ''],
      ['line', 'LINE'],
    ])
  })

  test('are a single one for two long texts with nothing in common', () => {
    const lines = (word: string): string => Array.from({ length: 5_000 }, (_, i) => `${word} ${i}`).join('\n')
    expect(textEdits(lines('a'), lines('b'))).toHaveLength(1)
    expect(carriedOut(lines('b'), lines('a'))).toBe(lines('b'))
  })
})
