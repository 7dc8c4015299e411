// jupyterlab#17373: browsers whose clocks are wrong, in other time zones.
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Locator } from 'playwright'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

/** Runs in the page. */
const shiftClock = (by: number): void => {
  const Real = Date
  globalThis.Date = class extends Real {
    constructor(...given: readonly []) {
      if (given.length === 0) super(Real.now() + by)
      else super(...given)
    }
    static override now(): number {
      return Real.now() + by
    }
  } as DateConstructor
}

let app: App
beforeAll(async () => {
  app = await App.start({ 'a.ipynb': notebookText('x = 1', 'y = 2') })
})
afterAll(() => app.close())

const hour = 3_600_000
/** How many milliseconds a page's idea of the relay's time may be off. */
const slack = 60_000
const opened = async (name: string, by: number, timezoneId: string): Promise<Person> => {
  const person = await app.writer('', { ...app.returning(name, '#1f63b5'), timezoneId })
  await person.context.addInitScript(shiftClock, by)
  await person.page.goto(`${app.origin}/notebook/a.ipynb`)
  await person.until('sync', 'saved')
  return person
}
const panel = ({ page }: Person): Locator => page.getByRole('complementary', { name: 'Comments' })

test('times shown and written are right even if a browser’s clock and time zone are wrong', async () => {
  const began = Date.now()
  const ana = await opened('Ana', 3 * hour, 'Asia/Tokyo')
  const ben = await opened('Ben', -24 * hour, 'America/Los_Angeles')
  const cem = await opened('Cem', 0, 'Asia/Kathmandu')
  for (const [person, text] of [
    [ana, 'first'],
    [ben, 'second'],
    [cem, 'third'],
  ] as const) {
    await person.into(1)
    await person.page.keyboard.press('Control+Alt+m')
    const isThere = () =>
      person.page.evaluate(() => document.activeElement?.closest('nb-comment-field') != null)
    await expect.poll(isThere, soon).toBe(true)
    await person.page.keyboard.type(text)
    await person.page.keyboard.press('Enter')
    await expect.poll(() => panel(person).getByText(text).count(), soon).toBe(1)
    await person.type(2, ` # ${text}`)
    await person.until('sync', 'saved')
  }
  for (const person of [ana, ben, cem]) {
    for (const text of ['first', 'second', 'third'])
      await expect.poll(() => panel(person).getByText(text).count(), soon).toBe(1)
    const threads = panel(person).getByRole('article')
    const texts = await threads.allInnerTexts()
    for (const text of ['first', 'second', 'third'])
      expect(texts.filter((shown) => shown.includes(text))).toHaveLength(1)
    const times = await threads
      .locator('time')
      .evaluateAll((all) => all.map((time) => time.getAttribute('datetime')))
    expect(times).toHaveLength(3)
    for (const time of times) {
      expect(Date.parse(time ?? '')).toBeGreaterThan(began - slack)
      expect(Date.parse(time ?? '')).toBeLessThan(Date.now() + slack)
    }
    // As recorded in the relay's log, too.
    await person.page.reload()
    await person.until('sync', 'saved')
    await person.cell(2).hover()
    await person
      .cell(2)
      .getByText(/^Edited by (Cem|you), (just now|\d minutes? ago)$/)
      .waitFor()
    expect(person.complaints).toEqual([])
  }
})
