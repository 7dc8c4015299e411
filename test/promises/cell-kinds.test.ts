// Cells that nbformat does not know: SQL on the notebook's Python, an image from the model, and kinds of a
// newer version.
import Database from 'libsql'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { ImageServer } from '../support/image-server.ts'
import { modelSettings } from '../support/model-settings.ts'
import { notebookProblems } from '../support/nbformat.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})
const opened = (app: App): Promise<Person> => app.opened()
interface FileCell {
  readonly cell_type: string
  readonly metadata: object
  readonly outputs: readonly { readonly data?: Readonly<Record<string, unknown>> }[]
}
const written = async (app: App, person: Person): Promise<readonly FileCell[]> => {
  await person.until('sync', 'saved')
  await person.until('file', 'written')
  const text = await app.file('a.ipynb')
  expect(notebookProblems(text)).toEqual([])
  return (JSON.parse(text) as { cells: FileCell[] }).cells
}
/** Runs a new source in a cell. */
const runs = async (person: Person, position: number, source: string): Promise<void> => {
  await person.into(position)
  await person.page.keyboard.press('Control+a')
  await person.page.keyboard.insertText(source)
  await person.page.keyboard.press('Control+Enter')
}

test('SQL queries variables and database files; everyone sees its sortable result or the line of its error', async () => {
  const people = 'people = [{"name": "Ana", "age": 9}, {"name": "Ben", "age": 41}]'
  app = await App.start({
    'a.ipynb': notebookFile(['code', people], ['code', '[row["name"] for row in _sql]']),
  })
  const shop = new Database(join(app.folder, 'shop.db'))
  shop.exec("CREATE TABLE goods (name); INSERT INTO goods VALUES ('tea')")
  shop.close()
  const [ana, ben] = [await opened(app), await opened(app)]
  await ana.run(1)
  await ana.cell(1).hover()
  await ana.cell(1).getByRole('button', { name: 'Add SQL cell', exact: true }).click()
  await ana.cell(2).locator('.cm-content:focus').waitFor()
  await ana.page.keyboard.insertText('SELECT name, age\nFROM people\nORDER BY age DESC')
  await ana.page.keyboard.press('Control+Enter')
  const sql = ana.cell(2)
  await ana.cellIs(2, 'done')
  await expect.poll(() => sql.getAttribute('data-kind'), soon).toBe('sql')
  await expect.poll(() => ben.cell(2).getAttribute('aria-label'), soon).toBe('SQL cell 2')
  for (const person of [ana, ben]) {
    const frame = person.output(2).frameLocator('iframe')
    await expect.poll(() => frame.locator('td').allTextContents(), soon).toEqual(['Ben', '41', 'Ana', '9'])
    await frame.getByRole('button', { name: 'age', exact: true }).click()
    await expect.poll(() => frame.locator('td').allTextContents(), soon).toEqual(['Ana', '9', 'Ben', '41'])
    await expect
      .poll(() => person.source(2).locator('.tok-keyword').first().textContent(), soon)
      .toBe('SELECT')
  }
  await ana.run(3)
  await expect.poll(() => ben.output(3).textContent(), soon).toContain("['Ben', 'Ana']")

  await runs(ana, 2, 'SELECT name\nFROM people\nWHERE nme = 1')
  await ana.cellIs(2, 'error')
  for (const person of [ana, ben]) {
    await expect.poll(() => person.output(2).textContent(), soon).toContain('no such column: nme')
    await expect
      .poll(() => person.source(2).locator('.nb-error-line').allTextContents(), soon)
      .toEqual(['WHERE nme = 1'])
  }
  await runs(ana, 2, '-- db: shop.db\nSELECT name FROM goods')
  await sql.getByRole('button', { name: 'Allow', exact: true }).click()
  await expect
    .poll(() => ben.output(2).frameLocator('iframe').locator('td').allTextContents(), soon)
    .toEqual(['tea'])
  const [, cell] = await written(app, ana)
  expect(cell).toMatchObject({ cell_type: 'code', metadata: { language: 'sql', llm_notebook_type: 'sql' } })
  expect(cell?.outputs[0]?.data?.['text/plain']).toEqual(['name\n', 'tea\n', '1 row × 1 column'])
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('an image cell shows everyone the model’s picture or its error, can be stopped, and is in the file', async () => {
  const server = await ImageServer.open()
  onTestFinished(() => server.close())
  const apiKey = 'key-known-to-the-relay-alone'
  const baseUrl = `${server.origin}/v1`
  const model = modelSettings({ LLM_BASE_URL: baseUrl, LLM_API_KEY: apiKey, LLM_MODEL: 'm' })
  app = await App.start({ 'a.ipynb': notebookFile(['note', 'A note']) }, {}, { model })
  const [ana, ben] = [await opened(app), await opened(app)]
  await ana.cell(1).hover()
  await ana.cell(1).getByRole('button', { name: 'Add image cell', exact: true }).click()
  await ana.cell(2).locator('.cm-content:focus').waitFor()
  await ana.page.keyboard.insertText('a cat')
  await ana.page.keyboard.press('Control+Enter')
  await Promise.all([ana.cellIs(2, 'done'), ben.cellIs(2, 'done')])
  expect(await ben.cell(2).getAttribute('data-kind')).toBe('image')
  for (const person of [ana, ben]) {
    const picture = person.output(2).locator('img')
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), soon).toBe(128)
  }
  expect(server.requests[0]).toMatchObject({ authorization: `Bearer ${apiKey}`, body: { prompt: 'a cat' } })
  const [, cell] = await written(app, ana)
  expect(cell).toMatchObject({ cell_type: 'code', metadata: { llm_notebook_type: 'image' } })
  const base64 = server.png.toString('base64')
  expect(cell?.outputs[0]?.data?.['image/png']).toBe(base64)

  await runs(ana, 2, 'one that was refused')
  await Promise.all([ana.cellIs(2, 'error'), ben.cellIs(2, 'error')])
  await expect.poll(() => ben.output(2).textContent(), soon).toContain('rejected by the safety system')
  await runs(ana, 2, 'one that is silent')
  await ben.cellIs(2, 'running')
  await ben.cell(2).hover()
  await ben.cell(2).getByRole('button', { name: 'Stop cell' }).click()
  await Promise.all([ana.cellIs(2, 'interrupted'), ben.cellIs(2, 'interrupted'), server.dropped[2]])
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('an image cell without a model shows a mock picture, and a kind of a newer version is shown as raw and kept', async () => {
  const chart =
    '  {\n   "cell_type": "code",\n   "execution_count": 1,\n   "id": "c",\n   "metadata": {\n    "llm_notebook_type": "chart"\n   },\n   "outputs": [],\n   "source": [\n    "bar of x"\n   ]\n  }'
  const text = `{\n "cells": [\n${chart}\n ],\n "metadata": {},\n "nbformat": 4,\n "nbformat_minor": 5\n}\n`
  app = await App.start({ 'a.ipynb': text })
  const ana = await opened(app)
  await expect.poll(() => ana.cell(1).getAttribute('data-kind'), soon).toBe('raw')
  expect(await ana.text(1)).toBe('bar of x')
  expect(await ana.cell(1).getByRole('button', { name: 'Run cell' }).count()).toBe(0)
  await ana.cell(1).hover()
  await ana.cell(1).getByRole('button', { name: 'Add image cell', exact: true }).click()
  await ana.cell(2).locator('.cm-content:focus').waitFor()
  await ana.page.keyboard.insertText('a cat')
  await ana.page.keyboard.press('Control+Enter')
  await ana.cellIs(2, 'done')
  const drawn = ana.output(2).frameLocator('iframe').locator('svg')
  await expect
    .poll(() => drawn.textContent(), soon)
    .toMatch(/Mock picture\s+No model is configured\. This was asked for:\s+a cat/)
  await written(app, ana)
  expect(await readFile(join(app.folder, 'a.ipynb'), 'utf8')).toContain(`${chart},\n`)
  expect(ana.complaints).toEqual([])
})
