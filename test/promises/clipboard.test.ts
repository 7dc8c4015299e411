// Cells and text share a clipboard: text pasted into text makes no cells, a cell pasted into text is its
// source, and a failed paste deletes nothing.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { focusOf, shownCells, shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person

beforeAll(async () => {
  app = await App.start()
  ana = await app.writer('', { permissions: ['clipboard-read', 'clipboard-write'] })
})
afterAll(() => app.close())

const at = (...cells: readonly CellSketch[]): Promise<string> => app.meet([ana], notebookFile(...cells))
const sources = (...expected: string[]): Promise<void> =>
  expect.poll(() => shownSources(ana), soon).toEqual(expected)

test('a cell that is cut takes its comments along, a copy does not', async () => {
  const messages = [{ id: 'm1', by: 'Ben', at: 1, text: 'why this?' }]
  const comments = [{ id: 't1', passage: null, resolved: null, messages }]
  await at(['code', 'a', { comments }], ['code', 'b'])
  await ana.panel('Comments')
  const panel = ana.page.getByRole('complementary', { name: 'Comments' })
  const places = (): Promise<string[]> => panel.locator('article .nb-thread-place').allInnerTexts()
  await expect.poll(places, soon).toEqual(['Cell 1'])
  await ana.cell(1).focus()
  await ana.press('Escape', 'x')
  await sources('b')
  await ana.press('v')
  await sources('b', 'a')
  await expect.poll(places, soon).toEqual(['Cell 2'])
  // They are not new to anybody, and are there once.
  expect(await ana.page.getByRole('log').innerText()).not.toContain('Ben commented')
  await ana.press('v', 'c', 'v')
  await sources('b', 'a', 'a', 'a')
  await expect.poll(places, soon).toEqual(['Cell 2'])
  await ana.press('z', 'z', 'z', 'z')
  await sources('a', 'b')
  await expect.poll(places, soon).toEqual(['Cell 1'])
  await ana.panel('Comments')
})

test('text pastes into text, a cell pastes as a cell, and a cell pastes into text as its source', async () => {
  const output = { output_type: 'stream', name: 'stdout', text: 'printed\n' }
  const result = { run: null, count: 7, status: 'done', reply: null, thinking: null, calls: [] } as const
  await at(
    ['code', 'alpha beta', { meta: { tags: ['kept'] } }],
    ['code', 'x'],
    ['code', 'print(1)', { result: { ...result, outputs: [{ live: false, leaf: output }] } }],
  )
  await ana.into(1)
  await ana.press('Control+Home', 'Control+ArrowRight', 'Shift+End')
  await ana.press('Control+c', 'Escape', 'd', 'd')
  await ana.into(1)
  await ana.press('Control+End', 'Control+v')
  await sources('x beta', 'print(1)')
  // V in command mode: text alone is not a cell, and a message says so.
  await ana.press('Escape', 'v')
  await ana.page.getByRole('alert').getByText('clipboard has no cell').waitFor()
  await ana.page.getByRole('alert').getByRole('button', { name: 'OK' }).click()
  await sources('x beta', 'print(1)')

  await ana.cell(2).focus()
  await ana.press('Escape', 'c')
  await ana.page.getByText('Cell copied').waitFor()
  expect(await ana.page.evaluate(() => navigator.clipboard.readText())).toBe('print(1)')
  await ana.into(1)
  await ana.press('Control+End', 'Control+v')
  await sources('x betaprint(1)', 'print(1)')
  // As a cell, with its output, also in another notebook; one undo step removes it.
  await ana.press('Escape', 'v')
  await sources('x betaprint(1)', 'print(1)', 'print(1)')
  await expect.poll(() => focusOf(ana), soon).toBe('cell 2')
  await expect.poll(() => ana.output(2).innerText(), soon).toContain('printed')
  await ana.press('z')
  await sources('x betaprint(1)', 'print(1)')
  await ana.cell(1).focus()
  await ana.press('Escape', 'x')
  await sources('print(1)')
  await at(['note', 'elsewhere'])
  await ana.cell(1).click()
  await ana.press('Escape', 'v', 'v')
  await sources('elsewhere', 'x betaprint(1)', 'x betaprint(1)')
  expect((await shownCells(ana)).map(({ kind }) => kind)).toEqual(['note', 'code', 'code'])
  const ids = await ana.page
    .locator('nb-cell')
    .evaluateAll((all) => all.map((cell) => cell.getAttribute('data-cell-id')))
  expect(new Set(ids).size).toBe(3)
  expect(ana.complaints).toEqual([])
})

