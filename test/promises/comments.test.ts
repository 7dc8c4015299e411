// People discuss a notebook beside its cells, also those who may only comment; a model answers there if
// mentioned.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person
beforeAll(async () => {
  app = await App.start(
    {
      'a.ipynb': notebookFile(
        ['code', 'total = price * count\nprint(total)'],
        ['note', 'What the *price* is, and why it counts.'],
        ['prompt', 'Ask'],
      ),
    },
    {},
    { tokens: { read: 'reads', comment: 'comments', write: 'writes' } },
  )
  ana = await app.writer('a.ipynb?token=writes', {
    ...app.returning('Ana', '#b3261e'),
    viewport: { width: 1100, height: 760 },
  })
  ben = await app.writer('a.ipynb?token=comments', app.returning('Ben Okri', '#1f63b5'))
  for (const person of [ana, ben]) await person.until('sync', 'saved')
})
afterAll(() => app.close())

const panel = ({ page }: Person): Locator => page.getByRole('complementary', { name: 'Comments' })
const thread = (person: Person, by: string): Locator =>
  panel(person).getByRole('article', { name: `Comment by ${by}`, exact: true })
const field = (within: Locator): Locator => within.getByRole('textbox', { name: 'Comment', exact: true })
const marked = (person: Person, position: number): Promise<string> =>
  person
    .source(position)
    .evaluate((source) =>
      [...source.querySelectorAll('.nb-commented')].map((each) => each.textContent).join(''),
    )
const shot = async (person: Person, name: string): Promise<void> => {
  const folder = process.env['SHOTS']
  if (folder === undefined) return
  for (const scheme of ['light', 'dark'] as const) {
    await person.page.emulateMedia({ colorScheme: scheme })
    await person.page.screenshot({ path: `${folder}/${name}-${scheme}.png` })
  }
  await person.page.emulateMedia({ colorScheme: 'light' })
}

test('a selection can be commented on by keyboard; others are notified, reply and find the passage', async () => {
  const { keyboard } = ana.page
  await ana.into(1)
  await keyboard.press('Control+Home')
  for (let i = 0; i < 8; i++) await keyboard.press('ArrowRight')
  for (let i = 0; i < 5; i++) await keyboard.press('Shift+ArrowRight')
  await keyboard.press('Control+Alt+m')
  await expect
    .poll(() => field(panel(ana)).evaluate((area) => area === document.activeElement), soon)
    .toBe(true)
  await keyboard.type('hh: net or gross, @be')
  await panel(ana).getByRole('option', { name: '@Ben Okri' }).waitFor()
  await keyboard.press('Tab')
  await keyboard.press('Backspace')
  await keyboard.type('?')
  await keyboard.press('Enter')
  await thread(ana, 'Ana').getByText('hh: net or gross, @Ben Okri?', { exact: true }).waitFor()
  await expect.poll(() => marked(ana, 1), soon).toBe('price')

  // Ben is notified that he was mentioned, and led to the passage.
  await ben.page.getByRole('log').getByText('Ana commented on cell 1').waitFor()
  await expect.poll(() => marked(ben, 1), soon).toBe('price')
  const notice = ben.page.getByRole('status').filter({ hasText: 'Ana mentioned you on cell 1' })
  await notice.getByRole('button', { name: 'Show', exact: true }).click()
  await thread(ben, 'Ana').getByText('net or gross').waitFor()
  await notice.waitFor({ state: 'detached' })
  await shot(ben, 'ben-1100')

  // He may comment, and nothing else.
  await ben.page.getByRole('banner').getByText('Comments only', { exact: true }).waitFor()
  expect(await ben.button('Run cell').count()).toBe(0)
  const reply = field(thread(ben, 'Ana'))
  await reply.fill('gross')
  await reply.press('Enter')
  await thread(ana, 'Ana').getByText('gross', { exact: true }).waitFor()
  await ana.page.getByRole('log').getByText('Ben Okri commented on cell 1: gross').waitFor()
  expect(await thread(ben, 'Ana').getByRole('button', { name: 'Delete comment' }).count()).toBe(1)

  // The mark follows the text.
  await ana.into(1)
  await keyboard.press('Control+Home')
  await keyboard.type('# sums up\n')
  await expect.poll(() => ben.text(1), soon).toContain('# sums up')
  await expect.poll(() => marked(ben, 1), soon).toBe('price')
})

