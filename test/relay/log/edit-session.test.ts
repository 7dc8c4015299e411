import { describe, expect, test } from 'vitest'
import {
  mergeSmallSessions,
  packSessions,
  sessionsOf,
  unpackSessions,
  type EditSession,
} from '../../../relay/log/edit-session.ts'
import * as Y from 'yjs'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { newCell, cellId } from '../../../shared/notebook/notebook.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { withSeed } from '../../support/random.ts'

const minute = 60_000
const rowsOf = (...rows: readonly (readonly [user: string, time: number])[]) =>
  rows.map(([user, time]) => ({ docId: 'a', user, time, client: 1, bytes: new Uint8Array() }))
const described = (sessions: readonly EditSession[]): string[] =>
  sessions.map(({ count, writers }) => `${writers.map(({ user }) => user).join('+')} ${count}`)

describe('edit sessions', () => {
  test('end after a quiet minute, at another person’s edit, and after five minutes', () => {
    expect(described(sessionsOf(rowsOf(['Ana', 0], ['Ana', minute], ['Ana', 2 * minute + 1])))).toEqual([
      'Ana 2',
      'Ana 1',
    ])
    expect(described(sessionsOf(rowsOf(['Ana', 0], ['Ben', 1_000], ['Ana', 7_000])))).toEqual([
      'Ana 1',
      'Ben 1',
      'Ana 1',
    ])
    const hour = Array.from({ length: 121 }, (_, i) => ['Ana', i * 30_000] as const)
    expect(sessionsOf(rowsOf(...hour)).length).toBe(11)
  })

  test('are shared by two people who write at the same time', () => {
    const both = Array.from({ length: 100 }, (_, i) => [i % 2 === 0 ? 'Ana' : 'Ben', i * 300] as const)
    expect(described(sessionsOf(rowsOf(...both)))).toEqual(['Ana+Ben 100'])
  })

  /** The import of a file, then Ana's edits within a moment, one update each. */
  const doing = (act: (doc: Y.Doc) => void, second?: string) => {
    const doc = new Y.Doc()
    const cells = [newCell('code', 'x = 1', a), ...(second === undefined ? [] : [newCell('code', second, b)])]
    Y.applyUpdate(doc, importNotebook({ ...newNotebook(), cells }, 'doc'))
    const updates = [Y.encodeStateAsUpdate(doc)]
    doc.on('update', (bytes: Uint8Array) => updates.push(bytes))
    act(doc)
    return updates.map((bytes, index) => {
      const who = index === 0 ? { user: '', client: 0 } : { user: 'Ana', client: 1 }
      return { docId: 'a', ...who, time: index * 100, bytes }
    })
  }
  const [a, b] = [cellId('a'), cellId('b')]
  const type = (doc: Y.Doc, id: typeof a, text: string): void => {
    for (const insert of text) apply(doc, { type: 'splice-source', id, from: 0, to: 0, insert })
  }
  const counts = (act: (doc: Y.Doc) => void, second?: string): number[] =>
    sessionsOf(doing(act, second)).map(({ count }) => count)

  test('have a border at each deletion and undo step, so that what existed briefly is in one', () => {
    const run = (doc: Y.Doc): void => {
      const request = { id: 'r', by: 'Ana', to: 'k', at: 1, saw: null }
      requestRun(doc, a, request)
      const writer = startRun(doc, a, { request, executor: 'k', at: 1, count: 1 }, 'kernel')
      for (let n = 0; n < 3; n++) {
        writer?.stream('stdout', `${n}`)
        writer?.output({ output_type: 'display_data', data: {}, metadata: {} })
      }
      writer?.finish('done', 2)
    }
    const remove = (doc: Y.Doc, id: typeof a): unknown =>
      apply(doc, { type: 'delete-cell', id, by: 'Ana', at: 5 })
    expect(
      counts((doc) => {
        type(doc, a, 'abc')
        apply(doc, { type: 'insert-cell', id: b, kind: 'code', after: a })
        type(doc, b, 'came and went')
        remove(doc, b)
        remove(doc, a)
        apply(doc, { type: 'restore-cell', id: a })
        type(doc, a, 'de')
      }),
    ).toEqual([1, 3, 2, 13, 1, 1, 1, 2])
    // A run belongs to what requested it, however its outputs arrive; typing after it is another session.
    const ran = doing(run).length - 1
    expect(
      counts((doc) => {
        type(doc, a, 'abc')
        run(doc)
        type(doc, a, 'd')
        apply(doc, { type: 'clear-outputs', id: a })
      }),
    ).toEqual([1, 3, ran, 1, 1])
    // Continuing in another cell begins a session, and so does going back; another place in the cell does
    // not.
    expect(
      counts((doc) => {
        type(doc, a, 'abc')
        apply(doc, { type: 'splice-source', id: a, from: 7, to: 7, insert: '!' })
        type(doc, b, 'de')
        type(doc, a, 'f')
        type(doc, b, 'g')
      }, 'y = 2'),
    ).toEqual([1, 4, 2, 1, 1])
    // A piece of text, and a cell that another program removes completely.
    const pieces = counts((doc) => {
      type(doc, a, 'a long piece of text that goes')
      apply(doc, { type: 'splice-source', id: a, from: 0, to: 30, insert: '' })
      type(doc, a, 'z')
      doc.getMap('cells').delete('a')
    })
    expect(pieces).toEqual([1, 30, 1, 1, 1])
    // Characters deleted one by one count as typing.
    expect(
      counts((doc) => {
        type(doc, a, 'abc')
        for (let n = 0; n < 3; n++) apply(doc, { type: 'splice-source', id: a, from: 0, to: 1, insert: '' })
      }),
    ).toEqual([1, 6])
  })

  test('are unchanged by packing, are recomputed if packed without borders, and keep deletions when merged', () => {
    const rows = doing((doc) => {
      for (let n = 0; n < 30; n++) {
        type(doc, a, 'abc')
        apply(doc, { type: 'set-cell-meta', id: a, key: 'n', value: n })
        if (n % 10 === 9) apply(doc, { type: 'delete-cell', id: a, by: 'Ana', at: n })
      }
    })
    const sessions = sessionsOf(rows)
    expect(unpackSessions(packSessions(rows))).toEqual(sessions)
    expect(unpackSessions(new Uint8Array([1, 3, 65, 110, 97, 1, 2, 0, 1, 1, 0]))).toBeNull()
    const ends = (all: readonly EditSession[]): number[] => {
      let last = 0
      return all.map(({ count }) => (last += count))
    }
    const deletions = [42, 83].flatMap((at) => [at - 1, at])
    expect(ends(mergeSmallSessions(sessions, 6))).toEqual(expect.arrayContaining(deletions))
  })

  test('keep the longest pauses, all updates and all people when merged (random sessions)', () => {
    for (let seed = 1; seed <= 30; seed++)
      withSeed(seed, (random) => {
        let time = 0
        const rows = rowsOf(
          ...Array.from(
            { length: 400 },
            () => [`P${random.below(4)}`, (time += random.below(3 * minute))] as const,
          ),
        )
        const fine = sessionsOf(rows)
        const coarse = mergeSmallSessions(fine, 20)
        expect(coarse.length).toBe(Math.min(20, fine.length))
        expect(coarse.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
        expect(unpackSessions(packSessions(rows))).toEqual(mergeSmallSessions(fine, 128))
        const pauses = (sessions: readonly EditSession[]): number[] =>
          sessions.slice(1).map(({ from }, index) => from - (sessions[index]?.to ?? 0))
        expect(pauses(coarse).toSorted((a, b) => a - b)).toEqual(
          pauses(fine)
            .toSorted((a, b) => a - b)
            .slice(-19),
        )
        let first = 0
        for (const { count, writers, from, to } of coarse) {
          const own = rows.slice(first, (first += count))
          expect(new Set(writers.map(({ user }) => user))).toEqual(new Set(own.map(({ user }) => user)))
          expect([from, to]).toEqual([own[0]?.time, own.at(-1)?.time])
        }
      })
  })
})
