// Python runs in the page of the person who runs the cell, and nowhere else; everyone sees the results.
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { cellId } from '../../shared/notebook/notebook.ts'
import { cellMap } from '../../shared/notebook/document/layout.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { sourceDigest } from '../../shared/notebook/digest.ts'
import { parseParticipant } from '../../shared/presence.ts'
import { App, type Person } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { expectSources } from '../support/shown.ts'
import { soon } from '../support/soon.ts'

let app: App
let ana: Person
let ben: Person
const people: Person[] = []
beforeAll(async () => {
  app = await App.start({ 'both.ipynb': notebookText() })
  ana = await app.opened('both.ipynb')
  ben = await app.opened('both.ipynb')
})
afterAll(() => app.close())
afterEach(async () => {
  for (const { context } of people.splice(0)) await context.close()
})

const opened = async (person: Person): Promise<Person> => {
  people.push(person)
  await person.until('sync', 'saved')
  return person
}

let rounds = 0
const replaced = async (...sources: string[]): Promise<void> => {
  const url = `${app.origin}/api/notebooks/both.ipynb`
  const version = (await fetch(url)).headers.get('etag') ?? ''
  const body = notebookText(...sources).replaceAll('"cell-', `"round-${rounds++}-`)
  const answer = await fetch(url, { method: 'PUT', body, headers: { 'if-match': version } })
  expect(answer.ok).toBe(true)
  for (const person of [ana, ben]) await expectSources(person, ...sources)
}

/** New cells in one notebook, whose Python goes on: Ana runs them, and Ben watches. */
const together = async (...sources: string[]): Promise<void> => {
  // None of them is an earlier one that has changed.
  await replaced()
  await replaced(...sources)
}

const statuses = ({ page }: Person): Promise<(string | null)[]> =>
  page.locator('nb-cell').evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-status')))

/** The origin and text of an output's frame, once it has rendered. */
const framed = async (person: Person, position: number, selector: string): Promise<string> => {
  const content = person.output(position).frameLocator('iframe').locator(selector)
  await content.waitFor()
  return content.evaluate((element) => `${self.origin} ${element.textContent}`)
}

const dot = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const shows = (method: string, value: string): string =>
  `class Shown:\n    def ${method}(self):\n        return ${value}\nShown()`

test('a code cell without code takes no number and loses its outputs, as in JupyterLab', async () => {
  const content = JSON.parse(notebookText('6 * 7', ' \n', '_')) as {
    cells: { execution_count: number | null; outputs: unknown[] }[]
  }
  content.cells[1]!.execution_count = 8
  content.cells[1]!.outputs = [{ output_type: 'stream', name: 'stdout', text: ['of what stood there'] }]
  await app.create('blank.ipynb', JSON.stringify(content))
  const ana = await opened(await app.writer('blank.ipynb'))
  await expect.poll(() => ana.output(2).textContent(), soon).toContain('of what stood there')
  await ana.button('Run all').click()
  await ana.cellIs(3, 'done')
  const inFile = async (): Promise<unknown> => {
    const { cells } = JSON.parse(await app.file('blank.ipynb')) as typeof content
    return cells.map(({ execution_count, outputs }) => [execution_count, outputs.length])
  }
  await expect.poll(inFile, soon).toEqual([
    [1, 1],
    [null, 0],
    [2, 1],
  ])
})

test('Python starts before the first run, unless the browser is asked to save data', async () => {
  await app.create('ready.ipynb', notebookText('1'))
  const saving = await opened(await app.writer('ready.ipynb'))
  const ana = await opened(await app.tab(await app.newContext(), 'ready.ipynb'))
  await ana.until('kernel', 'idle')
  expect(await saving.status.getAttribute('data-kernel')).toBe('off')
  await saving.run(1)
  await saving.cellIs(1, 'done')
})

