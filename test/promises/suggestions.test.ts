// The model suggests how a text continues, if the person has switched that on: shown faintly, and in the
// notebook only once accepted.
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const opened = (app: App): Promise<Person> => app.opened()
const suggestion = ({ page }: Person) => page.locator('.nb-suggestion')

test('suggestions are off by default; typing follows one, Alt+] shows another, Tab accepts, Esc hides', async () => {
  app = await App.start({ 'a.ipynb': notebookFile(['code', 'x = 0'], ['note', ''], ['prompt', '']) })
  const [ana, ben] = [await opened(app), await opened(app)]
  const requests: string[] = []
  ana.page.on('request', (request) => {
    if (request.url().includes('/api/suggest/')) requests.push(request.postData() ?? '')
  })
  await ana.type(1, '\ny = 1')
  await expect.poll(async () => (await shownSources(ben))[0], soon).toBe('x = 0\ny = 1')
  await ana.page.keyboard.press('Control+,')
  await ana.page.getByRole('checkbox', { name: 'Suggestions while typing' }).check()
  await ana.page.keyboard.press('Escape')
  expect(requests).toEqual([])

  await ana.type(1, '2')
  await expect.poll(() => suggestion(ana).textContent(), soon).toBe('  # suggestion 1 of the mock')
  expect(requests).toHaveLength(1)
  expect(JSON.parse(requests[0] ?? '')).toMatchObject({ before: 'x = 0\ny = 12', after: '', kind: 'code' })
  await ana.page.keyboard.press('Alt+]')
  await expect.poll(() => suggestion(ana).textContent(), soon).toContain('suggestion 2')
  await ana.page.keyboard.press('Alt+[')
  await expect.poll(() => suggestion(ana).textContent(), soon).toContain('suggestion 1')
  await ana.page.keyboard.type('  # sug')
  await expect.poll(() => suggestion(ana).textContent(), soon).toBe('gestion 1 of the mock')
  // A suggestion is shown nowhere else.
  await expect.poll(async () => (await shownSources(ben))[0], soon).toBe('x = 0\ny = 12  # sug')
  await ana.page.keyboard.press('Tab')
  expect(await suggestion(ana).count()).toBe(0)
  await expect
    .poll(async () => (await shownSources(ben))[0], soon)
    .toBe('x = 0\ny = 12  # suggestion 1 of the mock')
  // One undo step removes it.
  await ana.page.keyboard.press('Control+z')
  await expect.poll(async () => (await shownSources(ben))[0], soon).not.toContain('gestion')

  await ana.cell(2).focus()
  await ana.page.keyboard.press('Enter')
  await ana.page.keyboard.type('Circles')
  await suggestion(ana).waitFor()
  await ana.page.keyboard.press('Escape')
  await expect.poll(() => suggestion(ana).count(), soon).toBe(0)
  await ana.cell(2).locator('.cm-content:focus').waitFor()
  // A key requests a suggestion; typing something else removes it.
  await ana.page.keyboard.press('Alt+\\')
  await suggestion(ana).waitFor()
  const before = requests.length
  // The next one arrives only when the test says so.
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  await ana.page.route('**/api/suggest/**', async (route) => {
    await held
    await route.continue()
  })
  await ana.page.keyboard.press('!')
  await expect.poll(() => suggestion(ana).count(), soon).toBe(0)
  release()
  await suggestion(ana).waitFor()
  expect(requests).toHaveLength(before + 1)
  expect(ana.complaints).toEqual([])
})
