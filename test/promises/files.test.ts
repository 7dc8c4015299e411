// The notebook is an ordinary .ipynb in the person's folder, completely.
import { afterEach, expect, test } from 'vitest'
import { splitPrompt } from '../../shared/notebook/cell-kinds/prompt-text.ts'
import { App, type Person } from '../support/app.ts'
import { notebookProblems } from '../support/nbformat.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})
const started = async (files: Record<string, string>): Promise<App> => (app = await App.start(files))
const opened = (app: App, path: string): Promise<Person> => app.opened(path)
const run = async (person: Person, position: number): Promise<void> => {
  await person.into(position)
  await person.page.keyboard.press('Control+Enter')
}

interface FileCell {
  readonly cell_type: string
  readonly id?: string
  readonly source: string | string[]
  readonly metadata: Record<string, unknown>
  readonly execution_count?: number | null
  readonly outputs?: readonly Record<string, unknown>[]
}
const cellsOf = (text: string): FileCell[] => (JSON.parse(text) as { cells: FileCell[] }).cells
const textOf = ({ source }: FileCell): string => [source].flat().join('')
/** Returns the file once everything up to now is written. */
const written = async (app: App, person: Person, path: string): Promise<string> => {
  await person.until('sync', 'saved')
  await person.until('file', 'written')
  return app.file(path)
}

test('outputs and replies are in a file that is valid against nbformat’s schema', async () => {
  const app = await started({})
  const ana = await app.writer('')
  await ana.page.getByRole('textbox', { name: 'Name of the new notebook' }).fill('folder/new one')
  await ana.button('New notebook').click()
  await ana.until('sync', 'saved')
  expect(new URL(ana.page.url()).pathname).toBe('/notebook/folder/new%20one.ipynb')
  await ana.button('Add code cell').first().click()
  await ana.cell(1).locator('.cm-content:focus').waitFor()
  await ana.page.keyboard.type('print("printed", end="")')
  await ana.page.keyboard.press('Escape')
  for (const source of [
    '"a result"',
    'class Page:\n_repr_html_ = lambda self: "<b>bold</b>"\nPage()'.replace('\n_', '\n  _'),
    '1 / 0',
    'é = "ünïcödé 🤖\\ud83e"; len(é)',
  ]) {
    await ana.page.keyboard.press('b')
    await ana.page.keyboard.press('Enter')
    await ana.page.keyboard.insertText(source)
    await ana.page.keyboard.press('Escape')
  }
  await ana.page.keyboard.press('b')
  await ana.page.keyboard.press('Enter')
  await ana.page.keyboard.insertText('What is this?\nmock: fast 5')
  await ana.page.keyboard.press('Escape')
  await ana.page.keyboard.press('p')
  await ana.page.keyboard.press('b')
  await ana.page.keyboard.press('Enter')
  await ana.page.keyboard.insertText('# A note')
  await ana.page.keyboard.press('Escape')
  await ana.page.keyboard.press('m')
  const count = await ana.page.locator('nb-cell').count()
  const kinds = await ana.page
    .locator('nb-cell')
    .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-kind')))
  expect(kinds.slice(0, 7)).toEqual(['code', 'code', 'code', 'code', 'code', 'prompt', 'note'])
  for (const [position, status] of ['done', 'done', 'done', 'error', 'done', 'done'].entries()) {
    await run(ana, position + 1)
    await ana.cellIs(position + 1, status)
  }
  const text = await written(app, ana, 'folder/new one.ipynb')
  expect(notebookProblems(text)).toEqual([])
  const cells = cellsOf(text)
  expect(cells).toHaveLength(count)
  const outputs = cells.map((cell) => cell.outputs ?? [])
  expect(outputs[0]).toEqual([{ output_type: 'stream', name: 'stdout', text: ['printed'] }])
  expect(outputs[1]).toMatchObject([
    { output_type: 'execute_result', data: { 'text/plain': ["'a result'"] }, execution_count: 2 },
  ])
  expect(outputs[2]).toMatchObject([{ data: { 'text/html': ['<b>bold</b>'] } }])
  expect(outputs[3]).toMatchObject([{ output_type: 'error', ename: 'ZeroDivisionError' }])
  expect(cells[3]?.execution_count).toBe(4)
  const [, , , , , prompt, note] = cells
  expect(prompt?.cell_type).toBe('markdown')
  expect(prompt?.metadata).toEqual({ solveit_ai: true })
  expect(prompt && splitPrompt(textOf(prompt))).toMatchObject({
    source: 'What is this?\nmock: fast 5',
    reply: 'word1 word2 word3 word4 word5',
    receipt: { model: 'mock/mock', end: 'done' },
    form: {},
  })
  expect(note && textOf(note)).toBe('# A note')
  expect(ana.complaints).toEqual([])

  // Everything is shown again in another browser, after the relay was restarted with this file.
  await app.stopRelay()
  await app.startRelay()
  const ben = await opened(app, 'folder/new one.ipynb')
  await expect.poll(() => ben.output(1).textContent(), soon).toContain('printed')
  expect(await written(app, ben, 'folder/new one.ipynb')).toBe(text)
})