test('keys that follow a cut at once act on the cells that are left, and pasted cells follow each other', async () => {
  await at(['code', 'a = 1'], ['code', 'b = 2'], ['code', 'c = 3'], ['code', 'd = 4'])
  await ana.into(1)
  await ana.press('Escape')
  // Without a pause, as fast typists and held keys do.
  const inOneGo = (...keys: string[]): Promise<void> =>
    ana.page.evaluate(async (pressed) => {
      for (const key of pressed) {
        document.activeElement?.dispatchEvent(
          new KeyboardEvent('keydown', {
            key,
            code: `Key${key.toUpperCase()}`,
            bubbles: true,
            cancelable: true,
          }),
        )
        await new Promise((resolve) => setTimeout(resolve))
      }
    }, keys)
  await inOneGo('x', 'x', 'v')
  await sources('c = 3', 'b = 2', 'd = 4')

  await ana.cell(1).focus()
  await ana.press('Escape', 'Shift+ArrowDown', 'c', 'v')
  await sources('c = 3', 'b = 2', 'c = 3', 'b = 2', 'd = 4')
  await expect.poll(() => focusOf(ana), soon).toBe('cell 4')
  await ana.press('v')
  await sources('c = 3', 'b = 2', 'c = 3', 'b = 2', 'c = 3', 'b = 2', 'd = 4')
  expect(ana.complaints).toEqual([])
})

test('a collapsed heading is copied, cut and pasted with what it hides, and hides nothing else', async () => {
  await at(['note', '# A'], ['code', 'a1'], ['code', 'a2'], ['note', '# B'], ['code', 'b1'])
  const shown = (): Promise<string[]> =>
    ana.page
      .locator('nb-cell')
      .evaluateAll((all) => all.map((cell) => (cell.checkVisibility() ? 'shown' : 'hidden')))
  await ana.cell(1).focus()
  await ana.press('Escape', 'ArrowLeft')
  await ana.cell(2).waitFor({ state: 'hidden' })
  await ana.press('c')
  await ana.page.getByText('3 cells copied').waitFor()
  await ana.press('v')
  await sources('# A', 'a1', 'a2', '# A', 'a1', 'a2', '# B', 'b1')
  await expect.poll(() => focusOf(ana), soon).toBe('cell 4')
  const section = ['shown', 'hidden', 'hidden']
  await expect.poll(shown, soon).toEqual([...section, ...section, 'shown', 'shown'])
  await ana.press('x')
  await sources('# A', 'a1', 'a2', '# B', 'b1')
  await ana.press('ArrowDown', 'v')
  await sources('# A', 'a1', 'a2', '# B', 'b1', '# A', 'a1', 'a2')
  await expect.poll(shown, soon).toEqual([...section, 'shown', 'shown', ...section])
  expect(ana.complaints).toEqual([])
})

