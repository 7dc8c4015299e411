// Writing Python: completion, hints, input, error marks, and who ran a cell.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start()
})
afterAll(() => app.close())

const opened = async (path: string): Promise<Person> => {
  const person = await app.writer(path)
  await person.until('sync', 'saved')
  return person
}
/** The options for what was typed last; the previous list is disabled until they are there. */
const options = ({ page }: Person): Promise<string[]> =>
  page
    .locator('.cm-tooltip-autocomplete:not(.cm-tooltip-autocomplete-disabled) .cm-completionLabel')
    .allTextContents()
/** In the window, and not only in the document. */
const seen = ({ page }: Person, selector: string): Promise<boolean> =>
  page.locator(selector).evaluate((element) => element.getBoundingClientRect().top >= 0)

test('completion, hints and variables follow the code, and 0 0 restarts Python', async () => {
  await app.create(
    'write.ipynb',
    notebookText(
      'warehouse = {"apples": 1, "pears": 2}\nrows = [{"name": "<img src=x onerror=alert(1)>", "n": n} for n in range(60)]\ndef order(amount, urgent=False):\n    "Orders it."',
      '',
      'import js\njs.close()',
    ),
  )
  const ana = await opened('write.ipynb')
  const { keyboard } = ana.page
  // Python is off: names come from the notebook's code. While typing, Enter inserts a line.
  await ana.into(2)
  await keyboard.type('wareh')
  await expect.poll(() => options(ana), soon).toEqual(['warehouse'])
  await expect.poll(() => seen(ana, '.cm-tooltip-autocomplete'), soon).toBe(true)
  await keyboard.press('Enter')
  expect(await ana.text(2)).toBe('wareh\n')
  await keyboard.press('Backspace')
  await keyboard.press('Tab')
  await expect.poll(() => ana.text(2), soon).toBe('warehouse')
  await keyboard.press('Shift+Tab')
  await ana.page.locator('.nb-hint', { hasText: 'The kernel has not started' }).waitFor()
  await keyboard.press('Escape')
  await expect.poll(() => ana.page.locator('.nb-hint').count(), soon).toBe(0)

  await ana.run(1)
  await ana.cellIs(1, 'done')
  // A busy Python does not answer questions.
  await ana.until('kernel', 'idle')
  await ana.into(2)
  await keyboard.press('Control+End')
  await keyboard.type('["')
  // If the completions came too late during typing, Ctrl+Space lists them.
  const listed = async (): Promise<string[]> => {
    if ((await options(ana)).length === 0) await keyboard.press('Control+Space')
    return options(ana)
  }
  await expect.poll(listed, soon).toEqual(['apples', 'pears'])
  await keyboard.press('Control+Space')
  await ana.page.locator('.cm-tooltip-autocomplete [aria-selected]').waitFor()
  await keyboard.press('Enter')
  await expect.poll(() => ana.text(2), soon).toBe('warehouse["apples"]')
  await keyboard.press('Control+End')
  await keyboard.type('; order(1, ')
  await keyboard.press('Shift+Tab')
  const hint = ana.page.locator('.nb-hint')
  await expect.poll(() => hint.allTextContents(), soon).toEqual(['order(amount, urgent=False)Orders it.'])
  await expect.poll(() => seen(ana, '.nb-hint'), soon).toBe(true)
  await keyboard.type('ur')
  await expect.poll(listed, soon).toEqual(['urgent='])
  await expect.poll(() => hint.count(), soon).toBe(0)
  await keyboard.press('Tab')
  await keyboard.type('ware')
  await expect.poll(listed, soon).toEqual(['warehouse'])
  // The open list does not prevent running.
  await keyboard.press('Control+Enter')
  await ana.cellIs(2, 'error')
  await ana.until('kernel', 'idle')
  await ana.source(1).getByText('order', { exact: true }).hover()
  await hint.waitFor()
  expect(await hint.textContent()).toContain('Orders it.')

  await ana.button('Variables').click()
  const panel = ana.page.getByRole('complementary', { name: 'Variables' })
  await panel.getByRole('row', { name: 'warehouse dict 2 items' }).waitFor()
  await panel.getByRole('button', { name: 'rows' }).click()
  await panel.getByText('Rows 1–50 of 60').waitFor()
  await panel.getByRole('button', { name: 'Next' }).click()
  await panel.getByText('Rows 51–60 of 60').waitFor()
  expect(await panel.getByRole('row').last().innerText()).toContain('<img src=x onerror=alert(1)>')
  await panel.getByRole('button', { name: 'All variables' }).click()
  await ana.type(2, '\n')
  await keyboard.press('Control+a')
  await keyboard.type('added = 7')
  await keyboard.press('Control+Enter')
  await panel.getByRole('row', { name: 'added int 7' }).waitFor()

  // Python crashes and is restarted.
  await ana.run(3)
  await ana.cellIs(3, 'error')
  await ana.output(3).getByText('The kernel crashed').waitFor()
  await ana.until('kernel', 'idle')
  await panel.getByText('No variables yet').waitFor()
  // 0 0 restarts it, and asks first if variables would be lost.
  await ana.run(2)
  await panel.getByRole('row', { name: 'added int 7' }).waitFor()
  await keyboard.press('0')
  await keyboard.press('0')
  await ana.page.getByRole('button', { name: 'Restart', exact: true }).click()
  await panel.getByText('No variables yet').waitFor()
  await ana.until('kernel', 'idle')
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('input() asks the person who ran the cell, and everyone sees error lines and who ran what', async () => {
  await app.create(
    'run.ipynb',
    notebookText(
      'def broken():\n    x = 1\n    return x / 0',
      'y = 2\nbroken()',
      'name = input("Name? ")\nimport getpass\nlen(getpass.getpass("Key: "))',
      'input("again ")',
      'name',
    ),
  )
  const [ana, ben] = [await opened('run.ipynb'), await opened('run.ipynb')]
  const { keyboard } = ana.page
  await ana.run(1)
  await ana.cellIs(1, 'done')
  await ana.run(2)
  await Promise.all([ana.cellIs(2, 'error'), ben.cellIs(2, 'error')])
  for (const person of [ana, ben])
    await expect
      .poll(() => person.source(2).locator('.nb-error-line').allTextContents(), soon)
      .toEqual(['broken()'])
  expect(await ben.cell(2).locator('nb-run-info[other]').innerText()).toMatch(/ · [\d.]+ m?s/)
  expect(await ana.cell(2).locator('nb-run-info:not([other])').innerText()).toContain('You · ')
  await ana.output(2).getByRole('button', { name: 'Cell In[1], line 3' }).click()
  await ana.cell(1).locator('.cm-content:focus').waitFor()
  await keyboard.type('#')
  expect(await ana.text(1)).toBe('def broken():\n    x = 1\n#    return x / 0')
  await ana.type(2, ' ')
  for (const person of [ana, ben]) {
    await expect.poll(() => person.page.locator('.nb-error-line').count(), soon).toBe(0)
    await person.cell(2).locator('nb-run-info[stale]').getByText('edited since').waitFor()
  }

  await ana.run(3)
  await ana.page.getByRole('textbox', { name: 'Name?' }).waitFor()
  await expect.poll(() => ben.output(3).innerText(), soon).toBe('Name? ')
  expect(await ben.page.locator('nb-ask').count()).toBe(0)
  await keyboard.type('Zoë')
  await keyboard.press('Enter')
  const password = ana.page.getByLabel('Key:')
  await password.waitFor()
  expect(await password.getAttribute('type')).toBe('password')
  await password.fill('s3cret!')
  await keyboard.press('Enter')
  await Promise.all([ana.cellIs(3, 'done'), ben.cellIs(3, 'done')])
  await expect.poll(() => ben.output(3).innerText(), soon).toMatch(/^Name\? Zoë\nKey: ········\s+7$/)
  await ana.until('sync', 'saved')
  await expect.poll(() => app.file('run.ipynb'), { timeout: patience }).toContain('Zoë')
  expect(await app.file('run.ipynb')).not.toContain('s3cret')

  // Anybody can stop the cell that waits, and the next one runs.
  await ana.run(4)
  await ana.page.getByRole('textbox', { name: 'again' }).waitFor()
  await ben.source(4).hover()
  await ben.cell(4).getByRole('button', { name: 'Stop cell' }).click()
  await Promise.all([ana.cellIs(4, 'interrupted'), ben.cellIs(4, 'interrupted')])
  expect(await ana.page.locator('nb-ask').count()).toBe(0)
  await ana.run(5)
  await ana.cellIs(5, 'done')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
  await ana.context.close()
  await ben.context.close()
})
