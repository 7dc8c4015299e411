// "1,000 cells mount no more editors than are visible", and mounting moves nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf, shownCells } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

const thousand = Array.from({ length: 1_000 }, (_, i): CellSketch => [
  'code',
  Array.from({ length: 15 }, (_, line) => `x${i}_${line} = ${i} + ${line}  # line`).join('\n'),
])

/** Everything in which a static text and an editor could come out different. */
const odd: readonly string[] = [
  '',
  '\n',
  '\n\n\n',
  'one line',
  'ends in a line break\n',
  'ends in two\n\n',
  '\nbegins with one',
  '    indented = 1\n\tand a tab\n  \t mixed',
  'trailing spaces   \n   \nmore   ',
  `a_very_long_line = ${Array.from({ length: 60 }, (_, i) => `value_${i}`).join(' + ')}`,
  `unbroken_${'abcdefghij'.repeat(40)}`,
  `spaces${' '.repeat(300)}end`,
  `# ${'wrapped at spaces and ends in one '.repeat(12)}`,
  'emoji = "🤖👩‍🚀🏳️‍🌈"  # and more\nhan = "日本語のテキスト"\ncombining = "é ñ à"',
  'arabic = "مرحبا بالعالم"\nhebrew = "שלום"\nx = 1',
  'def f(a, b):\n    """Doc\n\n    string."""\n    return f"{a!r:>{b}}"  # why\n\n\n@decorated\nclass C: ...',
  'zero\u200bwidth = "\u00a0nbsp\u2003em"\nsoft\u00adhyphen',
  'control = "\u0007\u001b[31m"',
]

let app: App
beforeAll(async () => {
  app = await App.start({
    'thousand.ipynb': notebookFile(...thousand),
    'odd.ipynb': notebookFile(
      ...odd.map((source): CellSketch => ['code', source]),
      ...odd.map((source): CellSketch => ['prompt', source]),
      ...odd.map((source): CellSketch => ['raw', source]),
    ),
  })
})
afterAll(() => app.close())

interface Mounted {
  readonly editors: number
  readonly visible: number
  /** Visible ones that still have no editor. */
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

/** Waits until what is visible has its editors; how many there are then. */
const settled = async (person: Person): Promise<Mounted> => {
  let now: Mounted = await mounted(person)
  // Those left behind go in the same step that mounts the others.
  await expect.poll(async () => (now = await mounted(person)).waiting, soon).toBe(0)
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
    // The one that is written in keeps its editor out of sight.
    await ana.into(1)
    for (const where of ['end', 'middle'] as const) {
      await goTo(ana, where)
      const { editors, visible } = await settled(ana)
      expect(editors, `at the ${where}`).toBe(visible + 1)
    }
    expect(await focusOf(ana)).toBe('source of cell 1')
    // And never many of those scrolled past, however long one scrolls.
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

  test('typing in cell 500 works at once, and lands in the file', async () => {
    const ana = await app.writer('thousand.ipynb')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
    await ana.cell(500).scrollIntoViewIfNeeded()
    await ana.source(500).click({ position: { x: 60, y: 10 } })
    await ana.page.keyboard.press('Control+Home')
    await ana.page.keyboard.type('typed = "at once"\n')
    await expect
      .poll(async () => (await shownCells(ana))[499]?.source.split('\n').slice(0, 2), soon)
      .toEqual(['typed = "at once"', 'x499_0 = 499 + 0  # line'])
    await ana.until('sync', 'saved')
    await expect.poll(() => app.file('thousand.ipynb'), soon).toContain('typed = \\"at once\\"')
    expect(ana.complaints).toEqual([])
    await ana.context.close()
  })

  test('a click puts the caret where it was made, also before there is an editor', async () => {
    const ana = await app.writer('thousand.ipynb')
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
    // Far cells are rendered when the page is idle.
    await ana.cell(701).locator('.nb-picture').waitFor({ state: 'attached' })
    // Within one turn: scroll, find the place of a word in the picture, and press the mouse there.
    const where = await ana.page.evaluate(() => {
      const picture = document.querySelectorAll('nb-cell')[700]?.querySelector('.nb-picture')
      if (!picture) throw new Error('no picture')
      picture.scrollIntoView({ block: 'center', behavior: 'instant' })
      const walker = document.createTreeWalker(picture, NodeFilter.SHOW_TEXT)
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const at = (node.textContent ?? '').indexOf('x700_7 = ')
        if (at < 0) continue
        const range = document.createRange()
        range.setStart(node, at)
        range.setEnd(node, at + 'x700_7 = '.length)
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
      .toBe('x700_7 = HERE700 + 7  # line')
    await ana.context.close()
  })
})

test('pictures and editors agree to the pixel', async () => {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 375, height: 700 },
  ]) {
    const ana = await app.writer('odd.ipynb', { viewport })
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(3 * odd.length)
    for (let position = 1; position <= 3 * odd.length; position++) {
      // Measured in one turn, before and after the editor is made; what lies below must not move either.
      const found = await ana.page.evaluate((at) => {
        const cell = document.querySelectorAll('nb-cell')[at]
        const source = cell?.querySelector<Element & { mount(): void; unmount(): void }>('nb-source')
        if (!cell || !source) throw new Error('no such cell')
        ;(document.activeElement as HTMLElement | null)?.blur()
        cell.scrollIntoView({ block: 'center', behavior: 'instant' })
        const look = (): { box: number[]; letters: number[] } => {
          const lines = [...source.querySelectorAll('.cm-line')]
          const text = lines.length > 0 ? lines : [...source.querySelectorAll('.nb-picture')]
          const range = document.createRange()
          const letters: number[] = []
          // The place of every letter that shows.
          for (const part of text) {
            const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT)
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
              if (node.parentElement?.closest('.cm-placeholder')) continue
              for (const { index } of (node.textContent ?? '').matchAll(/[a-z0-9]/gi)) {
                range.setStart(node, index)
                range.setEnd(node, index + 1)
                const { left, top } = range.getBoundingClientRect()
                letters.push(left, top)
              }
            }
          }
          const below = cell.nextElementSibling?.getBoundingClientRect().top ?? 0
          const { top, height, width } = source.getBoundingClientRect()
          return { box: [top, height, width, below], letters }
        }
        if (source.querySelector('.cm-editor')) source.unmount()
        const before = look()
        source.mount()
        const after = look()
        const count = [before.letters.length, after.letters.length]
        const drift = Math.max(
          0,
          ...before.letters.map((place, i) => Math.abs(place - (after.letters[i] ?? 0))),
        )
        return { boxes: [before.box, after.box], count, drift }
      }, position - 1)
      const source = JSON.stringify(odd[(position - 1) % odd.length])
      const where = `cell ${position} at ${viewport.width} px: ${source}`
      expect(found.boxes[1], where).toEqual(found.boxes[0])
      expect(found.count[1], where).toBe(found.count[0])
      expect(found.drift, where).toBeLessThan(0.5)
    }
    expect(ana.complaints).toEqual([])
    await ana.context.close()
  }
})
