// What every home offers to the search: after any changes, the index finds what reading all notebooks would.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '../../relay/logging/logger.ts'
import { NotebookSearch } from '../../relay/search/notebook-search.ts'
import { SearchIndex } from '../../relay/search/search-index.ts'
import { Random } from '../support/random.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { describeWithHome, notebook, type HomeUnderTest } from './home.ts'

const words = [
  'read_csv',
  'DataFrame',
  'Ümläut',
  'straße',
  '日本語',
  'a"b',
  'x',
  '%',
  'ΟΔΟΣ',
  'İzmir',
  'été',
  'frame',
]
const paths = ['a.ipynb', 'b/a.ipynb', 'b/Übung.ipynb', 'c.ipynb', 'b/c/d.ipynb']

const plain = (text: string): string =>
  text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ς', 'σ')

export const describeSearch = (what: string, create: () => Promise<HomeUnderTest>): unknown =>
  describeWithHome(`search in ${what}`, create, (current) => {
    test('the index finds what a scan finds, after any changes and when reopened (random)', async () => {
      const folder = await newFolder()
      const file = join(folder, 'search.sqlite')
      const logger = createLogger('silent', 'text')
      let search = new NotebookSearch(current.home.files, await SearchIndex.open(file), logger)
      const random = new Random(14)
      const there = new Map<string, readonly string[]>()
      const text = (): string =>
        Array.from({ length: 1 + random.below(4) }, () => random.pick(words)).join(
          random.pick([' ', '', '\n']),
        )
      for (let turn = 0; turn < 60; turn++) {
        const path = random.pick(paths)
        if (random.chance(0.2) && there.delete(path)) await current.under.remove(path)
        else if (random.chance(0.2) && there.has(path) && !there.has('moved.ipynb')) {
          await current.home.files.move(notebook(path), notebook('moved.ipynb'))
          there.set('moved.ipynb', there.get(path) ?? [])
          there.delete(path)
        } else {
          const cells = Array.from({ length: random.below(5) }, text)
          await current.under.write(path, notebookText(...cells))
          there.set(path, cells)
        }
        if (random.chance(0.1)) {
          await search.close()
          search = new NotebookSearch(current.home.files, await SearchIndex.open(file), logger)
        }
        const wanted = [random.pick(words), ...(random.chance(0.3) ? [random.pick(words).slice(0, 2)] : [])]
        const isFound = (body: string): boolean =>
          wanted.every((word) => plain(body).includes(plain(word).replaceAll('"', '')))
        const scanned = [...there].flatMap(([path, cells]) => {
          const title = path.replace(/^.*\/|\.ipynb$/g, '')
          return [`${title}\n${path}`, ...cells].flatMap((body, position) =>
            isFound(body) ? [`${path} ${position}`] : [],
          )
        })
        const query = wanted.join(' ').replaceAll('"', '')
        const { found, complete } = await search.search(query)
        expect(complete).toBe(true)
        expect(found.map(({ path, position }) => `${path} ${position}`).sort(), query).toEqual(scanned.sort())
        const folded = wanted.map((word) => plain(word).replaceAll('"', ''))
        for (const { marks, snippet } of found)
          for (const [from, to] of marks)
            expect(folded.some((word) => plain(snippet.slice(from, to)).includes(word))).toBe(true)
      }
      await search.close()
      await rm(folder, { recursive: true })
    })
  })
