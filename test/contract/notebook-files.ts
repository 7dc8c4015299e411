// What every NotebookFiles promises. Each home runs this suite through its own test file.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  OutsideFolder,
  ownPath,
  type Content,
  type NotebookFiles,
  type OwnPath,
} from '../../relay/files/notebook-files.ts'
import type { NotebookPath } from '../../relay/files/path.ts'
import { soon } from '../support/soon.ts'
import { describeWithHome, notebook, type HomeUnderTest } from './home.ts'

const a = notebook('a.ipynb')
const names = [
  'a.ipynb',
  'sub/ü b.ipynb',
  'sub/50% + 1 & more.ipynb',
  "笔记/it's (1) [x] &#39; &amp;.ipynb",
].map(notebook)

const text = (content: Content | null): string | null => content && new TextDecoder().decode(content.bytes)
const there = async (files: NotebookFiles, path: NotebookPath | OwnPath): Promise<Content> => {
  const content = await files.read(path)
  if (content === null) throw new Error(`there is no ${path}`)
  return content
}

export const describeNotebookFiles = (name: string, create: () => Promise<HomeUnderTest>): unknown =>
  describeWithHome(`notebook files contract: ${name}`, create, (current) => {
    test('returns what was written, under any name', async () => {
      const { files } = current.home
      for (const path of names) expect(await files.replace(path, `of ${path}`, null)).not.toBeNull()
      for (const path of names) {
        const content = await there(files, path)
        expect(text(content)).toBe(`of ${path}`)
        expect(content).toMatchObject({
          digest: createHash('sha256').update(`of ${path}`).digest('hex'),
          size: Buffer.byteLength(`of ${path}`),
          writable: true,
        })
        expect(Math.abs(Date.now() - content.modified)).toBeLessThan(60_000)
      }
      const { found, problems } = await files.list()
      expect([found.map(({ path }) => path), problems]).toEqual([[...names].sort(), []])
      expect(await files.read(notebook('none.ipynb'))).toBeNull()
      expect(await files.read(notebook('a.ipynb/none.ipynb'))).toBeNull()
      expect(await files.replace(a, '', await there(files, a))).not.toBeNull()
      expect(text(await files.read(a))).toBe('')
    })

    test('replaces exactly the version that was read', async () => {
      const { files } = current.home
      await files.replace(a, 'one', null)
      const first = await there(files, a)
      const written = await files.replace(a, 'two', first)
      const second = await there(files, a)
      expect([second.identity, second.tag]).toEqual([written?.identity, written?.tag])
      expect(second.tag).not.toBe(first.tag)
      expect(await files.replace(a, 'stale', first)).toBeNull()
      expect(await files.replace(a, 'new', null)).toBeNull()
      expect(text(await files.read(a))).toBe('two')
      // Of the same length, and as soon after as possible.
      await current.under.write(a, 'owt')
      expect(await files.replace(a, 'ours', second)).toBeNull()
      const theirs = await there(files, a)
      expect(text(theirs)).toBe('owt')
      await current.under.remove(a)
      expect(await files.replace(a, 'ours', theirs)).toBeNull()
      expect(await files.read(a)).toBeNull()
    })

    test('of several simultaneous creations of one file, exactly one succeeds', async () => {
      const { files } = current.home
      const made = await Promise.all([1, 2, 3, 4, 5].map((i) => files.replace(a, `by ${i}`, null)))
      expect(made.filter((entry) => entry !== null)).toHaveLength(1)
      expect(text(await files.read(a))).toBe(`by ${made.findIndex((entry) => entry !== null) + 1}`)
    })

    test('runs a last check before replacing a file, and changes nothing if it fails', async () => {
      const { files } = current.home
      await files.replace(a, 'one', null)
      const first = await there(files, a)
      let seen: string | null = ''
      await files.replace(a, 'two', first, async () => {
        seen = text(await files.read(a))
      })
      expect(seen).toBe('one')
      const second = await there(files, a)
      const failing = files.replace(a, 'three', second, () => Promise.reject(new Error('no log')))
      await expect(failing).rejects.toThrow('no log')
      const late = files.replace(
        a,
        'three',
        second,
        async () => void (await current.under.write(a, 'theirs')),
      )
      expect(await late).toBeNull()
      expect(text(await files.read(a))).toBe('theirs')
      expect((await files.list()).found.map(({ path }) => path)).toEqual([a])
    })

    test('moves a file, which keeps its identity, and never over another', async () => {
      const { files } = current.home
      const [b, deep] = [notebook('b.ipynb'), notebook('sub/deep/a.ipynb')]
      await files.replace(a, 'one', null)
      await files.replace(b, 'other', null)
      const { identity } = await there(files, a)
      expect(await files.move(a, b)).toBe('exists')
      expect(await files.move(a, deep)).toBe('moved')
      expect(await files.move(a, notebook('c.ipynb'))).toBe('missing')
      expect([text(await files.read(deep)), (await there(files, deep)).identity]).toEqual(['one', identity])
      expect((await files.list()).found.find((file) => file.path === deep)?.identity).toBe(identity)
      expect([text(await files.read(b)), await files.read(a)]).toEqual(['other', null])
    })

    test('keeps the relay’s own files apart from what people see', async () => {
      const { files } = current.home
      const bin = ownPath('bin')
      const [one, two] = [ownPath('bin', '1', 'sub/a.ipynb'), ownPath('bin', '2', 'a.ipynb')]
      expect(await files.listOwn(bin)).toEqual([])
      await files.replace(a, 'one', null)
      expect(await files.move(a, one)).toBe('moved')
      await files.replace(two, 'two', null)
      const own = await files.listOwn(bin)
      expect(new Map(own.map(({ path, size }) => [path, size]))).toEqual(
        new Map([
          [one, 3],
          [two, 3],
        ]),
      )
      expect(await files.listOwn(ownPath('bin', '2'))).toHaveLength(1)
      expect((await files.list()).found).toEqual([])
      expect((await current.home.plain.list(''))?.files).toEqual([])
      await files.remove(two)
      await files.remove(two)
      expect(await files.move(one, a)).toBe('moved')
      expect(await files.listOwn(bin)).toEqual([])
      expect(text(await files.read(a))).toBe('one')
    })

    test('lists files of other programs except hidden ones, with a reason for unusable names', async () => {
      const { files } = current.home
      const { write } = current.under
      for (const path of ['x/b.ipynb', 'x/a.ipynb', 'notes.txt', '.hidden/a.ipynb', 'x/.a.ipynb'])
        await write(path, path)
      for (const path of [
        'node_modules/a.ipynb',
        'site-packages/a.ipynb',
        'x/__pycache__/a.ipynb',
        `${'d/'.repeat(13)}a.ipynb`,
      ])
        await write(path, path)
      await write('why?.ipynb', 'x')
      const { found, problems } = await files.list()
      expect(found.map(({ path }) => path)).toEqual(['x/a.ipynb', 'x/b.ipynb'])
      expect(problems).toEqual([
        { path: 'why?.ipynb', reason: 'its name has a ?, which other systems forbid' },
      ])
    })

    test('creates no folder below a file', async () => {
      const { files } = current.home
      const below = notebook('notes.txt/a.ipynb')
      await current.under.write('notes.txt', 'x')
      await files.replace(a, 'one', null)
      await expect(files.replace(below, 'x', null)).rejects.toThrow(OutsideFolder)
      await expect(files.move(a, below)).rejects.toThrow(OutsideFolder)
      expect(text(await files.read(a))).toBe('one')
    })

    test('reports each change by another program until the watch ends', async () => {
      const { files } = current.home
      const { write, remove } = current.under
      let told = 0
      let others = 0
      const end = files.watch(a, () => told++)
      const endOther = files.watch(notebook('b.ipynb'), () => others++)
      const after = async (change: () => Promise<unknown>): Promise<void> => {
        const before = told
        await change()
        await expect.poll(() => told, soon).toBeGreaterThan(before)
      }
      await after(() => write('b.ipynb', 'x').then(() => write(a, 'one')))
      await after(() => write(a, 'two'))
      await after(() => remove(a))
      end()
      const [before, others1] = [told, others]
      await write(a, 'three')
      await write('b.ipynb', 'y')
      await expect.poll(() => others, soon).toBeGreaterThan(others1)
      endOther()
      expect(told).toBe(before)
    })
  })
