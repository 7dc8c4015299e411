// Touch has no hover: a button that is not visible must not be hit, and no row of buttons may lie under
// another.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importedResult } from '../../shared/notebook/notebook.ts'
import { allKinds } from '../support/all-kinds.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App
beforeAll(async () => {
  app = await App.start({ 'all.ipynb': allKinds() })
})
afterAll(() => app.close())

const open = async (look: Parameters<App['writer']>[1]): Promise<Person> => {
  const person = await app.writer('all.ipynb', look)
  await person.until('sync', 'saved')
  await person.cell(3).locator('nb-controls').waitFor({ state: 'attached' })
  // The formula is rendered and the editor loaded: nothing moves any more.
  await person.cell(1).locator('mjx-container').first().waitFor({ state: 'attached' })
  await person.cell(2).locator('.cm-editor').waitFor({ state: 'attached' })
  return person
}

/** Buttons that can be hit somewhere in the window although they are invisible: in their box or up to 24 px beside it. */
const hiddenTargets = (person: Person): Promise<string[]> =>
  person.page.evaluate(() => {
    const [step, beside] = [6, 24]
    const hidden = [...document.querySelectorAll('button, select')].filter(
      (button) => !button.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
    )
    const points = new Set<string>()
    for (const button of hidden)
      for (const { left, right, top, bottom } of button.getClientRects())
        for (let y = Math.max(0, top - beside); y < Math.min(innerHeight, bottom + beside); y += step)
          for (let x = Math.max(0, left - beside); x < Math.min(innerWidth, right + beside); x += step)
            points.add(`${Math.floor(x / step)} ${Math.floor(y / step)}`)
    const found = new Set<string>()
    for (const point of points) {
      const [x = 0, y = 0] = point.split(' ').map((at) => Number(at) * step + 2)
      const button = document.elementFromPoint(x, y)?.closest('button, select')
      if (button && hidden.includes(button)) found.add(button.ariaLabel ?? button.textContent)
    }
    return [...found]
  })

/** Visible buttons whose centre is covered by another element of the page. */
const covered = (person: Person): Promise<string[]> =>
  person.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('nb-cell button, nb-cell select, nb-insert button')].flatMap(
      (button) => {
        if (!button.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return []
        const { left, top, width, height } = button.getBoundingClientRect()
        const [x, y] = [left + width / 2, top + height / 2]
        if (y < 0 || y > innerHeight - 30) return []
        const hit = document.elementFromPoint(x, y)?.closest('button, select, .nb-header')
        return hit === button
          ? []
          : [`${button.ariaLabel ?? button.textContent} under ${hit?.ariaLabel ?? hit?.className}`]
      },
    ),
  )

test('on a phone the execution count and the comment button do not overlap', async () => {
  await app.create(
    'ran.ipynb',
    notebookFile(['code', 'a = 1', { result: importedResult({ count: 128 }) }], ['note', 'a note']),
  )
  const ana = await app.writer('ran.ipynb', { viewport: { width: 375, height: 800 }, hasTouch: true })
  await ana.cell(1).focus()
  const bottom = (box: { y: number; height: number } | null): number => (box?.y ?? NaN) + (box?.height ?? NaN)
  const comment = ana.button('Comment on cell 1')
  await comment.waitFor()
  const number = ana.cell(1).getByText('128', { exact: true })
  expect((await comment.boundingBox())?.y).toBeGreaterThanOrEqual(bottom(await number.boundingBox()))
  expect(await covered(ana)).toEqual([])
  await ana.context.close()
})

test.each([375, 900])('at %d px what a finger presses is at least 24 px wide and high', async (width) => {
  const ana = await open({ viewport: { width, height: 800 }, hasTouch: true, isMobile: true })
  const small = await ana.page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'nb-header button, nb-cell button, nb-cell select, .nb-foot :is(button, input)',
      ),
    ]
      // A place in a traceback is part of its text; a box of a task takes presses around it; an image can be as small.
      .filter(
        (button) =>
          !button.matches('.nb-place, .nb-box, [aria-label^="Enlarge"]') &&
          button.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
      )
      .map((button) => ({
        name: button.ariaLabel ?? button.textContent,
        box: button.getBoundingClientRect(),
      }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ name, box }) => `${name}: ${box.width} × ${box.height}`),
  )
  expect(small).toEqual([])
  await ana.context.close()
})

