// One person's Python for everyone: cells of those who choose it run in that person's browser, in order, and
// everyone sees whose it is. It is shared only while its owner says so, and requests made before do not run.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

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
    'queued.ipynb': notebookText('input("go on? ")', 'print("meant")', 'print("behind")', 'print("apart")'),
  })
})
afterAll(() => app.close())

const whose = ({ page }: Person) => page.getByRole('button', { name: /^Kernel: / })
const share = async (person: Person, on: boolean): Promise<void> => {
  await whose(person).click()
  await person.page.getByRole('checkbox', { name: 'Share my kernel' }).setChecked(on)
  await person.page.keyboard.press('Escape')
}
const choose = async (person: Person, option: string): Promise<void> => {
  await whose(person).click()
  await person.page.getByRole('combobox', { name: 'Kernel', exact: true }).selectOption({ label: option })
  await person.page.keyboard.press('Escape')
}

test('cells run in the shared kernel of another person, and in one’s own again when sharing ends', async () => {
  const [ana, ben] = await Promise.all([
    app.writer('shared.ipynb', app.returning('Ana', '#1f63b5')),
    app.writer('shared.ipynb', app.returning('Ben', '#a23481')),
  ])
  for (const person of [ana, ben]) await person.until('sync', 'saved')
  await ana.run(1)
  await ben.cellIs(1, 'done')

  await share(ana, true)
  await ben.page.getByRole('list', { name: 'People' }).getByText('Ana, shares kernel').waitFor()
  await choose(ben, "Ana's browser")
  // In order, although the first waits for input.
  await ben.run(2)
  await ben.run(3)
  await ben.cell(2).getByText('Runs in Ana’s kernel.').waitFor()
  await ana.cell(2).getByText('Runs in your kernel for Ben.').waitFor()
  await ben.cell(3).getByText('Queued in Ana’s kernel.').waitFor()
  await ana.page.getByRole('textbox', { name: 'go on?', exact: true }).press('Enter')
  await Promise.all([ben.cellIs(3, 'done'), ana.cellIs(3, 'done')])
  expect(await ben.output(3).innerText()).toContain('OF ANA')
  expect(await ben.output(2).innerText()).toContain('of Ana')
  expect(await ben.status.getAttribute('data-kernel')).toBe('off')
  expect(await ana.cell(3).locator('.nb-count').innerText()).toBe('3')

  // The person who requested a run can stop it; what is queued behind it is withdrawn, too.
  await ben.run(4)
  await expect.poll(() => ana.output(4).innerText(), soon).toContain('for ever')
  await ben.run(5)
  await ben.cellIs(5, 'queued')
  await ben.button('Interrupt kernel').click()
  await Promise.all([ben.cellIs(4, 'interrupted'), ana.cellIs(4, 'interrupted')])
  await Promise.all([ben.cellIs(5, 'idle'), ana.cellIs(5, 'idle')])
  expect(await ben.output(4).innerText()).toContain('KeyboardInterrupt')

  // Sharing ends while a cell of Ben's runs: it is interrupted, queued cells keep waiting, and Ben is
  // notified.
  await ben.run(4)
  await ben.cellIs(4, 'running')
  await ben.run(6)
  await ben.cellIs(6, 'queued')
  await share(ana, false)
  await ben.cellIs(4, 'interrupted')
  await ben.page
    .getByText('Ana no longer shares the kernel. Your cells run in your own kernel again.')
    .waitFor()
  await ben.button('OK').click()
  expect(await whose(ben).getAttribute('aria-label')).toBe('Kernel: mine')
  await ana.cell(6).getByText('Ben requested this run earlier').waitFor()
  // Whatever Ben's code left in it, Ana's Python is restarted.
  await ana.page.getByText('You no longer share your kernel. It was restarted').waitFor()
  await ana.button('OK').click()
  await ana.run(3)
  await ana.cellIs(3, 'error')
  expect(await ana.output(3).innerText()).toContain("name 'secret' is not defined")
  await ana.run(1)
  await ana.cellIs(1, 'done')
  // Sharing again does not run earlier requests.
  await share(ana, true)
  await choose(ben, "Ana's browser")
  await ben.run(3)
  await ben.cellIs(3, 'done')
  expect(await ana.cell(6).getAttribute('data-status')).toBe('queued')
  await ana.cell(6).getByRole('button', { name: 'Run here' }).click()
  await ben.cellIs(6, 'done')

  // Ana leaves: Ben's cells run in his own kernel again.
  await ana.context.close()
  await ben.page.getByText('Ana has left. Your cells run in your own kernel again.').waitFor()
  expect(await ben.status.getAttribute('data-kernel')).toBe('off')
  await ben.run(5)
  await ben.page.locator('nb-status:not([data-kernel="off"])').waitFor()
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('a queued cell that another person edits does not run until a click, which shows the difference', async () => {
  const [ana, ben] = await Promise.all([
    app.writer('queued.ipynb', app.returning('Ana', '#1f63b5')),
    app.writer('queued.ipynb', app.returning('Ben', '#a23481')),
  ])
  for (const person of [ana, ben]) await person.until('sync', 'saved')
  const answer = (person: Person): Promise<void> =>
    person.page.getByRole('textbox', { name: 'go on?', exact: true }).press('Enter')
  const notice = (person: Person, position: number) =>
    person.cell(position).getByRole('group', { name: 'Edited since the run was requested' })
  const changed = (person: Person, position: number): Promise<string[]> =>
    notice(person, position).locator('.nb-diff-line').allInnerTexts()

  // Run all, and Ben edits a queued cell; what Ana types herself counts as requested.
  await ana.button('Run all').click()
  await ana.page.getByRole('textbox', { name: 'go on?', exact: true }).waitFor()
  await ben.type(2, '\nprint("not meant")')
  await ana.type(4, ' # mine')
  await notice(ana, 2).waitFor()
  await expect
    .poll(async () => (await changed(ana, 2)).join('|'), soon)
    .toMatch(/now:\s+print\("not meant"\)/)
  await answer(ana)
  await ana.cellIs(1, 'done')
  // Another run of Ana's starts meanwhile, but what is queued behind the changed cell does not.
  await ana.run(1)
  await answer(ana)
  await expect.poll(() => ana.cell(1).locator('.nb-count').innerText(), soon).toBe('2')
  expect(await ana.cell(3).getAttribute('data-status')).toBe('queued')
  expect(await ana.output(2).count()).toBe(0)
  await notice(ana, 2).getByRole('button', { name: 'Run current source' }).click()
  await ana.cellIs(4, 'done')
  expect(await ana.output(2).innerText()).toContain('not meant')
  expect(await ana.output(4).innerText()).toContain('apart')
  expect(await Promise.all([2, 3, 4].map((n) => ana.cell(n).locator('.nb-count').innerText()))).toEqual([
    '3',
    '4',
    '5',
  ])

  // Also in a shared kernel: its owner edits what the other person requested.
  await share(ana, true)
  await choose(ben, "Ana's browser")
  await ben.run(1)
  await ben.cellIs(1, 'running')
  await ben.run(3)
  await ben.cellIs(3, 'queued')
  await ana.type(3, '\nprint("of Ana")')
  await notice(ben, 3).waitFor()
  await expect.poll(async () => (await changed(ana, 3)).join('|'), soon).toContain('of Ana')
  await answer(ana)
  await ben.cellIs(1, 'done')
  expect(await ben.cell(3).getAttribute('data-status')).toBe('queued')
  await notice(ben, 3).getByRole('button', { name: 'Run current source' }).click()
  await ben.cellIs(3, 'done')
  expect(await ben.output(3).innerText()).toContain('of Ana')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
