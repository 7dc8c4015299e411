// 1,000 cells mount no more editors than are visible, and output that grows above does not move what is in
// view.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf, shownCells } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

const thousand = notebookFile(
  ...Array.from({ length: 1_000 }, (_, i): CellSketch => [
    'code',
    Array.from({ length: 15 }, (_, line) => `x${i}_${line} = ${i} + ${line}  # line`).join('\n'),
  ]),
)

const short = (printing: number, length = 1_000): readonly CellSketch[] =>
  Array.from({ length }, (_, i) => [
    'code',
    i + 1 === printing
      ? 'import time\nfor i in range(6_000):\n    print("line", i)\n    time.sleep(0.1)'
      : `x${i} = ${i}`,
  ])

const results = JSON.stringify({
  cells: Array.from({ length: 300 }, (_, i) => ({
    cell_type: 'code',
    id: `cell-${i}`,
    execution_count: i + 1,
    metadata: {},
    outputs: [{ output_type: 'stream', name: 'stdout', text: 'a line\n'.repeat(12) }],
    source: `x${i} = ${i}`,
  })),
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
})

const inWindow = (person: Person, position: number): Promise<boolean> =>
  person.cell(position).evaluate((cell) => {
    const { top, bottom } =
      cell.querySelector('nb-source')?.getBoundingClientRect() ?? cell.getBoundingClientRect()
    return top >= 0 && bottom <= innerHeight
  })

let app: App
beforeAll(async () => {
  app = await App.start({
    'thousand.ipynb': thousand,
    'printing.ipynb': notebookFile(...short(498)),
    'longer.ipynb': notebookFile(...short(0, 1_200)),
  })
})
afterAll(() => app.close())

interface Mounted {
  readonly editors: number
  readonly visible: number
  /** Visible ones that have no editor yet. */
  readonly waiting: number
}

const mounted = (person: Person): Promise<Mounted> =>
  person.page.evaluate(() => {
    const inView = (element: Element): boolean => {
      const { top, bottom } = element.getBoundingClientRect()
      return bottom >= 0 && top <= innerHeight
    }
    const sources = [...document.querySelectorAll('nb-source')].filter(inView)
    return {
      editors: document.querySelectorAll('.cm-editor').length,
      visible: sources.length,
      waiting: sources.filter((source) => source.querySelector('.cm-editor') === null).length,
    }
  })

/** Waits until there are visible sources and all have editors, and returns how many there are. */
const settled = async (person: Person): Promise<Mounted> => {
  let now: Mounted = await mounted(person)
  // Editors out of view are removed in the same step.
  const isSettled = async (): Promise<boolean> => {
    now = await mounted(person)
    return now.visible > 0 && now.waiting === 0
  }
  await expect.poll(isSettled, soon).toBe(true)
  return now
}

const goTo = (person: Person, where: 'top' | 'middle' | 'end'): Promise<void> =>
  person.page.evaluate((to) => {
    const { scrollHeight } = document.documentElement
    const top = { top: 0, middle: scrollHeight / 2, end: scrollHeight }[to]
    scrollTo({ top, left: 0, behavior: 'instant' })
  }, where)

