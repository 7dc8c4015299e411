// What every UpdateLog promises. Each implementation runs this suite through its own test file.
import { expect, test } from 'vitest'
import { chunkLength, type LoggedUpdate } from '../../relay/log/update-log.ts'
import { describeWithLog, lists, row, type LogUnderTest } from './log.ts'
import { historyOf } from '../support/history-of.ts'

export const describeUpdateLog = (name: string, create: () => LogUnderTest): unknown =>
  describeWithLog(`update log contract: ${name}`, create, (current) => {
    test('returns what was appended, in order and by document', async () => {
      const { log } = current
      await log.updates.append([row('a', 1), row('b', 2), row('a', 3)])
      await log.updates.append([row('a', 4, 5, 6), row('a')])
      expect(lists(await log.updates.load('a'))).toEqual([[1], [3], [4, 5, 6], []])
      expect(lists(await log.updates.load('b'))).toEqual([[2]])
      expect(await log.updates.load('c')).toEqual([])
      expect(await historyOf(log.updates, 'b')).toEqual([row('b', 2)])
    })

    test('can be synced after each append', async () => {
      const { log } = current
      await log.updates.synced()
      await log.updates.append([row('a', 1)])
      await Promise.all([
        log.updates.synced(),
        log.updates.synced(),
        log.updates.append([row('a', 2)]).then(() => log.updates.synced()),
      ])
    })

    test('compacts to one checkpoint and a tail, and keeps every row', async () => {
      const { log } = current
      const rows = Array.from({ length: chunkLength * 2 + 7 }, (_, i) => row('a', i % 256, i >> 8))
      await log.updates.append(rows)
      await log.updates.append([row('b', 1)])
      await log.updates.compact('a', new Uint8Array([7, 7]))
      expect(await log.updates.tail('a')).toEqual({ updates: 0, bytes: 0 })
      expect(lists(await log.updates.load('a'))).toEqual([[7, 7]])
      await log.updates.append([row('a', 8)])
      expect(await log.updates.tail('a')).toEqual({ updates: 1, bytes: 1 })
      expect(lists(await log.updates.load('a'))).toEqual([[7, 7], [8]])
      expect(lists(await log.updates.load('b'))).toEqual([[1]])
      expect(await historyOf(log.updates, 'a')).toEqual([...rows, row('a', 8)])
      await log.updates.compact('a', new Uint8Array([9]))
      expect(lists(await log.updates.load('a'))).toEqual([[9]])
      expect(await historyOf(log.updates, 'a')).toEqual([...rows, row('a', 8)])
    })

    const rowsOf = async (
      docId: string,
      count: number,
    ): Promise<{ rows: LoggedUpdate[]; largest: number }> => {
      const rows: LoggedUpdate[] = []
      let largest = 0
      for await (const some of current.log.updates.beginning(docId, count)) {
        rows.push(...some)
        largest = Math.max(largest, some.length)
      }
      return { rows, largest }
    }

    test('streams the beginning of the history from chunks and tail, in batches', async () => {
      const { log } = current
      // Of many lengths, and by several people: what is packed together must be unpacked the same.
      const rows = Array.from({ length: chunkLength * 2 + 30 }, (_, i) => ({
        ...row('a', ...Array.from({ length: (i * 7) % 23 }, (_, at) => (i * at) % 256)),
        time: 1_763_680_000_000 + i * 1_000 - (i % 3) * 5_000,
        user: i % 5 === 0 ? '' : `person ${i % 4}`,
        client: i % 7,
      }))
      await log.updates.append(rows)
      await log.updates.compact('a', new Uint8Array([7]))
      const tail = Array.from({ length: chunkLength + 3 }, (_, i) => row('a', i % 256))
      await log.updates.append([...tail, row('b', 1)])
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

    test('reads a consistent history even if it is compacted meanwhile', async () => {
      const { log } = current
      const rows = Array.from({ length: chunkLength * 2 }, (_, i) => row('a', i % 256, i >> 8))
      await log.updates.append(rows.slice(0, chunkLength))
      await log.updates.compact('a', new Uint8Array([7]))
      await log.updates.append(rows.slice(chunkLength))
      const found: LoggedUpdate[] = []
      for await (const some of log.updates.beginning('a', Infinity)) {
        if (found.length === 0) await log.updates.compact('a', new Uint8Array([8]))
        found.push(...some)
      }
      expect(found).toEqual(rows)
    })

    test('reports who made updates and when, the same before and after compaction', async () => {
      const { log } = current
      const by = (user: string, time: number, client = 1): LoggedUpdate => ({
        ...row('a', 1),
        user,
        time,
        client,
      })
      await log.updates.append([
        by('', 1_000, 0),
        by('Ana', 2_000),
        by('Ana', 62_000),
        by('Ben', 63_000, 2),
        by('Ana', 200_000, 3),
        // Both write at once.
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
      expect(await log.updates.sessions('a')).toEqual(expected)
      await log.updates.compact('a', new Uint8Array([7]))
      expect(await log.updates.sessions('a')).toEqual(expected)
      await log.updates.append([by('Ana', 203_000, 3), by('Ana', 900_000, 3)])
      const last = { from: 900_000, to: 900_000, count: 1, writers: [{ user: 'Ana', client: 3 }], border: 0 }
      const joined = { ...expected[3], to: 203_000, count: 4 }
      expect(await log.updates.sessions('a')).toEqual([...expected.slice(0, 3), joined, last])
      expect(await log.updates.sessions('c')).toEqual([])
    })

    test('keeps the names of versions, in order of position', async () => {
      let { log } = current
      const version = (at: number, name: string, user: string | null = 'a1') => ({
        at,
        name,
        by: 'Ana',
        user,
        time: 5 + at,
      })
      await log.updates.nameVersion('a', version(7, 'later'))
      await log.updates.nameVersion('a', version(3, 'earlier'))
      await log.updates.nameVersion('b', version(1, 'of another', null))
      if (current.under.reopen) log = await current.under.reopen(log)
      current.log = log
      expect(await log.updates.versions('a')).toEqual([version(3, 'earlier'), version(7, 'later')])
      expect(await log.updates.versions('b')).toEqual([version(1, 'of another', null)])
      expect(await log.updates.versions('c')).toEqual([])
    })

    test('stores authors by id, with their current names', async () => {
      let { log } = current
      const by = (user: string, name?: string): LoggedUpdate => ({
        ...row('a', 1),
        user,
        ...(name === undefined ? {} : { name }),
      })
      await log.updates.append([by('a1', 'Ana'), by('a2', 'Ana'), by('a1', 'Ana'), by('Old name')])
      await log.updates.append([by('a2', 'Anna')])
      if (current.under.reopen) log = await current.under.reopen(log)
      current.log = log
      await log.updates.append([by('a1', 'Ana')])
      expect((await historyOf(log.updates, 'a')).map((each) => [each.user, each.name])).toEqual(
        ['a1', 'a2', 'a1', 'Old name', 'a2', 'a1'].map((user) => [user, undefined]),
      )
      expect(await log.updates.people()).toEqual(
        new Map([
          ['a1', 'Ana'],
          ['a2', 'Anna'],
        ]),
      )
    })
  })
