// What every DocumentCatalogue promises. Each implementation runs this suite through its own test file.
import { expect, test } from 'vitest'
import { describeWithLog, lists, make, record, row, type LogUnderTest } from './log.ts'
import { historyOf } from '../support/history-of.ts'

export const describeDocumentCatalogue = (name: string, create: () => LogUnderTest): unknown =>
  describeWithLog(`document catalogue contract: ${name}`, create, (current) => {
    test('finds documents by path, and by their former paths until those are reused', async () => {
      const { log } = current
      expect(await log.catalogue.documents()).toEqual([])
      await make(log, 'a', 'one.ipynb')
      expect(await log.catalogue.documents()).toEqual(['a'])
      expect(await log.catalogue.at('one.ipynb')).toEqual(record('a', 'one.ipynb'))
      await log.catalogue.rename('a', 'two.ipynb')
      await log.catalogue.rename('a', 'three.ipynb')
      expect(await log.catalogue.at('one.ipynb')).toBeNull()
      expect(await log.catalogue.formerlyAt('one.ipynb')).toEqual(record('a', 'three.ipynb'))
      expect(await log.catalogue.formerlyAt('two.ipynb')).toEqual(record('a', 'three.ipynb'))
      expect(await log.catalogue.formerlyAt('three.ipynb')).toBeNull()
      await make(log, 'b', 'one.ipynb')
      expect(await log.catalogue.formerlyAt('one.ipynb')).toBeNull()
      await log.catalogue.rename('a', 'two.ipynb')
      expect(await log.catalogue.formerlyAt('two.ipynb')).toBeNull()
      expect(await log.catalogue.formerlyAt('three.ipynb')).toEqual(record('a', 'two.ipynb'))
      expect(await log.catalogue.document('a')).toEqual(record('a', 'two.ipynb'))
    })

    test('refuses a path that is taken, without changing anything', async () => {
      const { log } = current
      await make(log, 'a', 'one.ipynb')
      await make(log, 'b', 'two.ipynb')
      await expect(make(log, 'c', 'one.ipynb')).rejects.toThrow()
      await expect(log.catalogue.rename('b', 'one.ipynb')).rejects.toThrow()
      expect(await log.updates.load('c')).toEqual([])
      expect(await log.catalogue.at('two.ipynb')).toEqual(record('b', 'two.ipynb'))
    })

    test('keeps a binned document apart from the one that takes its path', async () => {
      const { log } = current
      await make(log, 'a', 'one.ipynb')
      await log.catalogue.bin('a', 'stamp 1')
      expect(await log.catalogue.at('one.ipynb')).toBeNull()
      await make(log, 'b', 'one.ipynb')
      await log.catalogue.bin('b', 'stamp 2')
      expect((await log.catalogue.binned('one.ipynb')).map((found) => found.docId)).toEqual(['b', 'a'])
      await log.catalogue.rename('a', 'back.ipynb')
      expect(await log.catalogue.at('back.ipynb')).toEqual(record('a', 'back.ipynb'))
      expect((await log.catalogue.binned('one.ipynb')).map((found) => found.docId)).toEqual(['b'])
    })

    test('deletes a document permanently, and nothing of other documents', async () => {
      const { log } = current
      await make(log, 'a', 'one.ipynb')
      await make(log, 'b', 'two.ipynb')
      await log.updates.append(Array.from({ length: 3 }, (_, i) => row('a', i)))
      await log.updates.compact('a', new Uint8Array([7]))
      await log.updates.append([row('a', 9), row('b', 9)])
      await log.updates.nameVersion('a', { at: 1, name: 'named', by: 'Ana', user: null, time: 5 })
      await log.catalogue.rename('a', 'moved.ipynb')
      await log.catalogue.bin('a', 'stamp')
      expect(await log.catalogue.binned()).toEqual([{ ...record('a', 'moved.ipynb'), binned: 'stamp' }])
      await log.catalogue.forget('a')
      expect([
        await log.catalogue.binned(),
        await log.catalogue.document('a'),
        await log.catalogue.documents(),
      ]).toEqual([[], null, ['b']])
      expect([
        await log.updates.load('a'),
        await historyOf(log.updates, 'a'),
        await log.revisions.of('a'),
        await log.updates.versions('a'),
      ]).toEqual([[], [], [], []])
      expect([
        await log.catalogue.formerlyAt('one.ipynb'),
        await log.catalogue.binned('moved.ipynb'),
      ]).toEqual([null, []])
      expect(lists(await log.updates.load('b'))).toEqual([[1], [9]])
    })

    test('has everything after it is closed and reopened', async () => {
      let { log } = current
      if (!current.under.reopen) return
      await make(log, 'a', 'one.ipynb')
      await log.updates.append([row('a', 2)])
      await log.updates.compact('a', new Uint8Array([7]))
      await log.updates.append([row('a', 3)])
      log = await current.under.reopen(log)
      current.log = log
      expect(lists(await log.updates.load('a'))).toEqual([[7], [3]])
      expect((await historyOf(log.updates, 'a')).map((one) => [...one.bytes])).toEqual([[1], [2], [3]])
      expect(await log.catalogue.at('one.ipynb')).toEqual(record('a', 'one.ipynb'))
      expect(await log.revisions.of('a')).toEqual([
        { digest: 'd0', state: new Uint8Array([1]), time: 5, written: true, outside: false },
      ])
    })
  })