test('cells share state, and everyone sees output while the cell is still running', async () => {
  await together(
    'import asyncio\ncount = 40',
    'print("early")\ntry:\n    await asyncio.sleep(1000)\nexcept asyncio.CancelledError:\n    print("late", end="")',
    'await asyncio.sleep(0.01)\ncount + 2',
    'def broken():\n    return count / 0\nbroken()',
  )
  await ana.run(1)
  await ana.cellIs(1, 'done')
  await ana.run(2)
  const early = ({ page }: Person): Promise<unknown> =>
    page.waitForFunction(() => {
      const cell = document.querySelectorAll('nb-cell')[1]
      const printed = cell?.querySelector('nb-output')?.textContent ?? ''
      return cell?.getAttribute('data-status') === 'running' && /early/.test(printed) && !/late/.test(printed)
    })
  await Promise.all([early(ana), early(ben), ana.until('kernel', 'busy')])
  expect(await ben.status.getAttribute('data-kernel')).not.toBe('busy')
  await ana.button('Interrupt kernel').click()
  await Promise.all([ana.cellIs(2, 'done'), ben.cellIs(2, 'done')])
  await ana.until('kernel', 'idle')
  for (const person of [ana, ben])
    await expect.poll(() => person.output(2).innerText(), soon).toMatch(/^early\nlate\s*$/)

  await ana.run(3)
  await ben.cellIs(3, 'done')
  await expect.poll(() => ben.output(3).innerText(), soon).toContain('42')
  await ana.run(4)
  await Promise.all([ana.cellIs(4, 'error'), ben.cellIs(4, 'error')])
  for (const person of [ana, ben]) {
    await expect.poll(() => person.output(4).innerText(), soon).toContain('ZeroDivisionError')
    const traceback = await person.output(4).innerText()
    expect(traceback).toContain('return count / 0')
    expect(traceback).not.toContain('pyodide')
    expect(person.complaints).toEqual([])
  }
})

test('marimo#8816, ipykernel#1457: what a task prints is in its own cell, and context variables last', async () => {
  await together(
    'import asyncio, decimal\ndecimal.getcontext().prec = 5\ngo = asyncio.Event()\nasync def late():\n    await go.wait()\n    print("of the first")\n    await asyncio.sleep(0)\n    display("shown")\ntask = asyncio.create_task(late())',
    'go.set()\nawait asyncio.sleep(0.2)\nprint("of the second", decimal.Decimal(1) / 3)',
  )
  await ana.run(1)
  await ana.cellIs(1, 'done')
  await ana.run(2)
  await ben.cellIs(2, 'done')
  for (const person of [ana, ben]) {
    await expect.poll(() => person.output(1).innerText(), soon).toMatch(/^of the first\s+'shown'\s*$/)
    await expect.poll(() => person.output(2).innerText(), soon).toMatch(/^of the second 0\.33333\s*$/)
  }
  const file = async (): Promise<unknown[]> =>
    (JSON.parse(await app.file('both.ipynb')) as { cells: { outputs: unknown[] }[] }).cells.map(
      ({ outputs }) => outputs.length,
    )
  await expect.poll(file, soon).toEqual([2, 1])
})

test('the last expression is shown in its richest form, to others too', async () => {
  await together(
    shows('_repr_html_', '"<b id=mark>bold</b>"'),
    shows('_repr_svg_', '\'<svg xmlns="http://www.w3.org/2000/svg"><text id="mark">drawn</text></svg>\''),
    shows('_repr_png_', `__import__("base64").b64decode("${dot}")`),
    shows('_repr_latex_', "r'$\\frac{a}{b}$'"),
    shows('_repr_markdown_', '"**strong** words"'),
    shows('_repr_json_', '{"key": [1, 2]}'),
    '"plain"',
    '"not shown";',
  )
  await ana.button('Run all').click()
  await Promise.all([ana.cellIs(8, 'done'), ben.cellIs(8, 'done')])
  expect(await statuses(ben)).toEqual(Array.from({ length: 8 }, () => 'done'))
  for (const person of [ana, ben]) {
    expect(await framed(person, 1, '#mark')).toBe('null bold')
    expect(await framed(person, 2, '#mark')).toBe('null drawn')
    const image = person.output(3).locator('img')
    await expect.poll(() => image.evaluate((img: HTMLImageElement) => img.naturalWidth), soon).toBe(1)
    await person.output(4).locator('mjx-container mfrac').first().waitFor()
    expect(await person.output(5).locator('strong').textContent()).toBe('strong')
    expect(await person.output(6).textContent()).toContain('key')
    expect(await person.output(7).textContent()).toContain("'plain'")
    expect(await person.output(8).count()).toBe(0)
    expect(person.complaints).toEqual([])
  }
})

