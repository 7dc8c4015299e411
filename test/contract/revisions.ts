// What every Revisions promises. Each implementation runs this suite through its own test file.
import { expect, test } from 'vitest'
import { maxRevisions, type Revision } from '../../relay/log/revisions.ts'
import { describeWithLog, lists, make, record, row, type LogUnderTest } from './log.ts'

export const describeRevisions = (name: string, create: () => LogUnderTest): unknown =>
  describeWithLog(`revisions contract: ${name}`, create, (current) => {
    test('keeps the newest revisions, and older ones at growing intervals', async () => {
      const { log } = current
      await make(log, 'a', 'one.ipynb')
      const base = (i: number): Revision => ({
        digest: `d${i}`,
        state: new Uint8Array([i]),
        time: i,
        written: true,
        outside: false,
      })
      for (let i = 1; i <= 200; i++) await log.revisions.add('a', base(i))
      const revisions = await log.revisions.of('a')
      const kept = revisions.map(({ digest }) => Number(digest.slice(1)))
      expect(kept).toHaveLength(maxRevisions)
      expect(kept).toEqual(kept.toSorted((x, y) => x - y))
      // The first is the one that the history began with.
      expect([kept[0], ...kept.slice(-4)]).toEqual([0, 197, 198, 199, 200])
      const ages = kept.slice(1, -4).map((at) => 200 - at)
      expect(ages[0]).toBeGreaterThan(50)
      for (const [index, age] of ages.entries()) expect(age / (ages[index + 1] ?? 4)).toBeLessThan(4)
    })

    test('keeps only the newest unwritten revisions, and never instead of written ones', async () => {
      const { log } = current
      await make(log, 'a', 'one.ipynb')
      const revision = (i: number): Revision => ({
        digest: `d${i}`,
        state: new Uint8Array([i]),
        time: i,
        written: false,
        outside: false,
      })
      for (let i = 1; i <= 5; i++) {
        await log.revisions.add('a', revision(i))
        await log.revisions.markWritten('a', `d${i}`)
      }
      // As when a bucket can be read but not written.
      for (let i = 6; i <= 100; i++) await log.revisions.add('a', revision(i))
      await log.revisions.markWritten('a', 'd99')
      const kept = (await log.revisions.of('a')).map(({ digest, written }) => [digest, written])
      expect(kept).toHaveLength(maxRevisions)
      expect(kept.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5].map((i) => [`d${i}`, true]))
      expect(kept.slice(-2)).toEqual([
        ['d99', true],
        ['d100', false],
      ])
    })

    test('stores a revision in one commit with updates, and knows the one a history began with', async () => {
      const { log } = current
      await make(log, 'a', 'one.ipynb')
      expect(await log.revisions.began('a')).toBe('d0')
      const base: Revision = {
        digest: 'd1',
        state: new Uint8Array([1]),
        time: 1,
        written: true,
        outside: true,
      }
      await log.updates.append([row('a', 9)], [{ docId: 'a', revision: base }])
      expect(lists(await log.updates.load('a'))).toHaveLength(2)
      expect((await log.revisions.of('a')).at(-1)).toEqual(base)
      const { state, ...head } = base
      expect((await log.revisions.heads('a')).at(-1)).toEqual(head)
      expect([
        await log.revisions.wasAt('a', 'd1', state),
        await log.revisions.wasAt('a', 'd1', new Uint8Array([2])),
        await log.revisions.wasAt('a', 'another', state),
      ]).toEqual([true, false, false])
      await log.catalogue.renew('a', 'another', 'd1')
      expect([await log.revisions.began('a'), (await log.catalogue.document('a'))?.epoch]).toEqual([
        'd1',
        'another',
      ])
    })

    test('knows which documents have updates that are in no file yet', async () => {
      const { log } = current
      const { time } = row('a')
      await make(log, 'a', 'one.ipynb')
      await make(log, 'b', 'two.ipynb')
      const paths = async () =>
        (await log.revisions.unwritten()).map(({ path }) => path).sort((x, y) => (x < y ? -1 : 1))
      expect(await paths()).toEqual(['one.ipynb', 'two.ipynb'])
      await log.revisions.add('a', {
        digest: 'd1',
        state: new Uint8Array(),
        time,
        written: false,
        outside: false,
      })
      expect(await paths()).toEqual(['one.ipynb', 'two.ipynb'])
      await log.revisions.markWritten('a', 'd1')
      expect(await paths()).toEqual(['two.ipynb'])
      await log.catalogue.bin('b', 'stamp')
      await log.updates.append([{ ...row('a', 2), time: time + 1 }])
      expect(await log.revisions.unwritten()).toEqual([record('a', 'one.ipynb')])
    })
  })
