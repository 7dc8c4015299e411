// What every Folders promises. Each home runs this suite through its own test file.
import { expect, test } from 'vitest'
import { OutsideFolder } from '../../relay/files/notebook-files.ts'
import { describeWithHome, file, notebook, type HomeUnderTest } from './home.ts'

export const describeFolders = (name: string, create: () => Promise<HomeUnderTest>): unknown =>
  describeWithHome(`folders contract: ${name}`, create, (current) => {
    test('a folder is created, listed even if empty, and removed only if empty', async () => {
      const { folders, files } = current.home
      expect(await folders.list()).toEqual([])
      expect(await folders.make(file('ü b/deep'))).toBe('made')
      expect(await folders.make(file('ü b/deep'))).toBe('exists')
      expect(await folders.list()).toEqual(['ü b', 'ü b/deep'])
      expect(await folders.remove(file('ü b/deep'))).toBe('removed')
      expect(await folders.remove(file('ü b/deep'))).toBe('missing')
      await files.replace(notebook('sub/a.ipynb'), 'one', null)
      expect(await folders.list()).toContain('sub')
      expect(await folders.make(file('sub'))).toBe('exists')
      expect(await folders.remove(file('sub'))).toBe('not-empty')
    })

    test('a folder is moved with its contents, and never over another one or a file', async () => {
      const { folders, files, plain } = current.home
      const [inside, other] = [notebook('sub/deep/a.ipynb'), notebook('other/b.ipynb')]
      await files.replace(inside, 'one', null)
      await files.replace(other, 'other', null)
      await folders.make(file('sub/empty'))
      await current.under.write('sub/data.csv', 'x')
      await current.under.write('notes.txt', 'x')
      const before = await files.read(inside)
      expect(await folders.move(file('sub'), file('other'))).toBe('exists')
      expect(await folders.move(file('sub'), file('notes.txt'))).toBe('exists')
      expect(await folders.move(file('none'), file('new'))).toBe('missing')
      expect(await folders.move(file('notes.txt'), file('new'))).toBe('missing')
      await expect(folders.move(file('sub'), file('notes.txt/sub'))).rejects.toThrow(OutsideFolder)
      expect(await folders.move(file('sub'), file('other/new'))).toBe('moved')
      const after = await files.read(notebook('other/new/deep/a.ipynb'))
      expect([after?.digest, after?.identity]).toEqual([before?.digest, before?.identity])
      expect((await plain.list(file('other/new')))?.files.map(({ path }) => path)).toContain('data.csv')
      expect(await folders.list()).toEqual(['other', 'other/new', 'other/new/deep', 'other/new/empty'])
      expect(await files.read(inside)).toBeNull()
    })

    test('hidden folders are not listed', async () => {
      for (const path of ['.hidden/x', 'sub/.git/x', 'node_modules/x']) await current.under.write(path, 'x')
      expect((await current.home.folders.list()).filter((path) => path !== 'sub')).toEqual([])
    })
  })
