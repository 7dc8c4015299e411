// A notebook as an app, without its code but with its widgets, and as slides, opened by link and used by
// keyboard.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { sliderCode } from '../support/slider.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start(
    {
      'talk.ipynb': notebookFile(
        ['note', '# Rain\n\n- [ ] a task'],
        ['code', sliderCode],
        ['note', '## Second'],
        ['code', "print('of the', 'second')"],
        ['note', '## Third'],
      ),
    },
    {},
    { tokens: { read: 'reads', comment: null, write: 'writes' } },
  )
})
afterAll(() => app.close())

test('the app view runs code without showing it, its widgets work, and nothing can be edited', async () => {
  const ana = await app.writer('talk.ipynb?view=app&token=writes')
  const { page } = ana
  await page.getByRole('heading', { name: 'Rain', level: 1 }).last().waitFor()
  await ana.until('sync', 'saved')
  await ana.button('Run all').click()
  await ana.cellIs(4, 'done')
  expect(await ana.output(4).innerText()).toContain('of the second')
  const slider = ana.output(2).frameLocator('iframe').getByRole('slider')
  await slider.waitFor()
  expect(await page.getByRole('textbox', { name: /^Source/ }).count()).toBe(0)
  for (const name of ['Run cell', 'Delete cell', 'Add code cell', 'Undo'])
    expect(await ana.button(name).count(), name).toBe(0)

  // Neither a double click nor keys of command mode change anything.
  await page.getByRole('heading', { name: 'Second' }).dblclick()
  await page.keyboard.type('ddxz')
  await ana.cell(3).focus()
  await page.keyboard.type('ddxb')
  await page.keyboard.press('Enter')
  expect(await page.locator('nb-cell').count()).toBe(5)
  expect(await page.getByRole('main').getByRole('checkbox', { disabled: false }).count()).toBe(0)

  // A reader can open the same link.
  const ben = await app.writer('talk.ipynb?view=app&token=reads')
  await ben.output(4).getByText('of the second').waitFor()
  expect(await ben.button('Run all').count()).toBe(0)
  await slider.fill('55')
  await expect
    .poll(() => ben.output(2).frameLocator('iframe').getByRole('slider').inputValue(), soon)
    .toBe('55')

  await ana.button('Notebook view').click()
  await ana.source(2).waitFor()
  expect(new URL(page.url()).search).toBe('')
  await ana.type(4, '; slider.value')
  await ana.run(4)
  await expect.poll(() => ana.output(4).innerText(), { timeout: patience }).toContain('55')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
  await ben.context.close()
  await ana.context.close()
})

test('the slide view follows headings, keys and edits, and Esc leaves it', async () => {
  const ana = await app.writer('talk.ipynb?token=writes')
  const ben = await app.writer('talk.ipynb?token=writes')
  const { page } = ana
  await ana.until('sync', 'saved')
  await ana.choose('View', 'Slide view')
  const place = page.getByRole('navigation', { name: 'Slides' }).getByRole('status')
  const shown = (): Promise<string[]> => page.getByRole('main').getByRole('heading').allInnerTexts()
  await expect.poll(() => place.innerText(), soon).toBe('1 of 3')
  await expect.poll(shown, soon).toEqual(['Rain'])
  expect(await ana.button('Previous slide').isDisabled()).toBe(true)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => place.innerText(), soon).toBe('2 of 3')
  await expect.poll(shown, soon).toEqual(['Second'])
  await ana.output(4).getByText('of the second').waitFor()
  expect(await page.getByRole('textbox', { name: /^Source/ }).count()).toBe(0)

  // A slide is inserted before this one, which stays.
  await ben.cell(1).getByRole('button', { name: 'Add note', exact: true }).click()
  await page.waitForFunction(() => document.querySelectorAll('nb-cell').length === 6)
  await ben.page.keyboard.type('## Between')
  await expect.poll(() => place.innerText(), soon).toBe('3 of 4')
  await expect.poll(shown, soon).toEqual(['Second'])

  await page.keyboard.press('End')
  await expect.poll(shown, soon).toEqual(['Third'])
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(shown, soon).toEqual(['Between'])
  // The link opens the slides.
  await page.reload()
  await expect.poll(() => place.innerText(), soon).toBe('1 of 4')
  await ana.button('Next slide').click()
  await expect.poll(() => place.innerText(), soon).toBe('2 of 4')
  await page.keyboard.press('Escape')
  await ana.source(1).waitFor({ state: 'attached' })
  await page.getByRole('menubar').waitFor()
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
