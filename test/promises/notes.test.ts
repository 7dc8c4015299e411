// A note renders as in Jupyter: formulas with macros of other notes, HTML, and images of the folder.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { App } from '../support/app.ts'
import { soon } from '../support/soon.ts'

const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const note = (id: string, source: string): unknown => ({ cell_type: 'markdown', id, metadata: {}, source })

test('formulas, HTML, images of the folder and collapsed outputs are shown as in JupyterLab', async () => {
  const cells = [
    note(
      'a',
      '$\\newcommand{\\half}{\\frac12}$\n\n<div class="alert alert-info">**kept** &amp; <kbd>x</kbd></div>',
    ),
    note('b', '| $P(A|B)$ |\n|---|\n| $\\half$ |\n\n![there](pics/dot.png) ![gone](pics/none.png)'),
    {
      cell_type: 'code',
      id: 'c',
      metadata: { collapsed: true, jupyter: { outputs_hidden: true } },
      source: '1',
      execution_count: 1,
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'out\n' }],
    },
    {
      cell_type: 'code',
      id: 'd',
      metadata: {},
      source: '2',
      execution_count: 2,
      outputs: [
        { output_type: 'display_data', metadata: {}, data: { 'text/html': '<img src="pics/dot.png">$x^2$' } },
      ],
    },
  ]
  const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 })
  const app = await App.start({ 'sub/notes.ipynb': text, 'sub/pics/dot.png': 'none yet' })
  onTestFinished(() => app.close())
  await writeFile(join(app.folder, 'sub/pics/dot.png'), dot)
  const ana = await app.writer('sub/notes.ipynb')
  await ana.until('sync', 'saved')
  await ana.cell(1).locator('.alert kbd').waitFor()
  await ana.cell(2).locator('td mjx-container mfrac').waitFor({ state: 'attached' })
  const picture = ana.cell(2).getByRole('img', { name: 'there' })
  await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth), soon).toBe(1)
  expect(await ana.cell(2).locator('.nb-missing-image').innerText()).toBe(
    'gone · pics/none.png: file not found',
  )
  expect(await ana.output(3).count()).toBe(0)
  await ana.cell(3).getByRole('button', { name: 'Output collapsed: expand output' }).click()
  await ana.output(3).getByText('out').waitFor()
  const shown = ana.output(4).frameLocator('iframe')
  await shown.locator('mjx-container').waitFor({ state: 'attached' })
  const drawn = shown.locator('img')
  await expect.poll(() => drawn.evaluate((img) => (img as HTMLImageElement).naturalWidth), soon).toBe(1)
  await ana.context.close()
})

test('a task is ticked in place and undone, Tab goes through a table, and spelling is checked', async () => {
  const tasks = '# Tasks\n\n- [ ] one\n- [x] two'
  const text = JSON.stringify({
    cells: [note('a', tasks), note('b', '|a|b|\n|-|-|\n|1|2|')],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  })
  const app = await App.start({ 'n.ipynb': text })
  onTestFinished(() => app.close())
  const ana = await app.writer('n.ipynb')
  await ana.until('sync', 'saved')
  const box = (name: string) => ana.cell(1).getByRole('checkbox', { name, exact: true })
  const sourceInFile = async (at: number): Promise<string> => {
    const { cells } = JSON.parse(await app.file('n.ipynb')) as { cells: { source: string | string[] }[] }
    const source = cells[at]?.source ?? ''
    return typeof source === 'string' ? source : source.join('')
  }
  await box('one').click()
  await expect.poll(() => box('one').isChecked(), soon).toBe(true)
  await expect.poll(() => sourceInFile(0), soon).toBe(tasks.replace('[ ]', '[x]'))
  await ana.page.keyboard.press('Control+z')
  await expect.poll(() => box('one').isChecked(), soon).toBe(false)
  await expect.poll(() => sourceInFile(0), soon).toBe(tasks)

  await ana.cell(2).locator('nb-markdown').dblclick()
  const source = ana.cell(2).locator('.cm-content:focus')
  await source.waitFor()
  expect(await source.getAttribute('spellcheck')).toBe('true')
  await ana.page.keyboard.press('Control+Home')
  for (const word of ['', '', '', '3', '4']) {
    await ana.page.keyboard.press('Tab')
    await ana.page.keyboard.type(word)
  }
  await expect
    .poll(() => sourceInFile(1), soon)
    .toBe('| a   | b   |\n| --- | --- |\n| 1   | 2   |\n| 3   | 4    |')
  expect(ana.complaints).toEqual([])
})

