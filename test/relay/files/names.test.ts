import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { parsePath } from '../../../relay/files/path.ts'
import { notebookText, TestRelay, relayPresenceOf } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { readSources, sourceAt } from '../../support/sources.ts'

let relay: TestRelay | null = null
afterEach(async () => {
  await relay?.stop()
  relay = null
})

const quick = { times: { quiet: 50, atMost: 200 } }
const closeCode = (provider: WebsocketProvider): Promise<{ code: number; reason: string }> =>
  new Promise((resolve) => provider.once('closed', resolve))

describe('parsePath', () => {
  test.each(['a.ipynb', 'sub/ü b.ipynb', 'a.b/c..d.ipynb', '笔记.ipynb'])('accepts %s', (text) => {
    expect(parsePath(text)).toBe(text)
  })
  test.each([
    '',
    'a',
    '.ipynb',
    'sub/.ipynb',
    '/a.ipynb',
    'a//b.ipynb',
    '../a.ipynb',
    'a/../b.ipynb',
    './a.ipynb',
    '.hidden/a.ipynb',
    'a\\b.ipynb',
    'a\0.ipynb',
    'a\n.ipynb',
    'C:/a.ipynb',
    ' a.ipynb',
    `${'x'.repeat(250)}.ipynb`,
    `${'abc/'.repeat(300)}a.ipynb`,
    'a\ud800.ipynb',
    'a.ipynb/',
  ])('refuses %j', (text) => {
    expect(parsePath(text)).toBeNull()
  })
})

describe('renaming a notebook', () => {
  test('closes its pages, open or later ones, with 4410 and the new path, and loses nothing', async () => {
    const here = (relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }, quick))
    const ana = await here.synced('a.ipynb')
    const closed = closeCode(ana)
    sourceAt(ana.doc, 0).insert(0, 'typed ')
    const answer = await here.request('/api/notebooks/a.ipynb', 'PATCH', { path: 'sub/b.ipynb' })
    expect(answer.status).toBe(200)
    expect(await closed).toEqual({ code: 4410, reason: 'sub/b.ipynb' })
    expect(await here.socket('a.ipynb').closed).toEqual({ code: 4410, reason: 'sub/b.ipynb' })
    const ben = await here.synced('sub/b.ipynb')
    expect(readSources(ben.doc)).toEqual(['typed x'])
    await expect.poll(() => here.file('sub/b.ipynb'), soon).toContain('typed x')
    expect(await readdir(here.folder)).toEqual(['.llm-notebook', 'sub'])
    expect((await here.request('/api/notebooks/a.ipynb')).headers.get('location')).toBe(
      '/api/notebooks/sub/b.ipynb',
    )
  })

  test('is refused if the new name is taken or outside the folder', async () => {
    const here = (relay = await TestRelay.start({
      'a.ipynb': notebookText('x'),
      'b.ipynb': notebookText('y'),
    }))
    const rename = async (to: string) =>
      (await here.request('/api/notebooks/a.ipynb', 'PATCH', { path: to })).status
    expect(await rename('b.ipynb')).toBe(409)
    expect(await rename('../b.ipynb')).toBe(400)
    expect(await rename('.llm-notebook/x.ipynb')).toBe(400)
    expect((await here.request('/api/notebooks/none.ipynb', 'PATCH', { path: 'c.ipynb' })).status).toBe(404)
    expect(await here.file('b.ipynb')).toBe(notebookText('y'))
  })

  test('frees the old name for another notebook', async () => {
    const here = (relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }))
    await here.synced('a.ipynb')
    await here.request('/api/notebooks/a.ipynb', 'PATCH', { path: 'b.ipynb' })
    expect((await here.request('/api/notebooks', 'POST', { path: 'a' })).status).toBe(201)
    expect(readSources((await here.synced('a.ipynb')).doc).join('')).toBe('')
    expect(readSources((await here.synced('b.ipynb')).doc)).toEqual(['x'])
  })
})

describe('deleting a notebook', () => {
  test('moves it to the bin, tells open pages, keeps logging their edits, and can be undone', async () => {
    const here = (relay = await TestRelay.start({ 'sub.ipynb': notebookText('x') }, quick))
    const ana = await here.synced('sub.ipynb')
    await expect.poll(() => relayPresenceOf(ana)?.file.status, soon).toBe('written')
    expect((await here.request('/api/notebooks/sub.ipynb', 'DELETE')).status).toBe(204)
    await expect.poll(() => relayPresenceOf(ana)?.bin, soon).toBe(true)
    expect(await here.socket('sub.ipynb').closed).toEqual({ code: 4404, reason: 'in the bin' })
    sourceAt(ana.doc, 0).insert(0, 'still here ')
    expect(await (await here.request('/api/notebooks')).json()).toEqual([])
    const answer = await here.request('/api/notebooks/sub.ipynb', 'PATCH', { path: 'sub.ipynb' })
    expect(answer.status).toBe(200)
    await expect.poll(() => relayPresenceOf(ana)?.bin, soon).toBeUndefined()
    await expect.poll(() => here.file('sub.ipynb'), soon).toContain('still here x')
    expect(readSources((await here.synced('sub.ipynb')).doc)).toEqual(['still here x'])
  })

  test('lets a page that stores it find it in the bin by its epoch, also after a restart', async () => {
    const here = (relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }, quick))
    const first = here.socket('a.ipynb')
    await expect.poll(() => first.messages.length, soon).toBeGreaterThan(1)
    const epoch = Buffer.from(first.messages[0]?.subarray(2) ?? []).toString()
    await here.request('/api/notebooks/a.ipynb', 'DELETE')
    await here.restart(quick)
    const ana = await here.synced('a.ipynb', { epoch })
    await expect.poll(() => relayPresenceOf(ana)?.bin, soon).toBe(true)
    expect(readSources(ana.doc)).toEqual(['x'])
  })

  test('can be undone if it was never opened, and answers 404 if it does not exist', async () => {
    const here = (relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }))
    expect((await here.request('/api/notebooks/a.ipynb', 'DELETE')).status).toBe(204)
    expect((await here.request('/api/notebooks/a.ipynb', 'DELETE')).status).toBe(404)
    expect((await here.request('/api/notebooks/a.ipynb', 'PATCH', { path: 'b.ipynb' })).status).toBe(200)
    expect(await here.file('b.ipynb')).toBe(notebookText('x'))
  })

  test('frees its name, and pages of the old one are told apart by their epoch', async () => {
    const here = (relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }, quick))
    const ana = await here.synced('a.ipynb')
    await here.request('/api/notebooks/a.ipynb', 'DELETE')
    await here.request('/api/notebooks', 'POST', { path: 'a.ipynb' })
    sourceAt(ana.doc, 0).insert(0, 'typed')
    await expect.poll(() => relayPresenceOf(ana)?.bin, soon).toBe(true)
    const ben = await here.synced('a.ipynb')
    expect(readSources(ben.doc).join('')).toBe('')
    expect(await here.file('a.ipynb')).not.toContain('typed')
  })
})

describe('a copied file', () => {
  test('is another document, although its cells have the same ids', async () => {
    const here = (relay = await TestRelay.start({ 'a.ipynb': notebookText('x') }, quick))
    const ana = await here.synced('a.ipynb')
    await writeFile(join(here.folder, 'copy.ipynb'), await here.file('a.ipynb'))
    const copy = await here.synced('copy.ipynb')
    sourceAt(copy.doc, 0).insert(0, 'other ')
    await expect.poll(() => here.file('copy.ipynb'), soon).toContain('other x')
    expect(readSources(ana.doc)).toEqual(['x'])
  })
})