test.each([375, 900])(
  'at %d px no invisible button can be hit and none lies under another',
  async (width) => {
    const ana = await open({ viewport: { width, height: 800 }, hasTouch: true, isMobile: true })
    expect(await hiddenTargets(ana)).toEqual([])
    expect(await covered(ana)).toEqual([])
    // The buttons of an output are below it, and the status line is not cut off.
    const tools = ana.page.locator('.nb-output-item').first()
    await tools.waitFor({ state: 'attached' })
    const [body, row] = await Promise.all([
      tools.locator('.nb-output-body').boundingBox(),
      tools.locator('.nb-output-tools').boundingBox(),
    ])
    expect(row?.y).toBeGreaterThanOrEqual((body?.y ?? 0) + (body?.height ?? 0))
    const cut = ana.page
      .locator('nb-status > span')
      .evaluateAll((spans) => spans.filter((span) => span.scrollWidth > span.clientWidth + 1).length)
    expect(await cut).toBe(0)
    const count = await ana.page.locator('nb-cell').count()
    // The right end of the first line, and the gap above it.
    const box = await ana.cell(2).locator('nb-source').boundingBox()
    if (box === null) throw new Error('cell 2 is not there')
    await ana.page.touchscreen.tap(box.x + box.width - 12, box.y + 12)
    await ana.cell(2).locator('.cm-content:focus').waitFor()
    // Nothing moves while the buttons go from one cell to another, so that the intended button is hit.
    const places = (): Promise<number[]> =>
      ana.page
        .locator('nb-cell')
        .evaluateAll((cells) => cells.slice(0, 5).map((cell) => cell.getBoundingClientRect().top + scrollY))
    const before = await places()
    await ana
      .cell(4)
      .getByRole('button', { name: 'Run cell' })
      .evaluate((button) => button.focus({ preventScroll: true }))
    await expect.poll(() => ana.cell(4).getAttribute('data-selected'), soon).toBe('')
    expect(await places()).toEqual(before)
    await ana.page.touchscreen.tap(box.x + box.width - 12, box.y + 12)
    await ana.cell(2).locator('.cm-content:focus').waitFor()
    expect(await places()).toEqual(before)
    await expect.poll(() => covered(ana), soon).toEqual([])
    expect(await hiddenTargets(ana)).toEqual([])
    // The buttons are visible now, beside the text and not on it.
    await ana.page.touchscreen.tap(box.x + box.width - 12, box.y + 12)
    expect(await ana.page.locator('nb-cell').count()).toBe(count)
    await ana.cell(2).getByRole('button', { name: 'Delete cell' }).tap()
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(count - 1)
    await ana.button('Undo').tap()
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(count)
    expect(ana.complaints).toEqual([])
    await ana.context.close()
  },
)

test('at any window width, and beside a panel, no row of buttons overlaps another', async () => {
  const ana = await open({})
  // The kind with the widest row.
  const prompt = ana.page.locator('nb-cell[data-kind=prompt]').first()
  await prompt.getByRole('textbox', { name: /^Source/ }).click()
  await ana.page.keyboard.type('why')
  await prompt.getByText('Edited by you').waitFor({ state: 'attached' })
  await ana.press('Escape')
  const overlaps = (): Promise<number> =>
    ana.page.evaluate(() => {
      const boxes = (selector: string): DOMRect[] =>
        [...document.querySelectorAll(selector)]
          .filter((button) => button.checkVisibility({ visibilityProperty: true }))
          .map((button) => button.getBoundingClientRect())
      const gaps = boxes(
        'nb-cell:has(+ nb-cell[data-current]) .nb-insert-row button, nb-cell[data-current] nb-edited',
      )
      return boxes('nb-cell[data-current] nb-controls').filter((row) =>
        gaps.some(
          ({ left, right, top, bottom }) =>
            right > row.left && left < row.right && bottom > row.top && top < row.bottom,
        ),
      ).length
    })
  for (const panel of ['', 'Comments'])
    for (const width of [1200, 1100, 900, 840, 800, 768, 700]) {
      await ana.page.setViewportSize({ width: width + (panel === '' ? 0 : 340), height: 800 })
      if (panel !== '' && (await ana.page.getByRole('complementary', { name: panel }).count()) === 0) {
        await ana.button(panel).click()
        await prompt.focus()
      }
      await expect.poll(async () => [panel, width, await overlaps()], soon).toEqual([panel, width, 0])
    }
  await ana.context.close()
})