test('an image from another server is loaded when it is asked for, and again after a reload', async () => {
  const remote = 'https://pics.example'
  const cells = [
    note('a', `![one](${remote}/1.png) and [![two](${remote}/2.png)](https://example.org)`),
    note('b', `![three](http://pics.example/3.png) <img src="https://other.example/4.png" width="40">`),
    {
      cell_type: 'markdown',
      id: 'c',
      metadata: { solveit_ai: true },
      source: `Hello\n\n##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->\n\n![five](${remote}/5.png?secret)`,
    },
  ]
  const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 })
  const app = await App.start({ 'a.ipynb': text })
  onTestFinished(() => app.close())
  const ana = await app.opened()
  const asked: string[] = []
  await ana.context.route(/^https:/, async (route) => {
    asked.push(route.request().url())
    await route.fulfill({ contentType: 'image/png', body: dot })
  })
  const chip = (name: string) => ana.page.getByRole('button', { name: new RegExp(`^${name} ·`) })
  const shown = (name: string) => ana.page.frameLocator(`iframe[title="${name}"]`).getByRole('img')
  const isLoaded = (name: string): Promise<void> =>
    expect
      .poll(() => shown(name).evaluate((img) => (img as HTMLImageElement).naturalWidth), soon)
      .toBe(1)
      .then(() => undefined)
  await chip('five').waitFor()
  await chip('one').click()
  await chip('one').getByText(`${remote}/1.png`).waitFor()
  expect(asked).toEqual([])
  await ana.page.getByRole('button', { name: 'Load all 3 from pics.example', exact: true }).click()
  for (const name of ['one', 'two', 'three']) await isLoaded(name)
  expect(asked.toSorted()).toEqual([`${remote}/1.png`, `${remote}/2.png`, `${remote}/3.png`])
  // Moved, it is loaded anew.
  await ana.cell(1).getByRole('button', { name: 'Move cell down', exact: true }).press('Enter')
  await isLoaded('one')

  await ana.page.reload()
  for (const name of ['one', 'two', 'three']) await isLoaded(name)
  // The model's image is loaded only by itself: its address may say something.
  await chip('five').click()
  expect(await ana.page.getByRole('button', { name: /^Load all/ }).count()).toBe(0)
  await ana.page.getByRole('button', { name: 'Load', exact: true }).click()
  await isLoaded('five')
  await chip('Image').waitFor()
  expect(asked.some((url) => url.includes('other.example'))).toBe(false)
  expect(ana.complaints).toEqual([])
})

test('links lead to the second of two headings, formulas of headings are drawn in the outline, and a double click beside a note edits it', async () => {
  const app = await App.start({
    'a.ipynb': JSON.stringify({
      cells: [
        note('a', '# Dup\n\n[second](#Dup-1) [own](#Own-1)'),
        note('b', '# The mean $\\bar x_1$'),
        note('e', 'One line.'),
        note('c', `${'text\n\n'.repeat(60)}\n\n# Dup`),
        note('d', `${'text\n\n'.repeat(60)}\n\n# Own 1`),
      ],
      metadata: {},
      nbformat: 4,
      nbformat_minor: 5,
    }),
  })
  onTestFinished(() => app.close())
  const ana = await app.opened()
  await ana.cell(1).getByRole('link', { name: 'second' }).click()
  const second = ana.cell(4).getByRole('heading', { name: 'Dup' })
  const isInView = (): Promise<boolean> =>
    second.evaluate((heading) => {
      const { top, bottom } = heading.getBoundingClientRect()
      return top >= 0 && bottom <= innerHeight
    })
  await expect.poll(isInView, soon).toBe(true)

  await ana.page.evaluate(() => scrollTo(0, 0))
  await ana.panel('Outline')
  const mean = ana.page.locator('nb-outline').getByRole('button', { name: 'The mean $\\bar x_1$' })
  await mean.locator('mjx-container').waitFor({ state: 'attached' })
  await ana.panel('Outline')

  // Where the buttons beside it are higher than its line.
  await ana.cell(3).locator('.nb-body').dispatchEvent('dblclick')
  await ana.cell(3).locator('.cm-content:focus').waitFor()
  expect(ana.complaints).toEqual([])
})
