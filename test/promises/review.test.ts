// A model's change is shown in its cell to everyone, with Keep and Take back; what people typed since stays.
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { addCell, deleteCell, moveCell, reviseSource } from '../../shared/notebook/document/review.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const source = ['one = 1', 'two = 2', 'three = 3', 'four = 4', 'five = 5', 'six = 6'].join('\n')

const opened = async (app: App, viewport = { width: 1100, height: 900 }): Promise<Person> => {
  const person = await app.writer('a.ipynb', { viewport })
  await person.until('sync', 'saved')
  return person
}

const change = (person: Person, position: number) =>
  person.page.getByRole('group', { name: `Change to cell ${position}`, exact: true })

const textOf = async (person: Person, position: number): Promise<string> =>
  (await shownSources(person))[position - 1] ?? ''

/** Enters what should change in the field opened by the key. */
const wish = async ({ page }: Person, text: string): Promise<void> => {
  await page.keyboard.press('Control+Shift+E')
  const field = page.getByRole('textbox', { name: 'What should change?', exact: true })
  await field.fill(text)
  await field.press('Enter')
}

test('a model’s edit of a cell is kept or taken back by hunk, while another person types in it', async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', source], ['note', 'Some *words* here']) })
  const [ana, ben] = [await opened(app), await opened(app, { width: 375, height: 700 })]
  await ana.into(1)
  const said = source.replace('one = 1', 'one = 100').replace('six = 6', 'six = 66')
  await wish(ana, `mock: say ${said.replaceAll('\n', '\\n')}`)
  await change(ben, 1).waitFor()
  expect(await textOf(ben, 1)).toBe(said)
  const hunks = (person: Person) => change(person, 1).getByRole('group', { name: /^Change \d of 2$/ })
  await expect.poll(() => hunks(ana).count(), soon).toBe(2)

  // Ben types into the changed line while Ana takes that hunk back.
  await ben.source(1).click()
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.press('End')
  await Promise.all([
    ben.page.keyboard.type('  # kept'),
    hunks(ana).first().getByRole('button', { name: 'Take back', exact: true }).click(),
  ])
  const left = said.replace('one = 100', 'one = 1  # kept')
  for (const person of [ana, ben]) await expect.poll(() => textOf(person, 1), soon).toBe(left)
  await expect.poll(() => hunks(ben).count(), soon).toBe(0)

  // With Review first the model only proposes, and a reload keeps the proposal.
  await ana.page.getByRole('combobox', { name: 'Model', exact: true }).click()
  await ana.page.getByRole('checkbox', { name: 'Review first', exact: true }).check()
  await ana.page.keyboard.press('Escape')
  await ana.cell(2).locator('nb-markdown').dblclick()
  await ana.page.keyboard.press('Control+A')
  await wish(ana, 'mock: say Other *words* there')
  await change(ana, 2).waitFor()
  await ana.until('sync', 'saved')
  await ana.page.reload()
  await change(ana, 2).waitFor()
  expect(await change(ana, 2).getAttribute('data-proposed')).not.toBeNull()
  expect(await ana.cell(2).locator('nb-markdown').first().textContent()).toContain('Some words here')

  // By keyboard alone: from the first change to the next one, which is kept.
  await ana.cell(1).focus()
  await ana.page.keyboard.press('Alt+F5')
  await ana.page.locator('nb-cell:nth-of-type(1) [data-change]:focus').waitFor()
  await ana.page.keyboard.press('Alt+F5')
  await ana.page.locator('nb-cell:nth-of-type(2) [data-change]:focus').waitFor()
  await ana.page.keyboard.press('g')
  await ana.page.keyboard.press('k')
  await expect.poll(() => textOf(ben, 2), soon).toContain('Other *words* there')
  await ana.page.keyboard.press('Alt+F5')
  await change(ana, 1).getByRole('button', { name: 'Keep', exact: true }).click()
  for (const person of [ana, ben]) await expect.poll(() => change(person, 1).count(), soon).toBe(0)
  expect(await textOf(ben, 1)).toBe(left)
  for (const person of [ana, ben]) expect(person.complaints).toEqual([])
})

