// Finding, creating, renaming and deleting notebooks, also while others have them open.
import { access, readFile, readdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

const broken = '{"cells": [ this is no JSON'
const hard = '100% sûr/mit Leerzeichen & Ümläut #1 – 日本.ipynb'

let app: App
let ana: Person
beforeAll(async () => {
  app = await App.start({
    'broken.ipynb': broken,
    'no notebook.ipynb': '[1, 2]',
    'plain.ipynb': notebookFile(['code', 'plain = 1']),
    [hard]: notebookFile(['code', 'hard = 1']),
    'readme.txt': 'not listed',
  })
  ana = await app.writer('')
})
afterAll(() => app.close())

const list = (person: Person): Locator =>
  person.page.locator('.nb-tree li:has(> .nb-tree-row > :is(a, .nb-broken), > form)')
const names = async (person: Person): Promise<string[]> =>
  list(person).evaluateAll((rows) =>
    rows.map((row) => {
      const path = row.querySelector<HTMLElement>('[data-path]')?.dataset['path']
      return (path ?? row.querySelector('input')?.ariaLabel ?? '').replace(/\.ipynb$/, '')
    }),
  )
const listed = (person: Person, ...expected: string[]): Promise<void> =>
  expect.poll(() => names(person), soon).toEqual(expected)
const exists = (path: string): Promise<boolean> =>
  access(join(app.folder, path)).then(
    () => true,
    () => false,
  )
const title = (person: Person): Promise<string> => person.page.locator('h1').innerText()
/** Simulates the page regaining the focus, and waits until it has requested the list. */
const readAnew = async ({ page }: Person): Promise<void> => {
  const read = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/notebooks')
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await read
}
const opened = (person: Person, ...sources: string[]): Promise<void> =>
  expect.poll(() => shownSources(person), soon).toEqual(sources)
const address = (person: Person): string => decodeURIComponent(new URL(person.page.url()).pathname)

describe('the list of notebooks', () => {
  test('shows every notebook, folders included, and why one cannot be opened', async () => {
    await listed(ana, '100% sûr/mit Leerzeichen & Ümläut #1 – 日本', 'broken', 'no notebook', 'plain')
    const row = list(ana).filter({ hasText: 'broken' })
    expect(await row.locator('small').innerText()).not.toBe('')
    expect(await row.getByRole('link').count()).toBe(0)
    // Its link says so too, and its bytes stay.
    const ben = await app.writer('broken.ipynb')
    await ben.page.getByRole('alert').waitFor()
    expect(await ben.page.getByRole('alert').innerText()).toMatch(/cannot be read: line 1/)
    // Nothing of it is shown, or on its way to the file.
    expect(await ben.page.locator('nb-status, nb-cell').count()).toBe(0)
    expect(await app.file('broken.ipynb')).toBe(broken)
    expect(ben.complaints).toEqual([])
    await ben.context.close()
  })

  test('creates a notebook, and its folder if necessary, and opens it', async () => {
    await ana.page.getByLabel('Name of the new notebook').fill('new folder/first try')
    await ana.button('New notebook').click()
    await expect.poll(() => address(ana), soon).toBe('/notebook/new folder/first try.ipynb')
    await expect.poll(() => title(ana), soon).toBe('new folder / first try')
    await ana.page.locator('nb-insert').getByRole('button', { name: 'Add code cell' }).first().click()
    await ana.page.keyboard.type('made = True')
    await expect.poll(() => app.file('new folder/first try.ipynb'), soon).toContain('made = True')
    await ana.page.getByRole('link', { name: 'All notebooks' }).click()
    await expect.poll(() => names(ana), soon).toContain('new folder/first try')
  })

  test('says why a name is refused', async () => {
    for (const [name, reason] of [
      ['plain', /exists/],
      ['../outside', /inside the folder/],
    ] as const) {
      await ana.page.getByLabel('Name of the new notebook').fill(name)
      await ana.button('New notebook').click()
      await expect.poll(() => ana.page.getByRole('alert').innerText(), soon).toMatch(reason)
    }
    expect(address(ana)).toBe('/')
  })

  test('opens a notebook by a click, and the browser’s Back and Forward work', async () => {
    await ana.page.getByRole('link', { name: 'plain', exact: true }).click()
    await opened(ana, 'plain = 1')
    await ana.page.goBack()
    await expect.poll(() => names(ana), soon).toContain('plain')
    await ana.page.goForward()
    await opened(ana, 'plain = 1')
    await ana.page.getByRole('link', { name: 'All notebooks' }).click()
  })

  test('has links with spaces, percent signs and other scripts, which anyone can open', async () => {
    await ana.page.getByRole('link', { name: 'Leerzeichen' }).click()
    await opened(ana, 'hard = 1')
    const ben = await app.writer('')
    await ben.page.goto(ana.page.url())
    await opened(ben, 'hard = 1')
    await expect.poll(() => title(ben), soon).toBe('100% sûr / mit Leerzeichen & Ümläut #1 – 日本')
    await ben.type(1, '1')
    await opened(ana, 'hard = 11')
    expect(ben.complaints).toEqual([])
    await ben.context.close()
    await ana.page.getByRole('link', { name: 'All notebooks' }).click()
  })

  test('renames and deletes notebooks', async () => {
    await ana.button('Rename plain.ipynb').click()
    const field = ana.page.getByLabel('New name of plain.ipynb')
    await expect.poll(() => field.evaluate((input) => input === document.activeElement), soon).toBe(true)
    await field.fill('moved/plain 2')
    await field.press('Enter')
    await expect.poll(() => names(ana), soon).toContain('moved/plain 2')
    expect([await exists('plain.ipynb'), await exists('moved/plain 2.ipynb')]).toEqual([false, true])

    await ana.button('Delete moved/plain 2.ipynb').click()
    await ana.button('Cancel').click()
    expect(await names(ana)).toContain('moved/plain 2')
    await ana.button('Delete moved/plain 2.ipynb').click()
    await ana.button('Delete').click()
    await expect.poll(() => names(ana), soon).not.toContain('moved/plain 2')
    const bin = await readdir(join(app.folder, '.llm-notebook', 'bin'), { recursive: true })
    expect(bin.filter((name) => name.endsWith('plain 2.ipynb'))).toHaveLength(1)
  })

  test('can undo a deletion, restores from the bin, also if the name is taken, and empties the bin', async () => {
    const bin = ana.page.getByRole('region', { name: 'Deleted notebooks' })
    const undo = ana.button('Undo')
    await ana.page.getByText('moved/plain 2.ipynb was moved to the bin').waitFor()
    await expect.poll(() => undo.evaluate((button) => button === document.activeElement), soon).toBe(true)
    await undo.click()
    await ana.page.getByText('moved/plain 2.ipynb was restored').waitFor()
    await expect.poll(() => names(ana), soon).toContain('moved/plain 2')
    await expect.poll(() => bin.count(), soon).toBe(0)

    await ana.button('Delete moved/plain 2.ipynb').click()
    await ana.button('Delete').click()
    await bin.getByText('moved/plain 2').waitFor()
    await app.create('moved/plain 2.ipynb', notebookFile(['code', 'another = 1']))
    await ana.button('Restore moved/plain 2.ipynb').click()
    await ana.page.getByText('was restored as moved/plain 2 (restored).ipynb').waitFor()
    await expect.poll(() => names(ana), soon).toContain('moved/plain 2 (restored)')
    expect(await app.file('moved/plain 2 (restored).ipynb')).toContain('plain = 1')
    expect(await app.file('moved/plain 2.ipynb')).toContain('another = 1')

    for (const name of ['moved/plain 2.ipynb', 'moved/plain 2 (restored).ipynb']) {
      await ana.button(`Delete ${name}`).click()
      await ana.button('Delete').click()
      await ana.button(`Restore ${name}`).waitFor()
    }
    await ana.button('Empty the bin').click()
    await ana.button('Cancel').click()
    await expect.poll(() => bin.getByRole('listitem').count(), soon).toBe(2)
    await ana.button('Empty the bin').click()
    await ana.button('Delete permanently').click()
    await ana.page.getByText('The bin is empty').waitFor()
    await expect.poll(() => bin.count(), soon).toBe(0)
    expect(await readdir(join(app.folder, '.llm-notebook', 'bin'))).toEqual([])
    await ana.button('Close').click()
    await expect.poll(() => ana.page.getByText('The bin is empty').count(), soon).toBe(0)
  })

  test('keeps a refusal and the typed name until dismissed, and updates without disturbing the typing', async () => {
    await ana.button('Rename broken.ipynb').click()
    const field = ana.page.getByLabel('New name of broken.ipynb')
    await field.fill('no notebook')
    await field.press('Enter')
    const alert = ana.page.getByRole('alert')
    await expect.poll(() => alert.innerText(), soon).toMatch(/could not be renamed: .*exists/)
    // Others create and delete notebooks, and the list is loaded again.
    await app.create('a first one.ipynb', notebookFile(['code', '']))
    await field.focus()
    await field.press('End')
    await ana.page.keyboard.type(' bett')
    await ana.page.evaluate(() => window.dispatchEvent(new Event('focus')))
    await expect.poll(() => names(ana), soon).toContain('a first one')
    await ana.page.keyboard.type('er')
    expect(await field.inputValue()).toBe('no notebook better')
    expect(await alert.innerText()).toMatch(/exists/)
    // The notebook disappears: the field stays, and a message says why it cannot be renamed.
    const away = join(app.folder, '..', `${app.folder.split('/').at(-1) ?? ''} broken.ipynb`)
    await rename(join(app.folder, 'broken.ipynb'), away)
    await field.press('Enter')
    await expect.poll(() => alert.innerText(), soon).toMatch(/broken.ipynb does not exist/)
    await readAnew(ana)
    await rename(away, join(app.folder, 'broken.ipynb'))
    await readAnew(ana)
    expect(await field.inputValue()).toBe('no notebook better')
    await field.press('Escape')
    await expect.poll(() => field.count(), soon).toBe(0)
    const pencil = ana.button('Rename broken.ipynb')
    await expect.poll(() => pencil.evaluate((button) => button === document.activeElement), soon).toBe(true)
    await alert.getByRole('button', { name: 'Close' }).click()
    await expect.poll(() => alert.count(), soon).toBe(0)
    await fetch(`${app.origin}/api/notebooks/a%20first%20one.ipynb`, { method: 'DELETE' })
  })
})

test('without the relay the list has what this browser stores, and all notebooks after reconnecting', async () => {
  await app.create('kept here.ipynb', notebookFile(['code', 'kept = 1']))
  const ben = await app.writer('kept here.ipynb')
  await opened(ben, 'kept = 1')
  await ben.until('sync', 'saved')
  // The list's script loads after the notebook.
  await ben.page.waitForFunction(() => customElements.get('nb-notebook-list') !== undefined)
  await app.stopRelay()
  await ben.page.getByRole('link', { name: 'All notebooks' }).click()
  await ben.page.getByRole('status').filter({ hasText: 'cannot be reached' }).waitFor()
  await listed(ben, 'kept here')
  await ben.page.getByRole('link', { name: 'kept here' }).click()
  await opened(ben, 'kept = 1')
  await ben.page.getByRole('link', { name: 'All notebooks' }).click()
  await listed(ben, 'kept here')
  await app.startRelay()
  await expect.poll(() => names(ben), soon).toContain('broken')
  await expect.poll(() => ben.page.getByText('cannot be reached').count(), soon).toBe(0)
  expect(ben.complaints).toEqual([])
  await ben.context.close()
  await fetch(`${app.origin}/api/notebooks/kept%20here.ipynb`, { method: 'DELETE' })
})

describe('while other people have a notebook open', () => {
  test('renaming it changes their page’s URL and keeps their unsent edits', async () => {
    await app.create('here.ipynb', notebookFile(['code', 'here = 1']))
    const ben = await app.writer('here.ipynb')
    const carl = await app.writer('here.ipynb')
    await opened(ben, 'here = 1')
    await opened(carl, 'here = 1')
    await ben.until('sync', 'saved')
    // Ben types while offline, and reconnects after the rename.
    await ben.type(1, '0')
    await ben.until('sync', 'saved')
    await ben.context.setOffline(true)
    await ben.page.keyboard.type('9')
    await ben.page.locator('nb-status:is([data-sync="unsaved"], [data-sync="offline"])').waitFor()

    await ana.page.reload()
    await ana.button('Rename here.ipynb').click()
    await ana.page.getByLabel('New name of here.ipynb').fill('there/it is 50%')
    await ana.page.keyboard.press('Enter')
    await expect.poll(() => names(ana), soon).toContain('there/it is 50%')

    await expect.poll(() => address(carl), soon).toBe('/notebook/there/it is 50%.ipynb')
    await opened(carl, 'here = 10')
    await ben.context.setOffline(false)
    await expect.poll(() => address(ben), soon).toBe('/notebook/there/it is 50%.ipynb')
    await opened(ben, 'here = 109')
    await opened(carl, 'here = 109')
    await expect.poll(() => title(ben), soon).toBe('there / it is 50%')
    await ben.until('sync', 'saved')
    await ben.type(1, '!')
    await opened(carl, 'here = 109!')
    await expect.poll(() => app.file('there/it is 50%.ipynb'), soon).toContain('here = 109!')
    expect(await exists('here.ipynb')).toBe(false)
    // The name is longer than a close reason can be; a link with the first name still leads there.
    const long = `${'とても長い名前'.repeat(8)}.ipynb`
    await ana.button('Rename there/it is 50%.ipynb').click()
    await ana.page.getByLabel('New name of there/it is 50%.ipynb').fill(long)
    await ana.page.keyboard.press('Enter')
    for (const person of [ben, carl]) await expect.poll(() => address(person), soon).toBe(`/notebook/${long}`)
    await ben.page.keyboard.type('?')
    await opened(carl, 'here = 109!?')
    await carl.page.goto(`${app.origin}/notebook/here.ipynb`)
    await expect.poll(() => address(carl), soon).toBe(`/notebook/${long}`)
    await opened(carl, 'here = 109!?')
    expect([...ben.complaints, ...carl.complaints]).toEqual([])
    await ben.context.close()
    await carl.context.close()
  })

  test('deleting it shows "in the bin" on their page, editing goes on, and Restore brings it back', async () => {
    await app.create('kept.ipynb', notebookFile(['code', 'kept = 1']))
    const ben = await app.writer('kept.ipynb')
    const carl = await app.writer('kept.ipynb')
    await opened(ben, 'kept = 1')
    await opened(carl, 'kept = 1')
    await ana.page.reload()
    await ana.button('Delete kept.ipynb').click()
    await ana.button('Delete').click()
    for (const person of [ben, carl]) await person.page.getByText('is in the bin').first().waitFor()
    expect(await exists('kept.ipynb')).toBe(false)
    await ben.type(1, '23')
    await opened(carl, 'kept = 123')
    await ben.until('sync', 'saved')
    expect(await exists('kept.ipynb')).toBe(false)
    await carl.button('Restore it').click()
    for (const person of [ben, carl])
      await expect.poll(() => person.page.getByText('is in the bin').count(), soon).toBe(0)
    await expect.poll(() => exists('kept.ipynb'), soon).toBe(true)
    await expect.poll(() => app.file('kept.ipynb'), soon).toContain('kept = 123')
    await opened(ben, 'kept = 123')
    expect([...ben.complaints, ...carl.complaints]).toEqual([])
    await ben.context.close()
    await carl.context.close()
  })

  test('Restore puts it beside a new notebook of the same name, and the page follows', async () => {
    await app.create('twice.ipynb', notebookFile(['code', 'first = 1']))
    const ben = await app.writer('twice.ipynb')
    await opened(ben, 'first = 1')
    await fetch(`${app.origin}/api/notebooks/twice.ipynb`, { method: 'DELETE' })
    await app.create('twice.ipynb', notebookFile(['code', 'second = 2']))
    await ben.button('Restore it').click()
    await expect.poll(() => address(ben), soon).toBe('/notebook/twice (restored).ipynb')
    await opened(ben, 'first = 1')
    await ben.page.getByText('twice.ipynb is now another notebook').waitFor()
    expect(await app.file('twice.ipynb')).toContain('second = 2')
    expect(ben.complaints).toEqual([])
    await ben.context.close()
  })

  test('a link to a notebook in the bin says so and offers to restore it', async () => {
    await app.create('once.ipynb', notebookFile(['code', 'once = 1']))
    await ana.page.reload()
    await ana.button('Delete once.ipynb').click()
    await ana.button('Delete').click()
    await expect.poll(() => exists('once.ipynb'), soon).toBe(false)
    const ben = await app.writer('once.ipynb')
    await ben.page.getByRole('alert').filter({ hasText: 'in the bin' }).waitFor()
    await ben.button('Restore it').click()
    await opened(ben, 'once = 1')
    expect(await exists('once.ipynb')).toBe(true)
    await ben.page.goto(`${app.origin}/notebook/never%20was.ipynb`)
    await ben.page.getByRole('alert').filter({ hasText: 'no such notebook' }).waitFor()
    await ben.page.getByRole('alert').getByRole('link', { name: 'All notebooks' }).click()
    await expect.poll(() => names(ben), soon).toContain('once')
    await ben.context.close()
  })

  test('a link to a missing notebook shows only ways to create it or to go to the list', async () => {
    // A new name for each attempt, as an earlier one may have created it.
    const name = `never ${Date.now()}`
    const path = `folder/${name}.ipynb`
    const ben = await app.writer(path)
    const said = ben.page.getByRole('alert')
    await said.getByRole('heading', { name: 'There is no such notebook' }).waitFor()
    expect(await said.innerText()).toContain(path)
    const ofNotebooks = ben.page.locator('nb-status, nb-menus, .nb-edge, .nb-foot, nb-people')
    expect(await ofNotebooks.count()).toBe(0)
    // No key opens a panel.
    await ben.press('F1', 'Control+Shift+f', 'Control+f')
    expect(await ben.page.locator('nb-panel, nb-find').count()).toBe(0)
    await ben.button(`Create ${name}`).click()
    await ben.page.getByRole('heading', { name: 'An empty notebook' }).waitFor()
    await ben.page.locator('nb-insert').getByRole('button', { name: 'Add code cell' }).first().click()
    await ben.page.keyboard.type('made = 1')
    await expect.poll(() => app.file(path), soon).toContain('made = 1')
    expect(ben.complaints).toEqual([])
    await ben.context.close()
  })
})

test('a file added to the folder is listed when the page gets the focus again', async () => {
  await writeFile(join(app.folder, 'later.ipynb'), notebookFile(['code', 'later = 1']))
  await ana.page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await expect.poll(() => names(ana), soon).toContain('later')
  expect(await readFile(join(app.folder, 'no notebook.ipynb'), 'utf8')).toBe('[1, 2]')
  expect(await app.file('broken.ipynb')).toBe(broken)
  expect(ana.complaints).toEqual([])
})
