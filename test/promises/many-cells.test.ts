// "1,000 cells mount no more editors than are visible", and mounting moves nothing; what happens in one cell is no work in
// the others, and what grows above moves nothing.
import * as decoding from 'lib0/decoding'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readEntries } from '../../shared/awareness.ts'
import { messageAwareness } from '../../shared/protocol.ts'
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

const short = (printing: number, length = 1_000): readonly CellSketch[] =>
  Array.from({ length }, (_, i) => [
    'code',
    i + 1 === printing
      ? 'import time\nfor i in range(6_000):\n    print("line", i)\n    time.sleep(0.1)'
      : `x${i} = ${i}`,
  ])

let app: App
beforeAll(async () => {
  app = await App.start({
    'thousand.ipynb': notebookFile(...thousand),
    'quiet.ipynb': notebookFile(...short(0)),
    'printing.ipynb': notebookFile(...short(498)),
    'longer.ipynb': notebookFile(...short(0, 1_200)),
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
    // The editor's script has come.
    await ana.page.locator('nb-cell .cm-content').first().waitFor()
    // In the turn in which it is rendered: find the place of a word in the picture, and press the mouse there.
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

/** Notes from now on in which cells something is rendered, even if nothing of it changes, or the DOM is changed. */
const watchCells = (person: Person): Promise<void> =>
  person.page.evaluate(() => {
    const cells = [...document.querySelectorAll('nb-cell')]
    const touched = new Set<number>()
    const note = (node: Node): void => {
      const cell = (node instanceof Element ? node : node.parentElement)?.closest('nb-cell')
      if (cell) touched.add(cells.indexOf(cell) + 1)
    }
    const list = document.querySelector('nb-notebook')
    if (!list) throw new Error('no notebook')
    new MutationObserver((records) => {
      for (const { target } of records) note(target)
    }).observe(list, { subtree: true, childList: true, attributes: true, characterData: true })
    let rendering: unknown = customElements.get('nb-cell')?.prototype
    while (rendering && !Object.hasOwn(rendering, 'performUpdate'))
      rendering = Object.getPrototypeOf(rendering)
    const lit = rendering as { performUpdate: () => void }
    const { performUpdate } = lit
    lit.performUpdate = function (this: Element) {
      note(this)
      performUpdate.call(this)
    }
    Object.assign(window, { touched })
  })

/** Forgets them, too. */
const touched = (person: Person): Promise<number[]> =>
  person.page.evaluate(() => {
    const { touched } = window as unknown as { touched: Set<number> }
    const found = [...touched].sort((a, b) => a - b)
    touched.clear()
    return found
  })

/** Waits until no cell has had anything to do for a while. */
const quiet = (person: Person): Promise<void> =>
  expect
    .poll(async () => {
      await touched(person)
      await person.page.evaluate(async () => {
        for (let frame = 0; frame < 30; frame++)
          await new Promise((resolve) => requestAnimationFrame(resolve))
      })
      return touched(person)
    }, soon)
    .toEqual([])

test('a key, the caret of another and their leaving are work only for the cells in question', async () => {
  const ana = await app.writer('')
  /** The clients whose presence her page sends. */
  const told = new Set<number>()
  ana.page.on('websocket', (socket) =>
    socket.on('framesent', ({ payload }) => {
      if (typeof payload === 'string' || payload[0] !== messageAwareness) return
      const decoder = decoding.createDecoder(payload.subarray(1))
      for (const { client } of readEntries(decoding.readVarUint8Array(decoder))) told.add(client)
    }),
  )
  await ana.page.goto(`${app.origin}/notebook/quiet.ipynb`)
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
  // Cells that were seen have more in them that could be rendered again.
  await ana.page.evaluate(async () => {
    for (let step = 0; step < 20; step++) {
      scrollBy({ top: 1_000, behavior: 'instant' })
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    scrollTo({ top: 0, behavior: 'instant' })
  })
  const ben = await app.writer('quiet.ipynb', app.returning('Ben', '#1f63b5'))
  await ben.into(6)
  await ana.into(5)
  const caret = (position: number) => ana.cell(position).locator('.nb-caret')
  await caret(6).waitFor()
  await ana.until('sync', 'saved')
  await watchCells(ana)
  await quiet(ana)

  await ana.page.keyboard.type('typed')
  await expect.poll(() => app.file('quiet.ipynb'), soon).toContain('typed')
  await ana.until('file', 'written')
  expect(await touched(ana)).toEqual([5])

  const place = (): Promise<number> => caret(6).evaluate((element) => element.getBoundingClientRect().left)
  const start = ((await ana.source(6).boundingBox())?.x ?? NaN) + 20
  await ben.press('Home')
  await expect.poll(place, soon).toBeLessThan(start)
  expect(await touched(ana)).toEqual([6])
  await ben.into(7)
  await caret(7).waitFor()
  expect(await touched(ana)).toEqual([6, 7])
  await ben.context.close()
  await caret(7).waitFor({ state: 'detached' })
  await ana.page.getByRole('list', { name: 'People' }).getByText('Ben').waitFor({ state: 'detached' })
  expect(await touched(ana)).toEqual([7])
  // Only her own: what came from the relay is not sent back.
  expect(told.size).toBe(1)
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('cells far away are there, and tell kind and status', async () => {
  const [ana, ben] = [await app.writer('longer.ipynb'), await app.writer('longer.ipynb')]
  const [all, idle] = ['nb-cell', 'nb-cell[data-kind="code"][data-status="idle"]'].map((cells) =>
    ana.page.locator(cells),
  )
  await expect.poll(() => all?.count(), soon).toBe(1_200)
  expect(await idle?.count()).toBe(1_200)
  // Once the page is idle, so that the browser's own search finds them.
  await expect.poll(() => ana.source(1_000).textContent(), soon).toBe('x999 = 999')
  await expect.poll(() => ben.page.locator('nb-cell').count(), soon).toBe(1_200)
  await ben.cell(1_150).scrollIntoViewIfNeeded()
  await ben.run(1_150)
  await ana.cellIs(1_150, 'done')
  expect([ana.complaints, ben.complaints]).toEqual([[], []])
  await ana.context.close()
  await ben.context.close()
})

test('in the middle, what is printed above moves nothing', async () => {
  const ana = await app.writer('printing.ipynb')
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(1_000)
  await ana.cell(498).scrollIntoViewIfNeeded()
  await ana.cell(498).getByRole('button', { name: 'Run cell' }).click()
  await expect.poll(() => ana.output(498).textContent(), soon).toContain('line 3')
  await ana.into(500)
  const seen = await ana.page.evaluate(async () => {
    const cells = document.querySelectorAll('nb-cell')
    const [printing, read] = [cells[497], cells[499]]
    if (!printing || !read) throw new Error('no such cells')
    read.scrollIntoView({ block: 'start', behavior: 'instant' })
    /** Where it was painted, in the next frame. */
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