test('an edit of a selection changes only the selection, can be stopped, and Esc cancels it', async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', source]) })
  const ana = await opened(app)
  await ana.into(1)
  await ana.page.keyboard.press('Control+Home')
  await ana.page.keyboard.press('Shift+End')
  await ana.page.keyboard.press('Control+Shift+E')
  const field = ana.page.getByRole('textbox', { name: 'What should change?', exact: true })
  await field.fill('nothing at all')
  await field.press('Escape')
  await expect.poll(() => field.count(), soon).toBe(0)
  await ana.page.locator('.cm-content:focus').waitFor()
  await wish(ana, 'mock: silent')
  const group = ana.page.getByRole('group', { name: 'Edit with the model', exact: true })
  await group.getByRole('button', { name: 'Stop', exact: true }).click()
  await group.getByText('Stopped. Nothing was changed.').waitFor()
  await group.getByRole('button', { name: 'Dismiss', exact: true }).click()
  await ana.into(1)
  await ana.page.keyboard.press('Control+Home')
  await ana.page.keyboard.press('Shift+End')
  await wish(ana, 'mock: say uno = 1')
  await change(ana, 1).waitFor()
  expect(await textOf(ana, 1)).toBe(source.replace('one', 'uno'))
  await change(ana, 1).getByRole('button', { name: 'Take back', exact: true }).click()
  await expect.poll(() => textOf(ana, 1), soon).toBe(source)
  expect(ana.complaints).toEqual([])
})

/** Another client that acts as a model through the socket. */
const connected = async (app: App): Promise<Y.Doc> => {
  const doc = new Y.Doc()
  const socket = new WebsocketProvider(`${app.origin.replace('http', 'ws')}/sync`, 'a.ipynb', doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  for (const type of [103, 105, 106]) socket.messageHandlers[type] = () => undefined
  onTestFinished(() => {
    socket.destroy()
    socket.awareness.destroy()
  })
  await expect.poll(() => socket.synced, soon).toBe(true)
  return doc
}

test('all changes of a reply are shown in place, and kept or taken back at once', async () => {
  app = await App.start({
    'a.ipynb': notebookFile(
      ['code', 'one = 1'],
      ['note', 'two'],
      ['code', 'three = 3'],
      ['prompt', 'Change it'],
    ),
  })
  const ana = await opened(app)
  await ana.run(4)
  await ana.cellIs(4, 'done')
  const doc = await connected(app)
  const [one, two, three, prompt] = visibleCells(doc)
  if (one === undefined || two === undefined || three === undefined || prompt === undefined)
    throw new Error('no cells')
  const act = (at: number): void => {
    const group = readHead(doc, prompt)?.run?.id ?? ''
    const maker = { by: 'Model (test)', user: 'ana', group, at }
    reviseSource(doc, one, 'one = 11', maker)
    addCell(doc, { id: newCellId(), kind: 'code', after: one, source: 'added = 1' }, maker)
    moveCell(doc, two, prompt, maker)
    deleteCell(doc, three, maker)
  }
  const before = await shownSources(ana)
  const bar = ana.page.getByRole('group', { name: 'Changes of this reply', exact: true })
  const gone = ana.page.getByRole('group', {
    name: 'Change to a cell that is not in the notebook',
    exact: true,
  })

  act(1)
  await bar.getByText('Changed 4 cells').waitFor()
  const after = ['one = 11', 'added = 1', 'Change it', 'two']
  await expect.poll(() => shownSources(ana), soon).toEqual(after)
  await change(ana, 1).getByText('one = 11').waitFor()
  await change(ana, 2).getByText('All of it is new.').waitFor()
  await change(ana, 4).getByText('It was cell 3.').waitFor()
  await gone.getByText('three = 3').waitFor()
  await bar.getByRole('button', { name: 'Take back all', exact: true }).click()
  await expect.poll(() => shownSources(ana), soon).toEqual(before)
  await expect.poll(() => bar.count(), soon).toBe(0)
  expect(await ana.page.locator('.nb-change').count()).toBe(0)
  // It was one undo step.
  await ana.cell(1).focus()
  await ana.page.keyboard.press('z')
  await expect.poll(() => shownSources(ana), soon).toEqual(after)
  await ana.page.keyboard.press('Shift+Z')
  await expect.poll(() => shownSources(ana), soon).toEqual(before)

  // Proposals change nothing until they are kept.
  await ana.page.getByRole('combobox', { name: 'Model', exact: true }).click()
  await ana.page.getByRole('checkbox', { name: 'Review first', exact: true }).check()
  await ana.page.keyboard.press('Escape')
  await expect.poll(() => doc.getMap('nbmeta').size, soon).toBeGreaterThan(0)
  await ana.until('sync', 'saved')
  act(2)
  await bar.getByText('Proposes changes to 4 cells').waitFor()
  await gone.getByText('added = 1').waitFor()
  expect(await shownSources(ana)).toEqual(before)
  await bar.getByRole('button', { name: 'Keep all', exact: true }).click()
  await expect.poll(() => shownSources(ana), soon).toEqual(after)
  await expect.poll(() => ana.page.locator('.nb-change').count(), soon).toBe(0)
  expect(ana.complaints).toEqual([])
})
