// What every PlainFiles promises. Each home runs this suite through its own test file.
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { OutsideFolder } from '../../relay/files/notebook-files.ts'
import { describeWithHome, file, type HomeUnderTest } from './home.ts'

export const describePlainFiles = (name: string, create: () => Promise<HomeUnderTest>): unknown =>
  describeWithHome(`plain files contract: ${name}`, create, (current) => {
    const read = async (path: string): Promise<string | null> => {
      const found = await current.home.plain.read(file(path))
      return found && (await buffer(found.content)).toString()
    }
    const write = (path: string, text: string, over: string | null) =>
      current.home.plain.write(file(path), Buffer.from(text), over)

    test('lists everything below a folder, nearest first', async () => {
      const { plain } = current.home
      for (const path of [
        'sub/deep/c.csv',
        'b.csv',
        'sub/a.csv',
        '.hidden',
        'sub/.hidden/x',
        'node_modules/x',
        'site-packages/x.py',
      ])
        await current.under.write(path, path)
      await current.under.write('what?.csv', 'x')
      const all = await plain.list('')
      expect(all?.files.map(({ path, size }) => [path, size])).toEqual([
        ['b.csv', 5],
        ['sub/a.csv', 9],
        ['sub/deep/c.csv', 14],
      ])
      expect(all).toMatchObject({
        folders: ['sub', 'sub/deep'],
        unnamed: [{ path: 'what?.csv', reason: 'its name has a ?, which other systems forbid' }],
        more: false,
      })
      const below = await plain.list(file('sub'))
      expect([below?.files.map(({ path }) => path), below?.folders]).toEqual([
        ['a.csv', 'deep/c.csv'],
        ['deep'],
      ])
      expect(await plain.list(file('none'))).toBeNull()
      const found = await plain.read(file('b.csv'))
      found?.content.destroy()
      expect(all?.files[0]?.tag).toBe(found?.file.tag)
    })

    test('creates a file, or overwrites the version that is named', async () => {
      const first = await write('sub/a.csv', 'one', null)
      if (!first.ok) throw new Error(first.problem)
      expect([await read('sub/a.csv'), await read('none.csv')]).toEqual(['one', null])
      expect(first.file).toMatchObject({ path: 'sub/a.csv', size: 3 })
      expect(await write('sub/a.csv', 'two', null)).toEqual({ ok: false, problem: 'exists' })
      expect(await write('none.csv', 'two', first.file.tag)).toEqual({ ok: false, problem: 'other-version' })
      expect(await write('none.csv', 'two', '*')).toEqual({ ok: false, problem: 'other-version' })
      const second = await write('sub/a.csv', 'two', first.file.tag)
      expect(second.ok && second.file.tag !== first.file.tag).toBe(true)
      expect(await write('sub/a.csv', 'three', first.file.tag)).toEqual({
        ok: false,
        problem: 'other-version',
      })
      expect((await write('sub/a.csv', '', '*')).ok).toBe(true)
      expect(await read('sub/a.csv')).toBe('')
      const large = 'x'.repeat(3 << 20)
      expect((await write('large.bin', large, null)).ok).toBe(true)
      expect((await read('large.bin')) === large).toBe(true)
    })

    test('takes no folder for a file, and no file for a folder', async () => {
      await current.under.write('sub/a.csv', 'x')
      expect(await write('sub', 'x', null)).toEqual({ ok: false, problem: 'no-file' })
      await expect(write('sub/a.csv/b.csv', 'x', null)).rejects.toThrow(OutsideFolder)
      expect(await read('sub')).toBeNull()
    })
  })
