// Cases that people reported of other notebooks, each with the repository and number of the report.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { notebookFile, type CellSketch } from '../support/notebook-file.ts'
import { notebookText } from '../support/relay.ts'
import { shownSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person

beforeAll(async () => {
  app = await App.start()
  ;[ana, ben] = await app.anaAndBen()
})
afterAll(() => app.close())

const open = async (person: Person, path: string): Promise<void> => {
  await person.page.goto(`${app.origin}/notebook/${path}`)
  await person.until('sync', 'saved')
}
/** Opens a new notebook in both browsers and returns its path. */
const meet = (content: string): Promise<string> => app.meet([ana, ben], content)
const ids = ({ page }: Person): Promise<(string | null)[]> =>
  page.locator('nb-cell').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-cell-id')))
const patient = { timeout: 2 * patience }
const confirmRestart = ({ page }: Person): Promise<void> =>
  page.getByRole('alertdialog').getByRole('button', { name: 'Restart' }).click()
const shown = (person: Person, position: number, text: string): Promise<void> =>
  expect.poll(async () => (await person.output(position).innerText()).trim(), patient).toBe(text)

interface FileCell {
  readonly id: string
  readonly source: string | string[]
  readonly execution_count: number | null
  readonly outputs: readonly { readonly text?: string | string[] }[]
}
const cellsOf = (text: string): readonly FileCell[] => (JSON.parse(text) as { cells: FileCell[] }).cells

test('jupyterlab#18457: keys typed while Python starts go to the field in which typing began', async () => {
  const path = await meet(notebookText('1 + 1', 'remote'))
  await ana.run(1)
  await ana.press('F1')
  const field = ana.page.getByRole('combobox', { name: 'Command, notebook, heading or setting' })
  for (const letter of 'twenty letters in it') {
    await ana.page.keyboard.type(letter)
    await ben.type(2, letter)
  }
  await ana.cellIs(1, 'done')
  await expect.poll(() => field.inputValue(), soon).toBe('twenty letters in it')
  await ana.press('Escape')
  await open(ana, path)
  await ana.run(1)
  await ana.press('Control+f')
  await ana.page.keyboard.type('begun', { delay: 100 })
  await ana.cellIs(1, 'done')
  await expect.poll(() => ana.page.getByLabel('Find', { exact: true }).inputValue(), soon).toBe('begun')
})

test('marimo-lsp#708, jupyterlite#1464: restart, Run all and a reload keep the cells, and each restart runs', async () => {
  const path = await meet(notebookText('n = 1'))
  await ana.press('Escape')
  await ana.into(1)
  await ana.press('Escape', 'b', 'b', 'b')
  for (const [position, source] of [
    [2, 'n += 1'],
    [3, 'print(n)'],
    [4, '"end"'],
  ] as const)
    await ana.type(position, source)
  const before = await ids(ana)
  for (let round = 0; round < 3; round++) {
    await ana.button('Restart kernel').click()
    if (round > 0) await confirmRestart(ana)
    await ana.button('Run all').click()
    await ana.cellIs(4, 'done')
    await shown(ana, 3, '2')
  }
  await ana.until('file', 'written')
  await open(ana, path)
  expect(await ids(ana)).toEqual(before)
  expect(await shownSources(ana)).toEqual(['n = 1', 'n += 1', 'print(n)', '"end"'])
  expect(cellsOf(await app.file(path)).map(({ id }) => id)).toEqual(before)
})

test('vscode-jupyter#17286: a run stopped by a restart is interrupted for everyone', async () => {
  const path = await meet(notebookText('while True: pass', '"again"'))
  await ana.run(1)
  await ben.cellIs(1, 'running')
  await ana.until('kernel', 'busy')
  await ana.button('Restart kernel').click()
  await confirmRestart(ana)
  await Promise.all([ana.cellIs(1, 'interrupted'), ben.cellIs(1, 'interrupted')])
  await ana.run(2)
  await shown(ben, 2, "'again'")
  await open(ana, path)
  await ana.cellIs(1, 'interrupted')
})

test('jupyter-server-nbmodel#92: an output is there once, whoever runs, after a reload and in the file', async () => {
  const path = await meet(notebookText("print('x')"))
  const counts: (number | null)[] = []
  for (const person of [ana, ana, ana, ben]) {
    await person.run(1)
    await expect.poll(() => person.cell(1).getAttribute('data-status'), soon).toBe('done')
    await shown(person, 1, 'x')
    await person.until('file', 'written')
    const [cell] = cellsOf(await app.file(path))
    expect(cell?.outputs.map(({ text }) => [text].flat().join(''))).toEqual(['x\n'])
    counts.push(cell?.execution_count ?? null)
  }
  // Each kernel has its own count.
  expect(counts.slice(1, 3)).toEqual([(counts[0] ?? 0) + 1, (counts[0] ?? 0) + 2])
  await open(ben, path)
  await shown(ben, 1, 'x')
})

test('jupyterlab#17564: Shift+Enter in an input() answers it and runs nothing', async () => {
  await meet(notebookText('print(input("name "))', '"not run"'))
  await ana.run(1)
  const field = ana.cell(1).getByRole('textbox', { name: /name/ })
  await field.fill('Ana')
  await field.press('Shift+Enter')
  await ana.cellIs(1, 'done')
  await expect.poll(() => ana.output(1).innerText(), soon).toContain('Ana')
  expect(await ana.cell(2).getAttribute('data-status')).toBe('idle')
})

test('jupyterlab#16995, #17869: an overwritten line stays one line, and changing outputs leave no blank', async () => {
  const others = Array.from({ length: 26 }, (_, nth): CellSketch => ['code', `${nth}`])
  await meet(
    notebookFile(
      [
        'code',
        'import time\nfor i in range(12):\n    print(i, end="\\r")\n    time.sleep([.01, .1, .3][i % 3])',
      ],
      ['code', 'two'],
      ['code', 'three'],
      [
        'code',
        'for n in (3_000, 1, 3_000):\n    clear_output(wait=True)\n    for i in range(n): print(i)\n    time.sleep(.3)',
      ],
      ...others,
    ),
  )
  await ana.run(1)
  await ana.cellIs(1, 'done')
  await shown(ana, 1, '11')
  await ana.run(4)
  await ana.cellIs(4, 'done')
  await expect.poll(() => ana.output(4).innerText(), soon).toContain('2999')
  await ana.press('Escape', 'Control+Home')
  await ana.page.evaluate(() => scrollTo(0, 0))
  for (const position of [1, 2, 3])
    await expect
      .poll(
        () =>
          ana.source(position).evaluate((source) => {
            const { top, height } = source.getBoundingClientRect()
            return height > 0 && top < innerHeight && source.textContent !== ''
          }),
        soon,
      )
      .toBe(true)
})

test('marimo#4450, ml-for-trading#372: a cell keeps its kind, and a file that was only opened keeps its bytes', async () => {
  const path = await meet(notebookText('# A heading', 'x'))
  await ana.into(1)
  await ana.press('Escape', 'm')
  await expect.poll(() => ben.cell(1).getAttribute('data-kind'), soon).toBe('note')
  await ana.until('file', 'written')
  const tagged = `${JSON.stringify(
    {
      cells: ['a', 'b'].map((id) => ({
        cell_type: 'code',
        execution_count: null,
        id,
        metadata: { papermill: { duration: 0.1 }, tags: [] },
        outputs: [],
        source: [id],
      })),
      metadata: { papermill: { version: '2.6.0' } },
      nbformat: 4,
      nbformat_minor: 5,
    },
    null,
    1,
  )}\n`
  await app.create('tagged.ipynb', tagged)
  await open(ben, 'tagged.ipynb')
  await ana.page.goto(app.origin)
  await app.stopRelay()
  await app.startRelay()
  for (const person of [ana, ben]) {
    await open(person, path)
    expect(await person.cell(1).getAttribute('data-kind')).toBe('note')
  }
  expect(await app.file('tagged.ipynb')).toBe(tagged)
})

test('jupyterlite-webr-kernel#19: the sixtieth figure is drawn, and the first one still is', async () => {
  const figure = (nth: number) => ({
    'text/html': `<canvas id="c" width="60" height="20"></canvas><p id="drawn"></p><script>(() => {
      document.getElementById('c').getContext('2d').fillRect(0, 0, 60, 20)
      document.getElementById('drawn').textContent = 'figure ${nth}'
    })()</script>`,
    'text/plain': 'figure',
  })
  const cell = (nth: number) => ({
    cell_type: 'code',
    execution_count: 1,
    id: `c${nth}`,
    metadata: {},
    outputs: [{ output_type: 'display_data', data: figure(nth), metadata: {} }],
    source: [`figure(${nth})`],
  })
  const cells = Array.from({ length: 60 }, (_, nth) => cell(nth + 1))
  await meet(JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }))
  const drawn = (nth: number) =>
    ana.output(nth).frameLocator('iframe').getByText(`figure ${nth}`, { exact: true })
  await ana.cell(60).scrollIntoViewIfNeeded()
  await drawn(60).waitFor()
  await ana.cell(1).scrollIntoViewIfNeeded()
  await drawn(1).waitFor()
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