test('every kind of cell can be added above a prompt, as invisible buttons are not in the way', async () => {
  const ana = await open({})
  const kinds = await ana.page
    .locator('nb-cell')
    .evaluateAll((cells) => cells.map((cell) => (cell as HTMLElement).dataset['kind']))
  const above = kinds.indexOf('prompt')
  // Another cell is the current one, and the prompt has all of its buttons.
  await ana
    .cell(above + 1)
    .getByRole('combobox', { name: 'Model' })
    .waitFor({ state: 'attached' })
  await ana.cell(1).focus()
  await ana.cell(above).getByRole('button', { name: 'Add image cell' }).click()
  await expect
    .poll(() => ana.page.locator('nb-cell').nth(above).getAttribute('data-kind'), soon)
    .toBe('image')
  await ana.button('Undo').click()
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(kinds.length)
  await ana.context.close()
})

test('opening a panel does not move the first cell', async () => {
  const ana = await open({ viewport: { width: 1100, height: 800 } })
  const top = (): Promise<number> => ana.cell(1).evaluate((cell) => cell.getBoundingClientRect().top)
  const before = await top()
  await ana.button('Outline').click()
  await ana.page.getByRole('complementary', { name: 'Outline' }).waitFor()
  expect(await top()).toBe(before)
  await ana.context.close()
})

test.each([
  ['on a phone', { viewport: { width: 375, height: 800 }, hasTouch: true, isMobile: true }],
  ['with a mouse', {}],
])(
  '%s the name at a caret is shown only while it moves, and then does not cover the text',
  async (_, device) => {
    const ana = await open(device)
    const ben = await app.writer('all.ipynb', app.returning('Ben', '#1f63b5'))
    await ben.until('sync', 'saved')
    await ben.into(2)
    const name = ana.cell(2).locator('.nb-caret-name')
    await name.waitFor()
    await name.waitFor({ state: 'hidden' })
    expect(await ana.cell(2).getByRole('img', { name: 'Caret of Ben' }).isVisible()).toBe(true)
    await ben.press('Control+Home', 'ArrowRight')
    await name.waitFor({ state: 'visible' })
    await name.waitFor({ state: 'hidden' })
    expect([...ana.complaints, ...ben.complaints]).toEqual([])
    await ben.context.close()
    await ana.context.close()
  },
)

test('at 400 %, which makes a usual screen 320 px wide, nothing is to be scrolled to sideways', async () => {
  const ana = await open({ viewport: { width: 320, height: 800 } })
  await ana.cell(1).focus()
  const beyond = (): Promise<string[]> =>
    ana.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('body button')].flatMap((button) => {
        const { left, right } = button.getBoundingClientRect()
        const isShown = button.checkVisibility({ visibilityProperty: true })
        return isShown && (left < 0 || right > innerWidth) ? [button.ariaLabel ?? button.textContent] : []
      }),
    )
  expect(await beyond()).toEqual([])
  expect(await ana.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320)
  await ana.context.close()
})

test('with a mouse the buttons of a cell do not cover its text', async () => {
  const ana = await open({})
  await ana.cell(2).hover()
  const [buttons, text] = await Promise.all([
    ana.cell(2).locator('nb-controls').boundingBox(),
    ana.cell(2).locator('nb-source').boundingBox(),
  ])
  expect((buttons?.y ?? 0) + (buttons?.height ?? 0)).toBeLessThanOrEqual((text?.y ?? 0) + 1)
  await ana.into(2)
  expect(await covered(ana)).toEqual([])
  await ana.context.close()
})

test('anything that covers the page closes on Escape and on a click outside it', async () => {
  const ana = await open({})
  const you = ana.page.getByRole('list', { name: 'People' }).getByRole('button').first()
  const layers = [
    [you, ana.page.getByLabel('Your name')],
    [ana.button('Export'), ana.page.getByRole('menu', { name: 'Export' })],
    [ana.button('Keys'), ana.page.getByRole('dialog', { name: 'Keys' })],
    [ana.button('Kernel: mine'), ana.page.getByRole('dialog', { name: 'Kernel' })],
  ] as const
  for (const [button, layer] of layers) {
    await button.click()
    await layer.waitFor()
    await ana.page.keyboard.press('Escape')
    await layer.waitFor({ state: 'detached' })
    await button.click()
    await layer.waitFor()
    await ana.page.mouse.click(20, 300)
    await layer.waitFor({ state: 'detached' })
  }
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})