test('a busy loop is stopped by Stop cell and by Interrupt kernel, and Python keeps its state', async () => {
  await together('known = "still here"', 'while True: pass', 'known', 'known')
  await ana.run(1)
  await ana.cellIs(1, 'done')
  const stops = [ana.cell(2).getByRole('button', { name: 'Stop cell' }), ana.button('Interrupt kernel')]
  for (const stop of stops) {
    await ana.run(2)
    await Promise.all([ana.cellIs(2, 'running'), ben.cellIs(2, 'running')])
    await ana.until('kernel', 'busy')
    // What is queued behind it is withdrawn.
    await ana.run(4)
    await ana.cellIs(4, 'queued')
    await ana.source(2).hover()
    await stop.click()
    await Promise.all([ana.cellIs(2, 'interrupted'), ben.cellIs(2, 'interrupted')])
    await expect.poll(() => ben.output(2).innerText(), soon).toContain('KeyboardInterrupt')
    await ana.cellIs(4, 'idle')
  }
  await ana.run(3)
  await ana.cellIs(3, 'done')
  expect(await ana.output(3).innerText()).toContain('still here')

  // Anybody can stop a run.
  await ana.run(2)
  await ben.cellIs(2, 'running')
  await ben.source(2).hover()
  await ben.cell(2).getByRole('button', { name: 'Stop cell' }).click()
  await Promise.all([ana.cellIs(2, 'interrupted'), ben.cellIs(2, 'interrupted')])
})

test('Run all stops at an error, and a restart loses Python’s state', async () => {
  await together('a = 1', 'b = a + 1\n1 / 0', 'print("never")', 'a')
  await ana.button('Run all').click()
  await Promise.all([ana.cellIs(2, 'error'), ben.cellIs(2, 'error')])
  for (const person of [ana, ben]) {
    await expect.poll(() => statuses(person), soon).toEqual(['done', 'error', 'idle', 'idle'])
    expect(await person.output(3).count()).toBe(0)
  }
  await ana.run(4)
  await ana.cellIs(4, 'done')
  // It asks first, as there is state to lose.
  await ana.button('Restart kernel').click()
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()
  await ana.button('Restart kernel').click()
  await ana.page
    .getByRole('alertdialog', { name: 'Restart the kernel?' })
    .getByRole('button', { name: 'Restart' })
    .click()
  await ana.run(4)
  await Promise.all([ana.cellIs(4, 'error'), ben.cellIs(4, 'error')])
  await expect.poll(() => ben.output(4).innerText(), soon).toContain("name 'a' is not defined")
  // Run before and Run after, by Colab's keys.
  await ana.into(2)
  await ana.page.keyboard.press('Control+F8')
  await ana.cellIs(1, 'done')
  await ana.into(3)
  await ana.page.keyboard.press('Control+F10')
  await ana.cellIs(4, 'done')
  expect(await statuses(ana)).toEqual(['done', 'error', 'done', 'done'])
  await ana.page.keyboard.press('F1')
  await ana.page.keyboard.type('restart kernel and clear')
  await ana.page.keyboard.press('Enter')
  await ana.page.getByRole('alertdialog').getByRole('button', { name: 'Restart' }).click()
  await expect.poll(() => ben.page.locator('nb-output').count(), soon).toBe(0)
  await ana.into(1)
  await ana.choose('Kernel', 'Restart kernel and run up to the selected cell')
  await ana.cellIs(1, 'done')
  await ana.until('kernel', 'idle')
  expect(await statuses(ana)).toEqual(['done', 'idle', 'idle', 'idle'])
  expect(ana.complaints).toEqual([])
})

test('a cell tagged raises-exception may fail, and Run all continues, as in Jupyter', async () => {
  const text = notebookText('1 / 0', 'print("went on")').replace(
    '"metadata": {}',
    '"metadata": {"tags": ["raises-exception"]}',
  )
  await app.create('expected.ipynb', text)
  const ana = await opened(await app.writer('expected.ipynb'))
  await ana.button('Run all').click()
  await ana.cellIs(2, 'done')
  expect(await statuses(ana)).toEqual(['error', 'done'])
})

