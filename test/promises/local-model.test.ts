// A model that runs in the page, from a file of the folder or the disk, without a server or network. It is a
// real model with random weights, so its reply is unpredictable: lower-case letters until its context is
// full.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { soon } from '../support/soon.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { tinyModel } from '../support/tiny-model.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const models = (person: Person) => person.page.getByRole('combobox', { name: 'Model', exact: true })
const option = (person: Person, name: string) => person.page.getByRole('option', { name })
const receipt = (person: Person, position: number) =>
  person.page.getByRole('region', { name: `Receipt of cell ${position}`, exact: true })
/** The length of the reply, without the placeholder shown until it begins. */
const replied = async (person: Person, position: number): Promise<number> =>
  ((await person.reply(position).textContent()) ?? '').replace('Waiting for the model…', '').trim().length
/** Calls `open`, and chooses a file in the dialog that it opens. */
const chooseFile = async (
  person: Person,
  open: () => Promise<void>,
  name: string,
  content: Uint8Array,
): Promise<void> => {
  const [chooser] = await Promise.all([person.page.waitForEvent('filechooser'), open()])
  await chooser.setFiles({ name, mimeType: 'application/octet-stream', buffer: Buffer.from(content) })
}

test('a model file of the folder or the disk replies in the page, can be stopped, and works offline', async () => {
  app = await App.start({
    'a.ipynb': notebookFile(['prompt', 'first'], ['prompt', 'second'], ['prompt', 'third']),
  })
  await writeFile(join(app.folder, 'tiny.gguf'), tinyModel(2_048))
  const [ana, ben] = [await app.writer('a.ipynb'), await app.writer('a.ipynb')]
  await ana.until('sync', 'saved')
  await ben.until('sync', 'saved')

  // From the folder, until its context is full.
  await models(ana).click()
  await option(ana, 'In this browser choose a file').waitFor()
  // The list is complete and no longer moves.
  await option(ana, 'mock (no model is configured) mock').waitFor()
  await option(ana, 'tiny.gguf of the folder').click()
  await expect.poll(() => models(ben).inputValue(), soon).toBe('tiny.gguf')
  await ana.run(1)
  await ben.cellIs(1, 'interrupted')
  await receipt(ben, 1).getByText('Cut off: the model reached its output limit.').waitFor()
  await expect.poll(() => replied(ben, 1), soon).toBeGreaterThan(200)
  expect(await ben.cell(1).getAttribute('data-model')).toBe('browser/tiny.gguf')
  await expect
    .poll(() => receipt(ben, 1).locator('summary').textContent(), soon)
    .toMatch(/tiny\.gguf · [\d,]+ in, [\d,]+ out/)

  // From the disk: first a file that is not a model, then a model with a longer context.
  await models(ana).click()
  await option(ana, 'mock (no model is configured) mock').waitFor()
  await chooseFile(
    ana,
    () => option(ana, 'choose another file').click(),
    'long.gguf',
    Buffer.from('no model'),
  )
  await ana.run(2)
  await ana.cell(2).getByText('long.gguf could not be loaded: it is no GGUF file.').waitFor()
  await chooseFile(
    ana,
    () => ana.cell(2).getByRole('button', { name: 'Choose the file' }).click(),
    'long.gguf',
    tinyModel(8_192),
  )
  await expect.poll(() => replied(ben, 2), soon).toBeGreaterThan(20)
  await ana.source(2).hover()
  await ana.cell(2).getByRole('button', { name: 'Stop cell' }).click()
  await ana.cellIs(2, 'interrupted')
  await receipt(ana, 2).getByText('Stopped.', { exact: true }).waitFor()

  // A page without the file says so, and asks no other model.
  await ben.run(3)
  await ben.cell(3).getByText('long.gguf answers in this browser, and its file is not loaded.').waitFor()
  await ben.cell(3).getByRole('button', { name: 'Cancel request' }).click()
  await ben.cellIs(3, 'idle')

  // Without any server.
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await ana.run(3)
  await expect.poll(() => replied(ana, 3), soon).toBeGreaterThan(20)
  await ana.source(3).hover()
  await ana.cell(3).getByRole('button', { name: 'Stop cell' }).click()
  await ana.cellIs(3, 'interrupted')
  await app.startRelay()
  await ben.cellIs(3, 'interrupted')
  await expect.poll(async () => (await replied(ben, 3)) - (await replied(ana, 3)), soon).toBe(0)
  await expect.poll(() => replied(ben, 3), soon).toBeGreaterThan(20)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
