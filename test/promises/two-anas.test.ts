// Two people called Ana are two people: each interrupts, undoes and is shown as herself.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({
    'a.ipynb': notebookText('print("for ever")\nwhile True: pass', 'print("hers")', 'print("mine")', 'last'),
  })
})
afterAll(() => app.close())

const python = ({ page }: Person) => page.getByRole('button', { name: /^Kernel: / })
const ranBy = (person: Person, position: number) => person.cell(position).locator('nb-run-info')

test('each of two people with one name interrupts and undoes only her own, also after a reload', async () => {
  const [first, second, cid] = await Promise.all([
    app.writer('a.ipynb', app.returning('Ana', '#b3261e')),
    app.writer('a.ipynb', app.returning('Ana', '#1f63b5')),
    app.writer('a.ipynb', app.returning('Cid', '#2e7031')),
  ])
  for (const person of [first, second, cid]) await person.until('sync', 'saved')
  await python(cid).click()
  await cid.page.getByRole('checkbox', { name: 'Share my kernel' }).setChecked(true)
  await cid.page.keyboard.press('Escape')
  for (const person of [first, second]) {
    await python(person).click()
    await person.page
      .getByRole('combobox', { name: 'Kernel', exact: true })
      .selectOption({ label: "Cid's browser" })
    await person.page.keyboard.press('Escape')
  }

  // In one Python the first Ana's cell runs, another of hers and one of the second Ana's are queued: her
  // interrupt affects only hers.
  await first.run(1)
  await expect.poll(() => cid.output(1).innerText(), { timeout: 2 * patience }).toContain('for ever')
  await second.run(3)
  await first.run(2)
  for (const [person, position] of [
    [first, 2],
    [second, 3],
  ] as const) {
    await person.cellIs(position, 'queued')
    await cid.cellIs(position, 'queued')
  }
  await first.button('Interrupt kernel').click()
  await first.cellIs(1, 'interrupted')
  await first.cellIs(2, 'idle')
  await first.cellIs(3, 'done')
  await expect.poll(() => second.output(3).innerText(), soon).toContain('mine')

  const said = async (person: Person, position: number): Promise<string> =>
    (await ranBy(person, position).textContent())?.replace(/\s+/g, ' ').trim() ?? ''
  for (const [person, position, by] of [
    [first, 1, 'You'],
    [first, 3, 'Ana'],
    [second, 1, 'Ana'],
    [second, 3, 'You'],
  ] as const)
    await expect.poll(() => said(person, position), soon).toContain(`Run by ${by}`)

  // What one deleted, the other cannot undo.
  await first.cell(4).hover()
  await first.cell(4).getByRole('button', { name: 'Delete cell' }).click()
  await expect.poll(async () => (await shownSources(second)).length, soon).toBe(3)
  await second.button('Undo').click()
  await second.page.getByText('There is nothing to undo.').waitFor()
  await first.button('Undo').click()
  await expect.poll(async () => (await shownSources(second)).length, soon).toBe(4)

  // The kernel's owner leaves while a cell of the first Ana is queued: both see whose it was.
  await first.run(1)
  await first.cellIs(1, 'running')
  await first.run(2)
  await second.cellIs(2, 'queued')
  await cid.context.close()
  await second.cell(2).getByText('Ana requested this run earlier').waitFor()

  // The history lists both, and each sees which one she is, also after a reload.
  await first.type(4, '1')
  await expect.poll(async () => (await shownSources(second)).at(-1), soon).toBe('last1')
  await second.type(4, '2')
  await expect.poll(async () => (await shownSources(first)).at(-1), soon).toBe('last12')
  await first.until('sync', 'saved')
  await first.page.reload()
  await first.until('sync', 'saved')
  await first.cell(2).getByText('You requested this run earlier').waitFor()
  await first.button('History').click()
  const versions = first.page.getByRole('list', { name: 'Versions' })
  await expect.poll(() => versions.innerText(), soon).toMatch(/Ana \(you\)/)
  await expect.poll(async () => (await versions.innerText()).replaceAll('Ana (you)', ''), soon).toMatch(/Ana/)
  expect([...first.complaints, ...second.complaints, ...cid.complaints]).toEqual([])
})