test('a run request forged through the socket waits for a click', async () => {
  await app.create('forged.ipynb', notebookText('print("ran here")', '"asked for"', 'input("go on? ")'))
  const ana = await opened(await app.writer('forged.ipynb'))
  const doc = new Y.Doc()
  const stranger = new WebsocketProvider(`${app.origin.replace('http', 'ws')}/sync`, 'forged.ipynb', doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  for (const type of [103, 105, 106]) stranger.messageHandlers[type] = () => undefined
  onTestFinished(() => {
    stranger.destroy()
    stranger.awareness.destroy()
  })
  const kernel = (): string | undefined =>
    [...stranger.awareness.getStates().values()]
      .flatMap((state) => parseParticipant(state)?.executors ?? [])
      .find((executor) => executor.startsWith('kernel-'))
  await expect.poll(() => stranger.synced && kernel() !== undefined, soon).toBe(true)
  const [first = ''] = visibleCells(doc)
  const request = { id: 'forged', by: 'Mallory', to: kernel() ?? '', at: Date.now(), saw: null }
  cellMap(doc, first)?.set('request', request)
  await ana.cellIs(1, 'queued')
  await ana.cell(1).getByText('Mallory requested this run earlier').waitFor()
  // A run of one's own starts first, and does not start the forged one.
  await ana.run(2)
  await ana.cellIs(2, 'done')
  expect(await ana.cell(1).getAttribute('data-status')).toBe('queued')
  expect(await ana.output(1).count()).toBe(0)
  await ana.cell(1).getByRole('button', { name: 'Run here' }).click()
  await ana.cellIs(1, 'done')
  expect(await ana.output(1).innerText()).toContain('ran here')

  // Somebody else writes both the source and its digest in one's own request.
  await ana.run(3)
  const goOn = ana.page.getByRole('textbox', { name: 'go on?', exact: true })
  await goOn.waitFor()
  await ana.run(2)
  const [, second = cellId('none')] = visibleCells(doc)
  await expect.poll(() => readHead(doc, second)?.request ?? null, soon).not.toBeNull()
  doc.transact(() => {
    cellSource(doc, second)?.insert(0, 'print("forged")\n')
    const request = readHead(doc, second)?.request
    cellMap(doc, second)?.set('request', {
      ...request,
      sourceDigest: sourceDigest('print("forged")\n"asked for"'),
    })
  })
  await ana.cell(2).getByRole('group', { name: 'Edited since the run was requested' }).waitFor()
  await goOn.press('Enter')
  await ana.cellIs(3, 'done')
  expect(await ana.cell(2).getAttribute('data-status')).toBe('queued')
  expect(await ana.output(2).innerText()).not.toContain('forged')
})

test('a run request restored from storage waits for a click', async () => {
  await app.create(
    'restored.ipynb',
    notebookText('while True: pass', 'print("ran")', 'print("too")', '"mine"'),
  )
  const ana = await opened(await app.writer('restored.ipynb'))
  await ana.run(1)
  await ana.cellIs(1, 'running')
  await ana.run(2)
  await ana.run(3)
  await ana.cellIs(3, 'queued')
  await ana.until('sync', 'saved')
  await ana.page.close()

  const again = await app.tab(ana.context, 'restored.ipynb')
  await again.until('sync', 'saved')
  await Promise.all([again.cellIs(2, 'queued'), again.cellIs(3, 'queued')])
  await again.cell(2).getByRole('button', { name: 'Run here' }).waitFor()
  await again.run(4)
  await again.cellIs(4, 'done')
  expect((await statuses(again)).slice(1)).toEqual(['queued', 'queued', 'done'])
  expect(await again.output(2).count()).toBe(0)
  await again.cell(2).getByRole('button', { name: 'Run here' }).click()
  await again.cellIs(2, 'done')
  await again.cell(3).getByRole('button', { name: 'Cancel request' }).click()
  await again.cellIs(3, 'idle')
  expect(await again.output(3).count()).toBe(0)
})