const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const rich = (data: Record<string, unknown>): Record<string, unknown> => ({
  data,
  metadata: {},
  output_type: 'display_data',
})
/** As an old Jupyter wrote it: no ids, sorted keys, one space; with every type of output. */
const oldNotebook = `${JSON.stringify(
  {
    cells: [
      { cell_type: 'markdown', metadata: { collapsed: false }, source: ['# Old\n', 'with *words*'] },
      {
        cell_type: 'code',
        execution_count: 7,
        metadata: { unknown: { kept: [1, null] } },
        outputs: [
          { name: 'stdout', output_type: 'stream', text: ['to stdout\n'] },
          { name: 'stderr', output_type: 'stream', text: ['to stderr\n'] },
          rich({ 'text/html': ['<b id=mark>framed</b>'], 'text/plain': ['plain'] }),
          rich({ 'image/png': `${dot}\n`, 'text/plain': ['<image>'] }),
          rich({ 'image/svg+xml': ['<svg xmlns="http://www.w3.org/2000/svg"><text>drawn</text></svg>'] }),
          rich({ 'text/latex': ['$\\frac{a}{b}$'] }),
          rich({ 'text/markdown': ['**strong**'] }),
          rich({ 'application/json': { key: [1, 2.0] } }),
          rich({ 'application/x-unheard-of': 'kept' }),
          {
            data: { 'text/plain': ['the result'] },
            execution_count: 7,
            metadata: {},
            output_type: 'execute_result',
          },
          {
            ename: 'KeyError',
            evalue: "'k'",
            output_type: 'error',
            traceback: ["\u001b[31mKeyError\u001b[0m: 'k'"],
          },
        ],
        source: ['everything()'],
      },
      { cell_type: 'raw', metadata: { format: 'text/restructuredtext' }, source: ['raw *words*'] },
      { cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: [] },
    ],
    metadata: {
      kernelspec: { display_name: 'Python 2', language: 'python', name: 'python2' },
      odd: '\u2028é',
    },
    nbformat: 4,
    nbformat_minor: 2,
  },
  null,
  1,
)}\n`
/** As Solveit writes it. */
const solveit = `${JSON.stringify(
  {
    cells: [
      { cell_type: 'markdown', id: '0a1b2c3d', metadata: {}, source: ['before'] },
      {
        cell_type: 'markdown',
        id: '4e5f6a7b',
        metadata: { solveit_ai: true, time_run: '2025-09-01T10:00:00.000000+00:00' },
        source: [
          'What is it?\n',
          '\n',
          '##### 🤖Reply🤖<!-- SOLVEIT_SEPARATOR_7f3a9b2c -->\n',
          '\n',
          'It is **this**.',
        ],
      },
    ],
    metadata: { solveit_dialog_mode: 'learning', solveit_ver: 2 },
    nbformat: 4,
    nbformat_minor: 5,
  },
  null,
  1,
)}\n`

test('an existing notebook opens with everything in it, and its file stays unchanged byte for byte', async () => {
  const app = await started({ 'old.ipynb': oldNotebook, 'solveit.ipynb': solveit })
  const ana = await opened(app, 'old.ipynb')
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(4)
  await ana.cell(1).getByRole('heading', { name: 'Old' }).waitFor()
  await expect.poll(() => ana.text(2), soon).toBe('everything()')
  expect(await ana.text(3)).toBe('raw *words*')
  const output = ana.output(2)
  for (const words of ['to stdout', 'to stderr', 'strong', 'key', 'the result', 'KeyError'])
    await expect.poll(() => output.textContent(), soon).toContain(words)
  await output.locator('mjx-container mfrac').first().waitFor({ state: 'attached' })
  await output.locator('img').waitFor()
  await output.frameLocator('iframe').first().locator('#mark').waitFor()
  await expect.poll(() => output.locator('iframe').count(), soon).toBe(2)
  await expect.poll(() => ana.cell(2).locator('.nb-count').textContent(), soon).toBe('7')

  const ben = await opened(app, 'solveit.ipynb')
  await expect.poll(() => ben.text(2), soon).toBe('What is it?')
  await expect.poll(async () => (await ben.reply(2).textContent())?.trim(), soon).toBe('It is this.')
  expect(await ben.cell(2).getAttribute('data-kind')).toBe('prompt')

  await Promise.all([ana.until('file', 'written'), ben.until('file', 'written')])
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
  await app.stopRelay()
  expect(await app.file('old.ipynb')).toBe(oldNotebook)
  expect(await app.file('solveit.ipynb')).toBe(solveit)

  // Another word changes only that cell.
  await app.startRelay()
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  await ana.type(3, ' more')
  await expect
    .poll(() => app.file('old.ipynb'), soon)
    .toBe(oldNotebook.replace('raw *words*', 'raw *words* more'))
})
