// The status line is never cut off: it is shorter where there is less room.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  const far = (last: string): string =>
    notebookText(...Array.from({ length: 60 }, (_, i) => `x = ${i}`), last)
  app = await App.start({
    'a.ipynb': notebookText('x = 1'),
    'input.ipynb': far("print('Hello', input('Name? '))"),
    'permission.ipynb': far("open('a.ipynb').close(); print('read')"),
  })
})
afterAll(() => app.close())

/** The visible text of each part of the status line, and whether it is cut off. */
const said = ({ page }: Person): Promise<readonly { readonly words: string; readonly cut: boolean }[]> =>
  page.locator('nb-status > :is(span, button)').evaluateAll((all) =>
    all
      .filter((each) => each.checkVisibility())
      .map((each) => ({
        words: (each as HTMLElement).innerText,
        cut: each.scrollWidth > each.clientWidth + 1,
      })),
  )

const phone = { viewport: { width: 375, height: 720 }, hasTouch: true, isMobile: true }

test('the offline status is not cut off in a window of any width', async () => {
  const ana = await app.opened()
  await app.stopRelay()
  try {
    await ana.until('sync', 'offline')
    for (const [width, words] of [
      [
        1280,
        ['Offline: stored in this browser, sent when the relay is reachable', 'File: unknown while offline'],
      ],
      [820, ['Offline: stored in this browser']],
      [375, ['Offline: stored in this browser']],
    ] as const) {
      await ana.page.setViewportSize({ width, height: 720 })
      await expect
        .poll(() => said(ana), soon)
        .toEqual([...words, 'Kernel off'].map((each) => ({ words: each, cut: false })))
    }
  } finally {
    await app.startRelay()
  }
  await ana.context.close()
})

test('a network that is lost while the page still loads its parts is noticed', async () => {
  const ana = await app.writer('')
  await ana.page.route('**/assets/silence-*.js', async (route) => {
    const response = await route.fetch()
    await ana.until('sync', 'saved')
    await ana.context.setOffline(true)
    await route.fulfill({ response })
  })
  await ana.page.goto(`${app.origin}/notebook/a.ipynb`)
  // Without it the page waits for half a minute before it says so.
  const isOffline = ana.page.locator('nb-status[data-sync="offline"]').waitFor({ timeout: 15_000 })
  await expect(isOffline).resolves.toBeUndefined()
  await ana.context.close()
})

test('the status line takes one row on a phone, also while Python starts', async () => {
  const ana = await app.opened('a.ipynb', phone)
  // Python never arrives.
  await ana.page.route('**/pyodide/**', () => undefined)
  await ana.run(1)
  await ana.until('kernel', 'starting')
  const words = async (): Promise<unknown> => (await said(ana)).map((each) => each.words)
  await expect
    .poll(words, soon)
    .toEqual(['Saved', expect.stringMatching(/^Sav(ed|ing) to file/), 'Kernel starting'])
  expect((await said(ana)).some(({ cut }) => cut)).toBe(false)
  const { height } = (await ana.status.boundingBox()) ?? { height: NaN }
  expect(height).toBeLessThan(24)
  await ana.context.close()
})

test('the status line of a new notebook takes one row on a phone, also with its permission', async () => {
  const ana = await app.writer('', phone)
  await ana.page.getByRole('button', { name: 'New notebook', exact: true }).tap()
  const words = async (): Promise<unknown> => (await said(ana)).map((each) => each.words)
  await expect.poll(words, soon).toEqual(['Saved', 'Network allowed', 'Kernel off'])
  const { height } = (await ana.status.boundingBox()) ?? { height: NaN }
  expect(height).toBeLessThan(24)
  await ana.context.close()
})

const isSeen = (inner: Element): boolean => {
  const { top, bottom } = inner.getBoundingClientRect()
  return top >= 0 && bottom <= innerHeight
}

test('code far from the window that waits for its person says so, and a click leads to it', async () => {
  const ana = await app.opened('input.ipynb')
  await ana.choose('Run', 'Run all')
  await ana.button('Kernel waits for input').click(soon)
  const field = ana.cell(61).locator('nb-ask input')
  await expect.poll(() => field.evaluate((input) => input === document.activeElement), soon).toBe(true)
  await expect.poll(() => field.evaluate(isSeen), soon).toBe(true)
  await ana.page.keyboard.type('Ana\n')
  await expect.poll(() => ana.output(61).innerText(), soon).toContain('Hello Ana')
  await expect.poll(async () => (await said(ana)).at(-1)?.words, soon).toBe('Kernel idle')

  await ana.page.setViewportSize({ width: 375, height: 720 })
  await ana.page.goto(`${app.origin}/notebook/permission.ipynb`)
  await ana.until('sync', 'saved')
  await ana.choose('Run', 'Run all')
  await ana.button('Kernel waits for permission').click(soon)
  const allow = ana.cell(61).getByRole('button', { name: 'Allow', exact: true })
  await expect.poll(() => allow.evaluate(isSeen), soon).toBe(true)
  expect((await said(ana)).filter(({ cut }) => cut)).toEqual([])
  await allow.click()
  await expect.poll(() => ana.output(61).innerText(), soon).toContain('read')
  expect(ana.complaints).toEqual([])
})
