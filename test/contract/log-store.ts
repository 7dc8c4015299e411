// What every LogStore promises. Each implementation runs this suite through its own test file.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  chunkLength,
  maxRevisions,
  type Revision,
  type DocumentRecord,
  type LoggedUpdate,
  type LogStore,
} from '../../relay/log/store.ts'

export interface LogStoreUnderTest {
  readonly open: () => Promise<LogStore>
  /** Opens what was written before anew; null where a store keeps nothing. */
  readonly reopen: ((store: LogStore) => Promise<LogStore>) | null
  readonly end: () => Promise<void>
}

const row = (docId: string, ...bytes: number[]): LoggedUpdate => ({
  docId,
  time: 1_763_680_000_123,
  user: 'Ana 🐍',
  client: 4_000_000_001,
  // A view with an offset, as frames are: the bytes around it are not part of it.
  bytes: new Uint8Array([99, 99, ...bytes, 99]).subarray(2, 2 + bytes.length),
})

const record = (docId: string, path: string): DocumentRecord => ({
  docId,
  epoch: `epoch of ${docId}`,
  path,
  binned: null,
})
const lists = (updates: readonly Uint8Array[]): number[][] => updates.map((update) => [...update])

export const describeLogStore = (name: string, create: () => LogStoreUnderTest): unknown =>
  describe(`log store contract: ${name}`, () => {
    let under: LogStoreUnderTest
    let log: LogStore

    beforeEach(async () => {
      under = create()
      log = await under.open()
    })
    afterEach(async () => {
      await log.close()
      await under.end()
    })

    const make = (docId: string, path: string): Promise<void> =>
      log.create(record(docId, path), row(docId, 1), {
        digest: 'd0',
        state: new Uint8Array([1]),
        time: 5,
        written: true,
        outside: false,
      })

    test('gives back what was appended, in order and apart by document', async () => {
      await log.append([row('a', 1), row('b', 2), row('a', 3)])
      await log.append([row('a', 4, 5, 6), row('a')])
      expect(lists(await log.load('a'))).toEqual([[1], [3], [4, 5, 6], []])
      expect(lists(await log.load('b'))).toEqual([[2]])
      expect(await log.load('c')).toEqual([])
      expect(await log.history('b')).toEqual([row('b', 2)])
    })

    test('is synced after each append', async () => {
      await log.synced()
      await log.append([row('a', 1)])
      await Promise.all([log.synced(), log.synced(), log.append([row('a', 2)]).then(() => log.synced())])
    })

    test('compacts to one checkpoint and a tail, and keeps every row', async () => {
      const rows = Array.from({ length: chunkLength * 2 + 7 }, (_, i) => row('a', i % 256, i >> 8))
      await log.append(rows)
      await log.append([row('b', 1)])
      await log.compact('a', new Uint8Array([7, 7]))
      expect(await log.tail('a')).toEqual({ updates: 0, bytes: 0 })
      expect(lists(await log.load('a'))).toEqual([[7, 7]])
      await log.append([row('a', 8)])
      expect(await log.tail('a')).toEqual({ updates: 1, bytes: 1 })
      expect(lists(await log.load('a'))).toEqual([[7, 7], [8]])
      expect(lists(await log.load('b'))).toEqual([[1]])
      expect(await log.history('a')).toEqual([...rows, row('a', 8)])
      await log.compact('a', new Uint8Array([9]))
      expect(lists(await log.load('a'))).toEqual([[9]])
      expect(await log.history('a')).toEqual([...rows, row('a', 8)])
    })

    const rowsOf = async (
      docId: string,
      count: number,
    ): Promise<{ rows: LoggedUpdate[]; largest: number }> => {
      const rows: LoggedUpdate[] = []
      let largest = 0
      for await (const some of log.beginning(docId, count)) {
        rows.push(...some)
        largest = Math.max(largest, some.length)
      }
      return { rows, largest }
    }

    test('gives the beginning of the history, out of chunks and tail, in batches', async () => {
      // Of many lengths, and by several: what is packed together must come apart again.
      const rows = Array.from({ length: chunkLength * 2 + 30 }, (_, i) => ({
        ...row('a', ...Array.from({ length: (i * 7) % 23 }, (_, at) => (i * at) % 256)),
        time: 1_763_680_000_000 + i * 1_000 - (i % 3) * 5_000,
        user: i % 5 === 0 ? '' : `person ${i % 4}`,
        client: i % 7,
      }))
      await log.append(rows)
      await log.compact('a', new Uint8Array([7]))
      const tail = Array.from({ length: chunkLength + 3 }, (_, i) => row('a', i % 256))
      await log.append([...tail, row('b', 1)])
      const all = [...rows, ...tail]
      for (const count of [
        0,
        1,
        chunkLength,
        chunkLength + 1,
        rows.length,
        rows.length + 2,
        all.length,
        1e9,
      ]) {
        const found = await rowsOf('a', count)
        expect(found.rows, String(count)).toEqual(all.slice(0, count))
        expect(found.largest).toBeLessThanOrEqual(chunkLength)
      }
      expect((await rowsOf('c', 5)).rows).toEqual([])
    })

    test('gives a moment of the history, whatever is compacted while it is read', async () => {
      const rows = Array.from({ length: chunkLength * 2 }, (_, i) => row('a', i % 256, i >> 8))
      await log.append(rows.slice(0, chunkLength))
      await log.compact('a', new Uint8Array([7]))
      await log.append(rows.slice(chunkLength))
      const found: LoggedUpdate[] = []
      for await (const some of log.beginning('a', Infinity)) {
        if (found.length === 0) await log.compact('a', new Uint8Array([8]))
        found.push(...some)
      }
      expect(found).toEqual(rows)
    })

    test('says who made updates and when, the same before and after compaction', async () => {
      const by = (user: string, time: number, client = 1): LoggedUpdate => ({
        ...row('a', 1),
        user,
        time,
        client,
      })
      await log.append([
        by('', 1_000, 0),
        by('Ana', 2_000),
        by('Ana', 62_000),
        by('Ben', 63_000, 2),
        by('Ana', 200_000, 3),
        // Both at once.
        by('Ben', 201_000, 2),
        by('Ana', 202_000, 3),
        { ...row('b', 1), user: 'Carl' },
      ])
      const expected = [
        { from: 1_000, to: 1_000, count: 1, writers: [{ user: '', client: 0 }], border: 0 },
        { from: 2_000, to: 62_000, count: 2, writers: [{ user: 'Ana', client: 1 }], border: 0 },
        { from: 63_000, to: 63_000, count: 1, writers: [{ user: 'Ben', client: 2 }], border: 0 },
        {
          from: 200_000,
          to: 202_000,
          count: 3,
          writers: [
            { user: 'Ana', client: 3 },
            { user: 'Ben', client: 2 },
          ],
          border: 0,
        },
      ]
      expect(await log.sessions('a')).toEqual(expected)
      await log.compact('a', new Uint8Array([7]))
      expect(await log.sessions('a')).toEqual(expected)
      await log.append([by('Ana', 203_000, 3), by('Ana', 900_000, 3)])
      const last = { from: 900_000, to: 900_000, count: 1, writers: [{ user: 'Ana', client: 3 }], border: 0 }
      const joined = { ...expected[3], to: 203_000, count: 4 }
      expect(await log.sessions('a')).toEqual([...expected.slice(0, 3), joined, last])
      expect(await log.sessions('c')).toEqual([])
    })

    test('keeps the names of versions, by place', async () => {
      const version = (at: number, name: string, user: string | null = 'a1') => ({
        at,
        name,
        by: 'Ana',
        user,
        time: 5 + at,
      })
      await log.nameVersion('a', version(7, 'later'))
      await log.nameVersion('a', version(3, 'earlier'))
      await log.nameVersion('b', version(1, 'of another', null))
      if (under.reopen) log = await under.reopen(log)
      expect(await log.versions('a')).toEqual([version(3, 'earlier'), version(7, 'later')])
      expect(await log.versions('b')).toEqual([version(1, 'of another', null)])
      expect(await log.versions('c')).toEqual([])
    })

    test('keeps who wrote by an id, and what that person is called now beside it', async () => {
      const by = (user: string, name?: string): LoggedUpdate => ({
        ...row('a', 1),
        user,
        ...(name === undefined ? {} : { name }),
      })
      await log.append([by('a1', 'Ana'), by('a2', 'Ana'), by('a1', 'Ana'), by('Old name')])
      await log.append([by('a2', 'Anna')])
      if (under.reopen) log = await under.reopen(log)
      await log.append([by('a1', 'Ana')])
      expect((await log.history('a')).map((each) => [each.user, each.name])).toEqual(
        ['a1', 'a2', 'a1', 'Old name', 'a2', 'a1'].map((user) => [user, undefined]),
      )
      expect(await log.people()).toEqual(
        new Map([
          ['a1', 'Ana'],
          ['a2', 'Anna'],
        ]),
      )
    })

    test('finds documents by path, and by their former paths until those are reused', async () => {
      expect(await log.used()).toBe(false)
      expect(await log.documents()).toEqual([])
      await make('a', 'one.ipynb')
      expect(await log.used()).toBe(true)
      expect(await log.documents()).toEqual(['a'])
      expect(await log.at('one.ipynb')).toEqual(record('a', 'one.ipynb'))
      await log.rename('a', 'two.ipynb')
      await log.rename('a', 'three.ipynb')
      expect(await log.at('one.ipynb')).toBeNull()
      expect(await log.formerlyAt('one.ipynb')).toEqual(record('a', 'three.ipynb'))
      expect(await log.formerlyAt('two.ipynb')).toEqual(record('a', 'three.ipynb'))
      expect(await log.formerlyAt('three.ipynb')).toBeNull()
      await make('b', 'one.ipynb')
      expect(await log.formerlyAt('one.ipynb')).toBeNull()
      await log.rename('a', 'two.ipynb')
      expect(await log.formerlyAt('two.ipynb')).toBeNull()
      expect(await log.formerlyAt('three.ipynb')).toEqual(record('a', 'two.ipynb'))
      expect(await log.document('a')).toEqual(record('a', 'two.ipynb'))
    })

    test('refuses a path that is taken, and changes nothing then', async () => {
      await make('a', 'one.ipynb')
      await make('b', 'two.ipynb')
      await expect(make('c', 'one.ipynb')).rejects.toThrow()
      await expect(log.rename('b', 'one.ipynb')).rejects.toThrow()
      expect(await log.load('c')).toEqual([])
      expect(await log.at('two.ipynb')).toEqual(record('b', 'two.ipynb'))
    })

    test('keeps what went to the bin apart from what took its place', async () => {
      await make('a', 'one.ipynb')
      await log.bin('a', 'stamp 1')
      expect(await log.at('one.ipynb')).toBeNull()
      await make('b', 'one.ipynb')
      await log.bin('b', 'stamp 2')
      expect((await log.binnedAt('one.ipynb')).map((found) => found.docId)).toEqual(['b', 'a'])
      await log.rename('a', 'back.ipynb')
      expect(await log.at('back.ipynb')).toEqual(record('a', 'back.ipynb'))
      expect((await log.binnedAt('one.ipynb')).map((found) => found.docId)).toEqual(['b'])
    })

    test('forgets a document for good, and nothing of others', async () => {
      await make('a', 'one.ipynb')
      await make('b', 'two.ipynb')
      await log.append(Array.from({ length: 3 }, (_, i) => row('a', i)))
      await log.compact('a', new Uint8Array([7]))
      await log.append([row('a', 9), row('b', 9)])
      await log.nameVersion('a', { at: 1, name: 'named', by: 'Ana', user: null, time: 5 })
      await log.rename('a', 'moved.ipynb')
      await log.bin('a', 'stamp')
      expect(await log.deletedAs()).toEqual([{ ...record('a', 'moved.ipynb'), binned: 'stamp' }])
      await log.forget('a')
      expect([await log.deletedAs(), await log.document('a'), await log.documents()]).toEqual([
        [],
        null,
        ['b'],
      ])
      expect([
        await log.load('a'),
        await log.history('a'),
        await log.revisions('a'),
        await log.versions('a'),
      ]).toEqual([[], [], [], []])
      expect([await log.formerlyAt('one.ipynb'), await log.binnedAt('moved.ipynb')]).toEqual([null, []])
      expect(lists(await log.load('b'))).toEqual([[1], [9]])
    })

    test('keeps the newest bases, older ones further apart, and which of them were written', async () => {
      await make('a', 'one.ipynb')
      const base = (i: number): Revision => ({
        digest: `d${i}`,
        state: new Uint8Array([i]),
        time: i,
        written: false,
        outside: false,
      })
      for (let i = 1; i <= 200; i++) await log.addRevision('a', base(i))
      await log.markWritten('a', 'd199')
      const revisions = await log.revisions('a')
      const kept = revisions.map(({ digest }) => Number(digest.slice(1)))
      expect(kept).toHaveLength(maxRevisions)
      expect(kept).toEqual(kept.toSorted((x, y) => x - y))
      // The first is the one the history began with.
      expect([kept[0], ...kept.slice(-4)]).toEqual([0, 197, 198, 199, 200])
      const ages = kept.slice(1, -4).map((at) => 200 - at)
      expect(ages[0]).toBeGreaterThan(50)
      for (const [index, age] of ages.entries()) expect(age / (ages[index + 1] ?? 4)).toBeLessThan(4)
      expect(revisions.slice(1).filter((base) => base.written)).toEqual([{ ...base(199), written: true }])
    })

    test('stores a base in one commit with updates, and knows the file a history began with', async () => {
      await make('a', 'one.ipynb')
      expect(await log.began('a')).toBe('d0')
      const base: Revision = {
        digest: 'd1',
        state: new Uint8Array([1]),
        time: 1,
        written: true,
        outside: true,
      }
      await log.append([row('a', 9)], [{ docId: 'a', base }])
      expect(lists(await log.load('a'))).toHaveLength(2)
      expect((await log.revisions('a')).at(-1)).toEqual(base)
      const { state, ...head } = base
      expect((await log.revisionHeads('a')).at(-1)).toEqual(head)
      expect([await log.wasAt('a', 'd1', state), await log.wasAt('a', 'd1', new Uint8Array([2]))]).toEqual([
        true,
        false,
      ])
      expect(await log.wasAt('a', 'another', state)).toBe(false)
      await log.renew('a', 'another', 'd1')
      expect([await log.began('a'), (await log.document('a'))?.epoch]).toEqual(['d1', 'another'])
    })

    test('knows which documents have updates that no file has', async () => {
      const { time } = row('a')
      await make('a', 'one.ipynb')
      await make('b', 'two.ipynb')
      const paths = async () =>
        (await log.unwritten()).map(({ path }) => path).sort((x, y) => (x < y ? -1 : 1))
      expect(await paths()).toEqual(['one.ipynb', 'two.ipynb'])
      await log.addRevision('a', {
        digest: 'd1',
        state: new Uint8Array(),
        time,
        written: false,
        outside: false,
      })
      expect(await paths()).toEqual(['one.ipynb', 'two.ipynb'])
      await log.markWritten('a', 'd1')
      expect(await paths()).toEqual(['two.ipynb'])
      await log.bin('b', 'stamp')
      await log.append([{ ...row('a', 2), time: time + 1 }])
      expect(await log.unwritten()).toEqual([record('a', 'one.ipynb')])
    })

    test('has everything after it was closed and opened again', async () => {
      if (!under.reopen) return
      await make('a', 'one.ipynb')
      await log.append([row('a', 2)])
      await log.compact('a', new Uint8Array([7]))
      await log.append([row('a', 3)])
      log = await under.reopen(log)
      expect(lists(await log.load('a'))).toEqual([[7], [3]])
      expect((await log.history('a')).map((one) => [...one.bytes])).toEqual([[1], [2], [3]])
      expect(await log.at('one.ipynb')).toEqual(record('a', 'one.ipynb'))
      expect(await log.revisions('a')).toEqual([
        { digest: 'd0', state: new Uint8Array([1]), time: 5, written: true, outside: false },
      ])
    })
  })