test('a person who may only comment starts threads on rendered text, on cells and on the notebook', async () => {
  const { page } = ben
  await page.locator('nb-markdown p').click({ position: { x: 4, y: 4 } })
  await page
    .locator('nb-markdown p')
    .getByText('why it counts')
    .evaluate((element) => {
      const text = [...element.childNodes].at(-1)
      const range = document.createRange()
      if (!(text instanceof Text)) throw new Error('no text')
      range.setStart(text, text.data.indexOf('why'))
      range.setEnd(text, text.data.length - 1)
      getSelection()?.removeAllRanges()
      getSelection()?.addRange(range)
    })
  await page.keyboard.press('Control+Alt+m')
  await field(panel(ben).getByRole('region', { name: 'New comment on cell 2' })).fill('Does it?')
  await panel(ben)
    .getByRole('region', { name: 'New comment on cell 2' })
    .getByRole('button', { name: 'Send', exact: true })
    .click()
  await panel(ana).getByText('why it counts', { exact: true }).waitFor()
  const highlighted = (): Promise<string> =>
    ana.page.evaluate(() => [...CSS.highlights.values()].flatMap((marks) => [...marks].map(String)).join())
  await expect.poll(highlighted, soon).toBe('why it counts')

  await page.getByRole('button', { name: 'Comment on cell 3', exact: true }).click()
  await field(panel(ben).getByRole('region', { name: 'New comment on cell 3' })).fill('On a cell')
  await page.keyboard.press('Enter')
  await panel(ana).getByText('On a cell', { exact: true }).waitFor()
  await panel(ben).getByRole('button', { name: 'On the notebook' }).click()
  await field(panel(ben).getByRole('region', { name: 'New comment on the notebook' })).fill('On all of it')
  await page.keyboard.press('Enter')
  await panel(ana).getByText('On all of it', { exact: true }).waitFor()
  const order = (): Promise<string[]> => panel(ana).locator('nb-thread .nb-comment-text').allTextContents()
  await expect
    .poll(order, soon)
    .toEqual(['On all of it', 'hh: net or gross, @Ben Okri?', 'gross', 'Does it?', 'On a cell'])
  await shot(ana, 'ana-1100')

  // Threads are hidden and shown with their cell.
  await ana.cell(2).locator('nb-markdown').click()
  await ana.page.keyboard.press('d')
  await ana.page.keyboard.press('d')
  await expect.poll(async () => (await order()).includes('Does it?'), soon).toBe(false)
  await ana.page.keyboard.press('z')
  await expect.poll(async () => (await order()).includes('Does it?'), soon).toBe(true)
})

test('the model answers in a thread that mentions it, and the person who asked can stop it', async () => {
  const card = thread(ben, 'Ana')
  await field(card).fill('@mo')
  await card.getByRole('option', { name: '@model' }).waitFor()
  await ben.page.keyboard.press('Enter')
  await ben.page.keyboard.type('is it net?')
  await ben.page.keyboard.press('Enter')
  const answer = (person: Person): Locator => thread(person, 'Ana').locator('li[data-answer]')
  for (const person of [ana, ben]) await answer(person).getByText('mock', { exact: false }).first().waitFor()
  await expect.poll(() => answer(ana).first().getAttribute('data-status'), soon).toBe('done')
  await field(card).fill('@model count\nmock: slow 5000')
  await field(card).press('Enter')
  await expect.poll(() => answer(ana).last().textContent(), soon).toContain('word3')
  expect(await thread(ana, 'Ana').getByRole('button', { name: 'Stop answer' }).count()).toBe(0)
  await shot(ben, 'ben-model')
  await card.getByRole('button', { name: 'Stop answer' }).click()
  for (const person of [ana, ben]) await answer(person).last().getByText('The answer was stopped.').waitFor()
  await answer(ben).last().getByRole('button', { name: 'Delete comment' }).click()
  await expect.poll(() => answer(ana).count(), soon).toBe(1)
})

test('threads are resolved, reopened and deleted, and are in the file and after a reload', async () => {
  await thread(ben, 'Ana').getByRole('button', { name: 'Resolve', exact: true }).click()
  await expect.poll(() => marked(ana, 1), soon).toBe('')
  await panel(ana).getByRole('checkbox', { name: 'Show resolved (1)' }).check()
  await thread(ana, 'Ana').getByText('Resolved by Ben Okri').waitFor()
  await thread(ana, 'Ana').getByRole('button', { name: 'Reopen', exact: true }).click()
  await expect.poll(() => marked(ben, 1), soon).toBe('price')
  const last = panel(ben).locator('nb-thread').last()
  await last.getByText('On a cell', { exact: true }).waitFor()
  await last.getByRole('button', { name: 'Edit comment' }).click()
  await field(last).first().fill('On the last cell')
  await last.getByRole('button', { name: 'Save', exact: true }).click()
  await panel(ana).getByText('On the last cell', { exact: true }).waitFor()
  await last.getByRole('button', { name: 'Delete comment' }).click()
  await expect.poll(() => panel(ana).locator('nb-thread').count(), soon).toBe(3)
  await expect.poll(() => app.file('a.ipynb'), soon).toContain('net or gross')
  await expect.poll(() => app.file('a.ipynb'), soon).not.toContain('On the last cell')
  expect(await app.file('a.ipynb')).toContain('"quote": "price"')

  await ben.page.reload()
  await ben.until('sync', 'saved')
  await thread(ben, 'Ana').getByText('gross', { exact: true }).waitFor()
  await expect.poll(() => marked(ben, 1), soon).toBe('price')
  // His two questions, his reply and the answer to him.
  expect(await thread(ben, 'Ana').getByRole('button', { name: 'Delete comment' }).count()).toBe(4)
  for (const person of [ana, ben]) expect(person.complaints).toEqual([])
})

test('on a phone, threads are shown below the notebook and answered by touch', async () => {
  const phone = await app.writer('a.ipynb?token=comments', {
    ...app.returning('Eve', '#2e7031'),
    viewport: { width: 375, height: 720 },
    hasTouch: true,
    isMobile: true,
  })
  await phone.until('sync', 'saved')
  await shot(phone, 'phone-before')
  await phone.page.getByRole('button', { name: '1 comment on cell 1' }).tap()
  const card = thread(phone, 'Ana')
  await card.getByText('gross', { exact: true }).waitFor()
  await field(card).tap()
  await phone.page.keyboard.type('from the bus')
  await shot(phone, 'phone-375')
  await card.getByRole('button', { name: 'Send', exact: true }).tap()
  await thread(ana, 'Ana').getByText('from the bus', { exact: true }).waitFor()
  const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(wide).toBeLessThanOrEqual(0)
  const last = await phone.button('Menu').boundingBox()
  expect((last?.x ?? 400) + (last?.width ?? 0)).toBeLessThanOrEqual(375)
  expect(phone.complaints).toEqual([])
})
