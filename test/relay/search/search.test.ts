// The relay's search: open documents as they are now, and files as other programs left them.
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Found } from '../../../shared/api/routes.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const search = async (query: string): Promise<readonly Found[]> => {
  const answer = await relay.request(`/api/search?q=${encodeURIComponent(query)}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { found: readonly Found[] }).found
}
const places = async (query: string): Promise<readonly string[]> =>
  (await search(query)).map(({ path, position }) => `${path} ${position}`)

const note = (id: string, source: string): unknown => ({ cell_type: 'markdown', id, metadata: {}, source })
const notes = (...sources: string[]): string =>
  JSON.stringify({
    cells: sources.map((source, i) => note(`n${i}`, source)),
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  })

test('search finds titles, paths and cells, with position and line', async () => {
  const long = `${'left '.repeat(60)}needle${' right'.repeat(60)}`
  relay = await TestRelay.start({
    'a.ipynb': notes('# Penguins of Ross\n\ntext', 'import pandas as pd\npd.read_csv("pénguins.csv")', long),
    'penguin walk.ipynb': notebookText('x = 1'),
    'broken.ipynb': '{"cells":',
  })
  const found = await places('PENGUIN')
  // Titles first.
  expect(found.slice(0, 2).sort()).toEqual(['a.ipynb 0', 'penguin walk.ipynb 0'])
  expect(found.slice(2)).toEqual(['a.ipynb 1', 'a.ipynb 2'])
  expect(await search('read_csv penguins')).toEqual([
    {
      path: 'a.ipynb',
      title: 'Penguins of Ross',
      position: 2,
      cell: 'n1',
      kind: 'note',
      snippet: 'pd.read_csv("pénguins.csv")',
      marks: [
        [3, 11],
        [13, 21],
      ],
    },
  ])
  const [needle] = await search('needle')
  const [from, to] = needle?.marks[0] ?? [0, 0]
  expect(needle?.snippet.slice(from, to)).toBe('needle')
  expect(needle?.snippet.length).toBeLessThan(210)
  expect(await places('broken')).toEqual(['broken.ipynb 0'])
  expect(await search('')).toEqual([])
  expect(await search('nowhere at all')).toEqual([])
  expect(await places('"pandas as"')).toEqual(['a.ipynb 2'])
})

test('search finds what was just typed or written by another program, and nothing that is gone', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two'), 'b.ipynb': notebookText('three') })
  const ana = await relay.synced('a.ipynb')
  expect(await places('zebra')).toEqual([])
  sourceAt(ana.doc, 1).insert(0, 'zebra ')
  await expect.poll(() => places('zebra'), soon).toEqual(['a.ipynb 2'])
  // It is not in the file yet.
  await writeFile(join(relay.folder, 'b.ipynb'), notebookText('three zebras'))
  expect((await places('zebra')).toSorted()).toEqual(['a.ipynb 2', 'b.ipynb 1'])
  sourceAt(ana.doc, 1).delete(0, 6)
  await expect.poll(() => places('zebra'), soon).toEqual(['b.ipynb 1'])
  expect((await relay.request('/api/notebooks/b.ipynb', 'PATCH', { path: 'sub/c.ipynb' })).status).toBe(200)
  expect(await places('zebra')).toEqual(['sub/c.ipynb 1'])
  await rename(join(relay.folder, 'sub/c.ipynb'), join(relay.folder, 'd.ipynb'))
  expect(await places('zebra')).toEqual(['d.ipynb 1'])
  expect((await relay.request('/api/notebooks/d.ipynb', 'DELETE')).status).toBe(204)
  expect(await places('zebra')).toEqual([])
  sourceAt(ana.doc, 0).insert(0, 'quagga ')
  await expect.poll(() => places('quagga'), soon).toEqual(['a.ipynb 1'])
  await relay.request('/api/notebooks/a.ipynb', 'DELETE')
  expect(await places('quagga')).toEqual([])
})

test('a damaged or lost search index is rebuilt', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('zebra') })
  expect(await places('zebra')).toEqual(['a.ipynb 1'])
  const file = join(relay.folder, '.llm-notebook/search.sqlite')
  await relay.pause()
  await writeFile(file, 'this is no database, and long enough to be looked at '.repeat(100))
  await relay.resume()
  expect(await places('zebra')).toEqual(['a.ipynb 1'])
  await relay.pause()
  await rm(file)
  await relay.resume()
  expect(await places('zebra')).toEqual(['a.ipynb 1'])
  expect((await stat(file)).size).toBeGreaterThan(1000)
})

test('the relay knows which notebooks link to one', async () => {
  relay = await TestRelay.start({
    'a.ipynb': notes('# A', 'see [[b]] and `[[c]]`', 'x [[b]]'),
    'b.ipynb': notes('[myself](b.ipynb), [there](./a.ipynb#A), [out](https://example.org/b.ipynb)'),
    'code.ipynb': notebookText('[[b]]'),
  })
  await relay.request('/api/notebooks', 'POST', {
    path: 'sub/über uns.ipynb',
    content: notes('go [[../b|to b]] or [[c d]]'),
  })
  const links = async (path: string): Promise<readonly Found[]> =>
    (await (await relay.request(`/api/links/${path}`)).json()) as readonly Found[]
  expect((await links('b.ipynb')).map(({ path, position, snippet }) => [path, position, snippet])).toEqual([
    ['a.ipynb', 2, 'see [[b]] and `[[c]]`'],
    ['a.ipynb', 3, 'x [[b]]'],
    ['sub/über uns.ipynb', 1, 'go [[../b|to b]] or [[c d]]'],
  ])
  expect((await links('a.ipynb')).map(({ path }) => path)).toEqual(['b.ipynb'])
  expect((await links('sub/c%20d.ipynb')).map(({ path }) => path)).toEqual(['sub/über uns.ipynb'])
  expect(await links('c.ipynb')).toEqual([])
  const ana = await relay.synced('b.ipynb')
  sourceAt(ana.doc, 0).insert(0, '[[new]] ')
  await expect.poll(async () => (await links('new.ipynb')).map(({ path }) => path), soon).toEqual(['b.ipynb'])
})