describe('1,000 cells', () => {
  test('mount no more editors than are visible', async () => {
    const ana = await app.writer('thousand.ipynb')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
    for (const where of ['top', 'middle', 'end', 'top'] as const) {
      await goTo(ana, where)
      const { editors, visible } = await settled(ana)
      expect(visible).toBeGreaterThan(0)
      expect(visible).toBeLessThan(20)
      expect(editors, `at the ${where}`).toBeLessThanOrEqual(visible)
    }
    // The cell being edited keeps its editor when it is scrolled out of view.
    await ana.into(1)
    for (const where of ['end', 'middle'] as const) {
      await goTo(ana, where)
      const { editors, visible } = await settled(ana)
      expect(editors, `at the ${where}`).toBe(visible + 1)
    }
    expect(await focusOf(ana)).toBe('source of cell 1')
    // Scrolling on and on never accumulates editors.
    const most = await ana.page.evaluate(async () => {
      let most = 0
      for (let step = 0; step < 60; step++) {
        scrollBy({ top: 1_500, behavior: 'instant' })
        await new Promise((resolve) => requestAnimationFrame(resolve))
        most = Math.max(most, document.querySelectorAll('.cm-editor').length)
      }
      return most
    })
    expect(most).toBeLessThan(20)
    expect(ana.complaints).toEqual([])
    await ana.context.close()
  })

  test('can be typed in at cell 500 at once, and the text is saved to the file', async () => {
    await app.create('typed.ipynb', thousand)
    const ana = await app.writer('typed.ipynb')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
    await ana.cell(500).scrollIntoViewIfNeeded()
    await ana.source(500).click({ position: { x: 60, y: 10 } })
    await ana.page.keyboard.press('Control+Home')
    await ana.page.keyboard.type('typed = "at once"\n')
    await expect
      .poll(async () => (await shownCells(ana))[499]?.source.split('\n').slice(0, 2), soon)
      .toEqual(['typed = "at once"', 'x499_0 = 499 + 0  # line'])
    await ana.until('sync', 'saved')
    await expect.poll(() => app.file('typed.ipynb'), soon).toContain('typed = \\"at once\\"')
    expect(ana.complaints).toEqual([])
    await ana.context.close()
  })

  test('have the caret where a click was, even if the cell had no editor yet', async () => {
    await app.create('clicked.ipynb', thousand)
    const ana = await app.writer('clicked.ipynb')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
    // The editor's script is loaded.
    await ana.page.locator('nb-cell .cm-content').first().waitFor()
    // In the same task in which the cell renders: find a word in its static text, and press the mouse there.
    const where = await ana.page.evaluate(async () => {
      const cell = document.querySelectorAll('nb-cell')[700]
      if (!cell) throw new Error('no cell')
      cell.scrollIntoView({ block: 'center', behavior: 'instant' })
      const picture = await new Promise<Element>((resolve) => {
        const look = (): void => {
          const found = cell.querySelector('.nb-picture')
          if (found) resolve(found)
        }
        new MutationObserver(look).observe(cell, { subtree: true, childList: true })
        look()
      })
      const walker = document.createTreeWalker(picture, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = (node.textContent ?? '').indexOf('x700_7')
        if (at < 0) continue
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + 'x700_7'.length)
        const { right, top, height } = range.getBoundingClientRect()
        const [clientX, clientY] = [right, top + height / 2]
        picture.dispatchEvent(
          new MouseEvent('mousedown', { clientX, clientY, button: 0, bubbles: true, cancelable: true }),
        )
        return document.activeElement?.className ?? ''
      }
      throw new Error('the line is not there')
    })
    expect(where).toContain('cm-content')
    await ana.page.keyboard.type('HERE')
    await expect
      .poll(async () => (await shownCells(ana))[700]?.source.split('\n')[7], soon)
      .toBe('x700_7HERE = 700 + 7  # line')
    await ana.context.close()
  })
})

test('cells far from the viewport exist, with kind and status', async () => {
  const [ana, ben] = [await app.writer('longer.ipynb'), await app.writer('longer.ipynb')]
  const [all, idle] = ['nb-cell', 'nb-cell[data-kind="code"][data-status="idle"]'].map((cells) =>
    ana.page.locator(cells),
  )
  await expect.poll(() => all?.count(), soon).toBe(1_200)
  expect(await idle?.count()).toBe(1_200)
  // Once the page is idle, so that the browser's own search finds the text.
  await expect.poll(() => ana.source(1_000).textContent(), soon).toBe('x999 = 999')
  await expect.poll(() => ben.page.locator('nb-cell').count(), soon).toBe(1_200)
  expect(await ana.cell(1_000).getAttribute('aria-label')).toBe('Code cell 1000')
  // Another program changes one, and another person writes in one.
  const file = await app.file('longer.ipynb')
  await fetch(`${app.origin}/api/notebooks/longer.ipynb`, {
    method: 'PUT',
    body: file.replace('x1099 = 1099', 'x1099 = 11 * 100'),
  })
  await expect.poll(() => ana.source(1_100).textContent(), soon).toBe('x1099 = 11 * 100')
  expect(await ana.cell(1_100).getAttribute('data-unrendered')).toBe('')
  await ben.cell(1_150).scrollIntoViewIfNeeded()
  await ben.into(1_150)
  await ana.cell(1_150).locator('.nb-caret').waitFor({ state: 'attached' })
  await ben.run(1_150)
  await ana.cellIs(1_150, 'done')
  expect([ana.complaints, ben.complaints]).toEqual([[], []])
  await ana.context.close()
  await ben.context.close()
})

