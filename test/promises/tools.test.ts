// What a model does in a notebook besides writing a reply: everyone sees it, and code runs only with approval
// on the page of the person who ran the prompt.
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { WebsocketProvider } from 'y-websocket'
import { WebSocket } from 'ws'
import { cellId } from '../../shared/notebook/notebook.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
let eve: WebsocketProvider | null = null
afterEach(async () => {
  eve?.destroy()
  eve?.awareness.destroy()
  eve = null
  await app?.close()
  app = null
})

const opened = (app: App): Promise<Person> => app.opened()
const approval = (person: Person) => person.page.getByRole('group', { name: 'Approval' })
const calls = (person: Person, position: number) => person.cell(position).locator('.nb-tool')
const states = (person: Person, position: number): Promise<(string | null)[]> =>
  calls(person, position).evaluateAll((found) => found.map((call) => call.getAttribute('data-call')))

/** Another client of the notebook, which writes anything into the document. */
const client = async ({ origin }: App): Promise<WebsocketProvider> => {
  eve = new WebsocketProvider(`${origin.replace('http', 'ws')}/sync`, 'a.ipynb', new Y.Doc(), {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  const joined = eve
  for (const type of [103, 105, 106]) joined.messageHandlers[type] = () => undefined
  await new Promise<void>((resolve) => joined.once('sync', () => resolve()))
  return joined
}
const callsIn = ({ doc }: WebsocketProvider, cell: string): Y.Array<Y.Map<unknown>> => {
  const result = doc.getMap<Y.Map<unknown>>('cells').get(cellId(cell))?.get('result') as Y.Map<unknown>
  return result.get('calls') as Y.Array<Y.Map<unknown>>
}

test('code that a model wants to run needs the approval of the person who ran the prompt', async () => {
  const code = 'total = 6 * 7\nprint("ran", total)'
  app = await App.start({
    'a.ipynb': notebookFile(
      ['prompt', `mock: call run_python ${JSON.stringify({ code })}`],
      ['code', 'print("cell", total + 1)', {}],
      ['prompt', 'Change and run.'],
    ),
  })
  const [ana, ben] = [await opened(app), await opened(app)]
  await ana.run(1)
  await approval(ana).waitFor(soon)
  expect(await approval(ana).locator('pre').textContent()).toBe(code)
  expect(await approval(ana).getByRole('button').allTextContents()).toEqual(
    ['Run once', 'Allow for this reply', "Don't run"].map((name) => expect.stringContaining(name) as string),
  )
  await expect.poll(() => calls(ben, 1).textContent(), soon).toContain('waiting for approval')
  expect(await approval(ben).count()).toBe(0)

  // Whatever anybody writes into the document, neither this call nor another one runs.
  const other = await client(app)
  const [id] = await ana.page
    .locator('nb-cell')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-cell-id') ?? ''))
  const there = callsIn(other, id ?? '')
  other.doc.transact(() => {
    there.get(0).set('state', 'running')
    there.get(0).set('approved', true)
    const forged = new Y.Map<unknown>()
    const fields = { id: 'forged', name: 'run_python', executor: 'kernel', tier: 'read', state: 'running' }
    for (const [key, value] of Object.entries({ ...fields, input: {}, exact: 'print("forged")', text: '' }))
      forged.set(key, value)
    there.push([forged])
  })
  await expect.poll(() => states(ana, 1), soon).toEqual(['running', 'running'])
  expect(await approval(ana).count()).toBe(1)
  expect(await approval(ana).locator('pre').textContent()).toBe(code)
  expect(await ana.status.getAttribute('data-kernel')).not.toBe('busy')
  other.doc.transact(() => there.get(0).set('state', 'asking'))

  await approval(ana).getByRole('button', { name: 'Run once' }).click()
  await Promise.all([ana.cellIs(1, 'done'), ben.cellIs(1, 'done')])
  await expect.poll(() => approval(ana).count(), soon).toBe(0)
  for (const person of [ana, ben]) {
    await expect.poll(() => states(person, 1), soon).toEqual(['done', 'running'])
    expect(await calls(person, 1).first().getByLabel('Result').textContent()).toContain('ran 42')
    await expect.poll(() => person.reply(1).textContent(), soon).toContain('The tools answered:')
    expect(await person.reply(1).textContent()).not.toMatch(/^forged$/m)
  }
  await ana.until('file', 'written')
  expect(await app.file('a.ipynb')).toContain("<details class='tool-usage-details'>")

  // Edits are made at once; "for this reply" allows later calls, but only of this reply.
  const cell = (await ana.cell(2).getAttribute('data-cell-id')) ?? ''
  const script = [
    `mock: call edit_cell ${JSON.stringify({ id: cell, old: 'total + 1', new: 'total + 2' })}`,
    `mock: call run_cells ${JSON.stringify({ ids: [cell] })}`,
    'mock: call run_python {"code": "total = 0"}',
    'mock: call read_variable {"name": "total"}',
  ]
  await ana.into(3)
  await ana.page.keyboard.press('Control+a')
  await ana.page.keyboard.insertText(script.join('\n'))
  await ana.page.keyboard.press('Control+Enter')
  await approval(ana).waitFor(soon)
  expect(await approval(ana).locator('pre').textContent()).toContain('print("cell", total + 2)')
  await expect.poll(() => ben.text(2), soon).toBe('print("cell", total + 2)')
  await approval(ana).getByRole('button', { name: 'Allow for this reply' }).click()
  await ana.cellIs(3, 'done')
  await expect.poll(() => states(ben, 3), soon).toEqual(['done', 'done', 'done', 'done'])
  await expect.poll(() => ben.output(2).textContent(), soon).toContain('cell 44')
  expect(await calls(ben, 3).nth(3).getByLabel('Result').textContent()).toMatch(/total: int[^]*0/)

  // A refusal, and a stop while the question is open.
  await ana.run(1)
  await approval(ana).getByRole('button', { name: "Don't run" }).click(soon)
  await ana.cellIs(1, 'done')
  await expect.poll(() => states(ben, 1), soon).toEqual(['refused'])
  await ana.run(1)
  await approval(ana).waitFor(soon)
  await ben.source(1).hover()
  await ben.cell(1).getByRole('button', { name: 'Stop cell' }).click()
  await expect.poll(() => states(ana, 1), soon).toEqual(['stopped'])
  await expect.poll(() => approval(ana).count(), soon).toBe(0)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('code for an answer in a comment thread needs the approval of the person who asked there', async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', 'x = 1']) })
  const [ana, ben] = [await opened(app), await opened(app)]
  const panel = ({ page }: Person) => page.getByRole('complementary', { name: 'Comments' })
  for (const person of [ana, ben]) await person.panel('Comments')
  await panel(ana).getByRole('button', { name: 'On the notebook' }).click()
  const field = panel(ana).getByRole('textbox', { name: 'Comment', exact: true })
  await field.fill(`@model\nmock: call run_python ${JSON.stringify({ code: 'print("ran", 6 * 7)' })}`)
  await field.press('Enter')
  await approval(ana).waitFor(soon)
  expect(await approval(ana).locator('pre').textContent()).toBe('print("ran", 6 * 7)')
  await panel(ben).getByText('waiting for approval').waitFor()
  expect(await approval(ben).count()).toBe(0)
  await approval(ana).getByRole('button', { name: 'Run once' }).click()
  for (const person of [ana, ben])
    await expect.poll(() => panel(person).textContent(), soon).toContain('ran 42')
  await expect.poll(() => approval(ana).count(), soon).toBe(0)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
