// What a stock client may write into a notebook without being refused: others and the file are not affected.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as Y from 'yjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { maxDepth, nesting } from '../../../shared/notebook/leaf.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { readSources, sourceAt } from '../../support/sources.ts'
import { soon } from '../../support/soon.ts'

let relay: TestRelay
beforeEach(async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, { times: { quiet: 20 } })
})
afterEach(() => relay.stop())

const cellAt = ({ doc }: WebsocketProvider, index: number): Y.Map<unknown> => {
  const cell = doc.getMap<Y.Map<unknown>>('cells').get(`cell-${index}`)
  if (cell === undefined) throw new Error('no such cell')
  return cell
}
const nested = (depth: number): unknown => {
  let value: unknown = 'inside'
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}
const get = async (): Promise<string> => {
  const answer = await relay.request('/api/notebooks/a.ipynb')
  expect(answer.status).toBe(200)
  return answer.text()
}

test('values that a file cannot have are replaced by a message in it, and it stays readable', async () => {
  const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  const meta = cellAt(ana, 0).get('meta') as Y.Map<unknown>
  ana.doc.transact(() => {
    meta.set('deep', nested(4_000))
    meta.set('fits', nested(300))
    meta.set('big', 2n ** 60n)
    meta.set('nothing', undefined)
    meta.set('nan', [NaN, -Infinity])
    meta.set('bytes', new Uint8Array(3))
    meta.set('type', new Y.Map([['a', new Y.Array()]]))
    meta.set('raw', { $json: '['.repeat(5_000) + ']'.repeat(5_000) })
    ana.doc.getMap('nbmeta').set('deep', nested(2_000))
    cellAt(ana, 1).set('extra', { unknown: { deep: nested(990) } })
  })
  await expect.poll(async () => relay.file('a.ipynb'), soon).toContain('"fits"')
  const text = await relay.file('a.ipynb')
  expect(await get()).toBe(text)
  expect(nesting(text)).toBe(maxDepth)
  expect(text).toContain('1152921504606846976')
  expect(text).toContain('[left out: 3 bytes]')
  expect(text.match(/\[left out: nested more than 992 deep\]/g)?.length).toBeGreaterThanOrEqual(3)
  const read = parseNotebook(text)
  expect(read.ok && read.notebook.cells[0]?.meta['fits']).toEqual(nested(300))
  expect(read.ok && read.notebook.cells[0]?.meta).toMatchObject({ nothing: null, type: { a: [] } })
  // Outside edits and Ben's still arrive.
  await writeFile(join(relay.folder, 'a.ipynb'), text.replace('"two"', '"two, outside"'))
  await expect.poll(() => readSources(ben.doc), soon).toEqual(['one', 'two, outside'])
  sourceAt(ben.doc, 0).insert(3, '!')
  await expect.poll(() => relay.file('a.ipynb'), soon).toContain('one!')
})

test('anything but text in a source is removed before others see it', async () => {
  const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  const seen: unknown[] = []
  sourceAt(ben.doc, 0).observe(({ delta }) => seen.push(...delta))
  const text = sourceAt(ana.doc, 0)
  text.insertEmbed(1, { image: 'x' })
  text.insert(4, '!', { bold: true })
  await expect.poll(() => readSources(ben.doc), soon).toEqual(['one!', 'two'])
  await expect.poll(() => text.toDelta() as unknown, soon).toEqual([{ insert: 'one!' }])
  expect(seen.every((part) => typeof (part as { insert?: unknown }).insert !== 'object')).toBe(true)
  expect(sourceAt(ben.doc, 0).length).toBe(4)
})

test('a source replaced by another value is restored, in the document, the file and over HTTP', async () => {
  const [ana, ben] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  sourceAt(ana.doc, 0).insert(3, ' more')
  cellAt(ana, 0).set('source', 7)
  await expect.poll(() => readSources(ben.doc), soon).toEqual(['one more', 'two'])
  expect(await get()).toContain('one more')
  await expect.poll(() => relay.file('a.ipynb'), soon).toContain('one more')
  expect(cellAt(ben, 0).get('mark')).toEqual({ why: 'mended', theirs: null })
})
