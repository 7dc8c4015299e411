// One person's Python for all: whoever chose it has their cells run in that person's browser, in order, and everyone
// sees whose it is. It is lent for as long as its owner says, and nothing asked before that runs.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'

const soon = { timeout: 2 * patience }
let app: App
beforeAll(async () => {
  app = await App.start({
    'shared.ipynb': notebookText(
      'secret = "of Ana"',
      'print(secret)\ninput("go on? ")',
      'print(secret.upper())',
      'print("for ever")\nwhile True: pass',
      '1 / 0',
      'print("asked too early")',
    ),
  })
})
afterAll(() => app.close())

const whose = ({ page }: Person) => page.getByRole('button', { name: /^Whose Python/ })
const share = async (person: Person, on: boolean): Promise<void> => {
  await whose(person).click()
  await person.page.getByRole('checkbox', { name: 'Share my Python' }).setChecked(on)
  await person.page.keyboard.press('Escape')
}
const choose = async (person: Person, option: string): Promise<void> => {
  await whose(person).click()
  await person.page.getByRole('combobox', { name: 'Python', exact: true }).selectOption({ label: option })
  await person.page.keyboard.press('Escape')
}

test('cells run in the Python of who shares it, and in one’s own again when they go', async () => {
  const [ana, ben] = await Promise.all([
    app.writer('shared.ipynb', app.remembering('Ana', '#1f63b5')),
    app.writer('shared.ipynb', app.remembering('Ben', '#a23481')),
  ])
  for (const person of [ana, ben]) await person.until('sync', 'saved')
  await ana.run(1)
  await ben.cellIs(1, 'done')

  await share(ana, true)
  await ben.page.getByRole('list', { name: 'People' }).getByText('Ana, shares Python').waitFor()
  await choose(ben, 'Ana’s')
  // In order, although the first waits.
  await ben.run(2)
  await ben.run(3)
  await ben.cell(2).getByText('Runs in Ana’s Python.').waitFor()
  await ana.cell(2).getByText('Runs in your Python, for Ben.').waitFor()
  await ben.cell(3).getByText('Queued in Ana’s Python.').waitFor()
  await ana.page.getByRole('textbox', { name: 'go on?', exact: true }).press('Enter')
  await Promise.all([ben.cellIs(3, 'done'), ana.cellIs(3, 'done')])
  expect(await ben.output(3).innerText()).toContain('OF ANA')
  expect(await ben.output(2).innerText()).toContain('of Ana')
  expect(await ben.status.getAttribute('data-kernel')).toBe('off')
  expect(await ana.cell(3).locator('.nb-count').innerText()).toBe('3')

  // Who asked stops it too; what waits behind it is taken back with it.
  await ben.run(4)
  await expect.poll(() => ana.output(4).innerText(), soon).toContain('for ever')
  await ben.run(5)
  await ben.cellIs(5, 'queued')
  await ben.button('Interrupt kernel').click()
  await Promise.all([ben.cellIs(4, 'interrupted'), ana.cellIs(4, 'interrupted')])
  await Promise.all([ben.cellIs(5, 'idle'), ana.cellIs(5, 'idle')])
  expect(await ben.output(4).innerText()).toContain('KeyboardInterrupt')

  // Taken back while a cell of Ben's runs: it ends, what waits keeps waiting, and Ben is told.
  await ben.run(4)
  await ben.cellIs(4, 'running')
  await ben.run(6)
  await ben.cellIs(6, 'queued')
  await share(ana, false)
  await ben.cellIs(4, 'interrupted')
  await ben.page.getByText('Ana no longer shares Python. Your cells run in your own again.').waitFor()
  await ben.button('OK').click()
  expect(await whose(ben).getAttribute('aria-label')).toBe('Whose Python: My own')
  await ana.cell(6).getByText('Ben asked to run this earlier').waitFor()
  // Whatever Ben's code left in it, Ana's Python is a new one.
  await ana.page.getByText('You no longer share Python. It was restarted').waitFor()
  await ana.button('OK').click()
  await ana.run(3)
  await ana.cellIs(3, 'error')
  expect(await ana.output(3).innerText()).toContain("name 'secret' is not defined")
  await ana.run(1)
  await ana.cellIs(1, 'done')
  // Sharing anew does not run what was asked before.
  await share(ana, true)
  await choose(ben, 'Ana’s')
  await ben.run(3)
  await ben.cellIs(3, 'done')
  expect(await ana.cell(6).getAttribute('data-status')).toBe('queued')
  await ana.cell(6).getByRole('button', { name: 'Run it here' }).click()
  await ben.cellIs(6, 'done')

  // Ana leaves: Ben's Python is his own again.
  await ana.context.close()
  await ben.page.getByText('Ana has left. Your cells run in your own Python again.').waitFor()
  expect(await ben.status.getAttribute('data-kernel')).toBe('off')
  await ben.run(5)
  await ben.page.locator('nb-status:not([data-kernel="off"])').waitFor()
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