test('cells have their controls again after the notebook was taken out of the page and put back', async () => {
  await app.create('back.ipynb', notebookFile(['code', 'a'], ['code', 'b']))
  const ana = await app.writer('back.ipynb')
  const gaps = ana.page.locator('nb-cell > nb-insert')
  await expect.poll(() => gaps.count(), soon).toBe(2)
  await ana.page.locator('nb-notebook').evaluate((notebook) => {
    const { parentNode, nextSibling } = notebook
    notebook.remove()
    parentNode?.insertBefore(notebook, nextSibling)
  })
  // Checked in the next frame: without controls for a moment, then with them.
  await ana.page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve))
  })
  await expect.poll(() => gaps.count(), soon).toBe(2)
  await ana.context.close()
})

test('a cell that is gone to stays in view while outputs around it are shown for the first time', async () => {
  const [ana, ben] = await app.anaAndBen()
  await app.meet([ana, ben], results)
  await ben.cell(150).scrollIntoViewIfNeeded()
  await ben.into(150)
  await ana.button('Ben').click()
  await ana.output(149).waitFor({ state: 'attached' })
  await expect.poll(() => inWindow(ana, 150), soon).toBe(true)
  await ben.into(220)
  await ana.output(219).waitFor({ state: 'attached' })
  await expect.poll(() => inWindow(ana, 220), soon).toBe(true)
  await ana.context.close()
  await ben.context.close()
})

test('output that grows above the viewport does not move what is in view', async () => {
  const ana = await app.writer('printing.ipynb')
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
  await ana.into(500)
  await ana.cell(498).getByRole('button', { name: 'Run cell' }).click()
  await expect.poll(() => ana.output(498).textContent(), soon).toContain('line 3')
  // Not by a click: the output above moves it.
  await ana.source(500).focus()
  const seen = await ana.page.evaluate(async () => {
    const cells = document.querySelectorAll('nb-cell')
    const [printing, read] = [cells[497], cells[499]]
    if (!printing || !read) throw new Error('no such cells')
    read.scrollIntoView({ block: 'start', behavior: 'instant' })
    /** Its position as painted in the next frame. */
    const painted = (): Promise<number> =>
      new Promise((resolve) => {
        const observer = new IntersectionObserver(([entry]) => {
          observer.disconnect()
          resolve(entry?.boundingClientRect.top ?? NaN)
        })
        observer.observe(read)
      })
    const lines = (): number => printing.querySelector('nb-output')?.textContent.split('\n').length ?? 0
    const first = await painted()
    const [begun, tops] = [lines(), [first]]
    while (printing.getAttribute('data-status') === 'running' && lines() < begun + 20)
      tops.push(await painted())
    return {
      grown: lines() - begun,
      moved: Math.max(...tops) - Math.min(...tops),
      isAbove: printing.getBoundingClientRect().bottom < read.getBoundingClientRect().top,
    }
  })
  expect(seen.isAbove).toBe(true)
  expect(seen.grown).toBeGreaterThanOrEqual(20)
  expect(seen.moved).toBeLessThan(1)
  expect(await focusOf(ana)).toBe('source of cell 500')
  await ana.context.close()
})
