// An edit of the file by another program arrives like another person's: live, merged with what is typed,
// without loss.
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})
const started = async (...parts: Parameters<typeof App.start>): Promise<App> =>
  (app = await App.start(...parts))
const opened = async (app: App): Promise<Person> => {
  const person = await app.writer('a.ipynb')
  await person.until('sync', 'saved')
  await person.until('file', 'written')
  return person
}
const save = (app: App, text: string): Promise<void> => writeFile(join(app.folder, 'a.ipynb'), text)
const fileSays = async (app: App): Promise<string[]> =>
  (JSON.parse(await app.file('a.ipynb')) as { cells: { source: string | string[] }[] }).cells.map(
    ({ source }) => [source].flat().join(''),
  )

test('an edit of the file is merged while people type, and carets and undo are unaffected', async () => {
  const app = await started({ 'a.ipynb': notebookText('first = 1\nsecond = 2', 'other') })
  const [ana, ben] = [await opened(app), await opened(app)]
  await ana.into(1)
  await ana.page.keyboard.press('Control+Home')
  await ana.page.keyboard.type('# typed by ana ')
  await ben.type(2, ' by ben')
  // The other program saves the file as it had read it, with one line changed and one added.
  await save(app, notebookText('first = 1\nsecond = 22\nthird = 3', 'other', 'new cell'))
  const all = ['# typed by ana first = 1\nsecond = 22\nthird = 3', 'other by ben', 'new cell']
  for (const person of [ana, ben])
    await expect
      .poll(() => Promise.all([1, 2, 3].map((position) => person.text(position))), soon)
      .toEqual(all)
  // Her caret is where it was, after what she typed.
  await ana.page.keyboard.type('and on ')
  await expect.poll(() => ben.text(1), soon).toBe('# typed by ana and on first = 1\nsecond = 22\nthird = 3')
  await ana.until('sync', 'saved')
  await expect
    .poll(() => fileSays(app), soon)
    .toEqual(['# typed by ana and on first = 1\nsecond = 22\nthird = 3', 'other by ben', 'new cell'])
  await ana.until('file', 'written')
  // Her undo affects only her own edit.
  await ana.page.keyboard.press('Control+z')
  await expect.poll(() => ben.text(1), soon).toContain('second = 22')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('a line changed here and in the file marks the cell, until someone decides', async () => {
  // Her edit is on the relay but not in the file when the file is saved.
  const times = { quiet: 20_000, atMost: 60_000 }
  const app = await started({ 'a.ipynb': notebookText('x = 1') }, { times })
  const [ana, ben] = [await opened(app), await opened(app)]
  await ana.type(1, ' + ours')
  await ana.until('sync', 'saved')
  await save(app, notebookText('y = 1'))
  const marks = [ana, ben].map((person) => person.page.getByRole('status', { name: 'Changed in the file' }))
  for (const mark of marks) await mark.getByText('Both changes are in the text').waitFor()
  await expect.poll(() => ben.text(1), soon).toBe('y = 1 + ours')
  await marks[1]?.getByText('What the file said', { exact: true }).click()
  expect(await marks[1]?.locator('pre').textContent()).toBe('y = 1')
  await marks[1]?.getByRole('button', { name: 'Take what the file said' }).click()
  for (const mark of marks) await mark.waitFor({ state: 'detached' })
  await expect.poll(() => ana.text(1), soon).toBe('y = 1')
  await ben.page.keyboard.press('Escape')
  await ben.page.keyboard.press('Control+z')
  await expect.poll(() => ana.text(1), soon).toBe('y = 1 + ours')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('a cell deleted here that an older file still has stays deleted, until somebody puts it back', async () => {
  const app = await started({ 'a.ipynb': notebookText('first', 'second', 'third') })
  const ana = await opened(app)
  await ana.into(2)
  await ana.press('Escape', 'd', 'd')
  await expect.poll(() => fileSays(app), soon).toEqual(['first', 'third'])
  await save(app, notebookText('first by a program', 'second', 'third'))
  const notice = ana.page.getByRole('status', { name: 'Changed in the file' })
  await notice.getByText('It stays deleted.').waitFor()
  expect(await notice.getByRole('button').allTextContents()).toEqual([
    'Leave it deleted',
    'Put the cell back',
  ])
  await notice.getByRole('button', { name: 'Put the cell back' }).click()
  await expect.poll(() => ana.texts(), soon).toEqual(['first by a program', 'second', 'third'])
  await notice.waitFor({ state: 'detached' })
  expect(ana.complaints).toEqual([])
})

test('removing the file closes nothing, and a button writes it again', async () => {
  const app = await started({ 'a.ipynb': notebookText('first') })
  const ana = await opened(app)
  await rm(join(app.folder, 'a.ipynb'))
  await ana.until('file', 'failed')
  await expect.poll(() => ana.status.textContent(), soon).toContain('Not saved to file: the file was removed')
  await ana.type(1, ' and more')
  await ana.until('sync', 'saved')
  await ana.button('Write file again').click()
  await ana.until('file', 'written')
  expect(await fileSays(app)).toEqual(['first and more'])
  expect(await ana.button('Write file again').count()).toBe(0)
  expect(ana.complaints).toEqual([])
})

test('a file that cannot be parsed is left alone, and the page shows its error and position', async () => {
  const app = await started({ 'a.ipynb': notebookText('first') })
  const ana = await opened(app)
  const broken = `{\n<<<<<<< HEAD\n "cells": []\n=======\n}`
  await save(app, broken)
  await ana.until('file', 'failed')
  await expect.poll(() => ana.status.textContent(), soon).toMatch(/line 2, column 1: merge-conflict markers/)
  await ana.type(1, ' and more')
  await ana.until('sync', 'saved')
  await expect
    .poll(() => ana.status.textContent(), soon)
    .toMatch(/this version is in \.llm-notebook\/kept\/a /)
  expect(await app.file('a.ipynb')).toBe(broken)
  await save(app, notebookText('resolved first'))
  await ana.until('file', 'written')
  await expect.poll(() => fileSays(app), soon).toEqual(['resolved first and more'])
  expect(ana.complaints).toEqual([])
})
