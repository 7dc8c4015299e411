// What every LogStore promises. Each implementation runs this suite through its own test file.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  chunkLength,
  keptBases,
  type DocumentRecord,
  type LogRow,
  type LogStore,
} from '../../relay/log/store.ts'

export interface LogStoreUnderTest {
  readonly open: () => Promise<LogStore>
  /** Opens what was written before anew; null where a store keeps nothing. */
  readonly reopen: ((store: LogStore) => Promise<LogStore>) | null
  readonly end: () => Promise<void>
}

const row = (docId: string, ...bytes: number[]): LogRow => ({
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

    const rowsOf = async (docId: string, count: number): Promise<{ rows: LogRow[]; largest: number }> => {
      const rows: LogRow[] = []
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
      const found: LogRow[] = []
      for await (const some of log.beginning('a', Infinity)) {
        if (found.length === 0) await log.compact('a', new Uint8Array([8]))
        found.push(...some)
      }
      expect(found).toEqual(rows)
    })

    test('says who made updates and when, the same before and after compaction', async () => {
      const by = (user: string, time: number, client = 1): LogRow => ({ ...row('a', 1), user, time, client })
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
      expect(await log.stints('a')).toEqual(expected)
      await log.compact('a', new Uint8Array([7]))
      expect(await log.stints('a')).toEqual(expected)
      await log.append([by('Ana', 203_000, 3), by('Ana', 900_000, 3)])
      const last = { from: 900_000, to: 900_000, count: 1, writers: [{ user: 'Ana', client: 3 }], border: 0 }
      const joined = { ...expected[3], to: 203_000, count: 4 }
      expect(await log.stints('a')).toEqual([...expected.slice(0, 3), joined, last])
      expect(await log.stints('c')).toEqual([])
    })

    test('keeps the names of versions, by place', async () => {
      const version = (at: number, name: string) => ({ at, name, by: 'Ana', time: 5 + at })
      await log.nameVersion('a', version(7, 'later'))
      await log.nameVersion('a', version(3, 'earlier'))
      await log.nameVersion('b', version(1, 'of another'))
      if (under.reopen) log = await under.reopen(log)
      expect(await log.versions('a')).toEqual([version(3, 'earlier'), version(7, 'later')])
      expect(await log.versions('c')).toEqual([])
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

    test('keeps the newest bases, and which of them were written', async () => {
      await make('a', 'one.ipynb')
      for (let i = 1; i <= keptBases + 2; i++)
        await log.addBase('a', {
          digest: `d${i}`,
          state: new Uint8Array([i]),
          time: i,
          written: false,
          outside: false,
        })
      await log.baseWritten('a', 'd5')
      const bases = await log.bases('a')
      expect(bases.map((base) => base.digest)).toEqual(
        Array.from({ length: keptBases }, (_, i) => `d${i + 3}`),
      )
      expect(bases.filter((base) => base.written)).toEqual([
        { digest: 'd5', state: new Uint8Array([5]), time: 5, written: true, outside: false },
      ])
    })

    test('knows which documents have updates that no file has', async () => {
      const { time } = row('a')
      await make('a', 'one.ipynb')
      await make('b', 'two.ipynb')
      const paths = async () =>
        (await log.unwritten()).map(({ path }) => path).sort((x, y) => (x < y ? -1 : 1))
      expect(await paths()).toEqual(['one.ipynb', 'two.ipynb'])
      await log.addBase('a', { digest: 'd1', state: new Uint8Array(), time, written: false, outside: false })
      expect(await paths()).toEqual(['one.ipynb', 'two.ipynb'])
      await log.baseWritten('a', 'd1')
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
      expect(await log.bases('a')).toEqual([
        { digest: 'd0', state: new Uint8Array([1]), time: 5, written: true, outside: false },
      ])
    })
  })