test('an image dropped on a note goes into it, elsewhere to the files, and the page stays', async () => {
  await at(['note', 'a note'], ['code', 'b = 2'])
  /** Whether the browser would have shown the file instead of the page. */
  const drop = (selector: string): Promise<boolean> =>
    ana.page.evaluate(async (below) => {
      const canvas = document.createElement('canvas')
      const image = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(image === null ? [] : [image], 'dot.png', { type: 'image/png' }))
      const event = { dataTransfer, bubbles: true, cancelable: true }
      return document.querySelector(below)?.dispatchEvent(new DragEvent('drop', event)) ?? true
    }, selector)
  expect(await drop('nb-markdown')).toBe(false)
  await sources('a note\n\n![dot.png](attachment:dot.png)', 'b = 2')
  await ana.cell(1).locator('nb-markdown img[src^="data:image/png"]').waitFor()
  await ana.cell(1).focus()
  await ana.press('z')
  await sources('a note', 'b = 2')
  expect(await drop('nb-cell:nth-of-type(2)')).toBe(false)
  const files = ana.page.getByRole('complementary', { name: 'Files' })
  await files.getByText('dot.png').waitFor()
  await ana.press('Escape')
  expect(await drop('header')).toBe(false)
  await sources('a note', 'b = 2')
  expect(ana.complaints).toEqual([])
})

test('a pasted image becomes an attachment, HTML its text, and a paste that fails deletes nothing', async () => {
  await at(['note', 'before word after'], ['code', 'keep = 1'])
  const copy = (type: string): Promise<void> =>
    ana.page.evaluate(async (mime) => {
      const canvas = document.createElement('canvas')
      canvas.width = canvas.height = 8
      const image = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
      const html = new Blob(['<h1>Big</h1><p>two <b>words</b></p><script>1</script>'], { type: mime })
      const blob = mime === 'image/png' ? image : html
      if (blob !== null) await navigator.clipboard.write([new ClipboardItem({ [mime]: blob })])
    }, type)
  await copy('image/png')
  await ana.into(2)
  await ana.press('Control+a', 'Control+v')
  await ana.page.getByRole('alert').getByText('only into notes').waitFor()
  await sources('before word after', 'keep = 1')
  await ana.cell(1).locator('nb-markdown').dblclick()
  await ana.press('Control+Home', 'Control+ArrowRight', 'Control+Shift+ArrowRight', 'Control+v')
  await expect
    .poll(async () => (await shownSources(ana))[0], soon)
    .toMatch(/^before!\[image\.png\]\(attachment:image\.png\) after$/)
  await ana.press('Escape')
  await ana.cell(1).locator('nb-markdown img[src^="data:image/png"]').waitFor()
  await ana.press('z')
  await sources('before word after', 'keep = 1')

  await copy('text/html')
  await ana.into(2)
  await ana.press('Control+a', 'Control+v')
  await sources('before word after', 'Big\ntwo words')
  expect(ana.complaints).toEqual([])
})

test('brackets are closed automatically in code but not in prose', async () => {
  await at(['code', ''], ['prompt', ''])
  await ana.into(1)
  await ana.page.keyboard.type('f("')
  await ana.into(2)
  await ana.page.keyboard.type('it\'s ("')
  await sources('f("")', 'it\'s ("')
})

test('three quotes that end a string are typed over those that were there, one by one', async () => {
  await at(['code', ''])
  await ana.into(1)
  await ana.page.keyboard.type('a = """one"""\nb = f\'\'\'two\'\'\'\nc = """"""\nd = ""')
  await sources('a = """one"""\nb = f\'\'\'two\'\'\'\nc = """"""\nd = ""')
})

test('with Alt the mouse selects a block of columns', async () => {
  await at(['code', 'abcd\nefgh\nijkl'])
  await ana.into(1)
  const lines = ana.cell(1).locator('.cm-line')
  const first = await lines.first().boundingBox()
  const last = await lines.last().boundingBox()
  if (first === null || last === null) throw new Error('the lines are not shown')
  const { mouse, keyboard } = ana.page
  await keyboard.down('Alt')
  await mouse.move(first.x + first.width - 1, first.y + first.height / 2)
  await mouse.down()
  await mouse.move(last.x + 1, last.y + last.height / 2, { steps: 3 })
  await mouse.up()
  await keyboard.up('Alt')
  await keyboard.type('x')
  await sources('x\nx\nx')
})
