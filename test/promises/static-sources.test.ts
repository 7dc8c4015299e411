// A source without an editor looks the same as in an editor, so that mounting moves nothing.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

/** Sources for which static text and editor could differ. */
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
    'odd.ipynb': notebookFile(
      ...odd.map((source): CellSketch => ['code', source]),
      ...odd.map((source): CellSketch => ['prompt', source]),
      ...odd.map((source): CellSketch => ['raw', source]),
    ),
  })
})
afterAll(() => app.close())

test('a static source and its editor agree to the pixel', async () => {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 375, height: 700 },
  ]) {
    const ana = await app.writer('odd.ipynb', { viewport })
    await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(3 * odd.length)
    for (let position = 1; position <= 3 * odd.length; position++) {
      // Measured in one task, before and after mounting; what is below must not move either.
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
          // The position of every visible letter.
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
