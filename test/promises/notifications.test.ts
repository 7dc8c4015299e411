// What the page says is true, and what it cannot do it says where the person looks, until dismissed.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App

beforeAll(async () => {
  app = await App.start({
    'slow.ipynb': notebookFile(['code', 'print("ran")'], ['code', 'print("this too")']),
    'busy.ipynb': notebookFile(['code', 'while True: pass'], ['code', 'x']),
    'binned.ipynb': notebookFile(['code', 'x']),
    'long.ipynb': notebookFile(['code', 'for i in range(3000): print(i)']),
  })
})
afterAll(() => app.close())

const refusal = (person: Person, text: string | RegExp) =>
  person.page.getByRole('alert').filter({ hasText: text })

test('Run all during opening runs once the notebook is open, and Ctrl+S says when it is in the file', async () => {
  const ana = await app.writer('')
  // The socket opens only when the test says so.
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  await ana.page.routeWebSocket(/\/sync\//, async (socket) => {
    await opened
    socket.connectToServer()
  })
  await ana.page.goto(`${app.origin}/notebook/slow.ipynb`)
  await ana.page.getByText('Opening the notebook').waitFor()
  await ana.button('Run all').click()
  await ana.page.getByText('Run all: runs once it is open').waitFor()
  open()
  await ana.cellIs(1, 'done')
  await ana.cellIs(2, 'done')
  expect(await ana.output(2).innerText()).toContain('this too')
  // Ctrl+S reports when the edit is in the file.
  await ana.type(1, '  # more')
  await ana.page.keyboard.press('Control+s')
  await ana.page.getByRole('log').getByText('Saved to file').waitFor()
  expect(await app.file('slow.ipynb')).toContain('# more')
  expect(ana.complaints).toEqual([])
  await ana.context.close()
})

test('a reloaded page ends its runs at once, for everyone', async () => {
  const [ana, ben] = [await app.writer('busy.ipynb'), await app.writer('busy.ipynb')]
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  await ana.run(1)
  await ben.cellIs(1, 'running')
  // Another tab of the same browser is alive: its runs are not affected.
  const tab = await app.tab(ana.context, 'busy.ipynb')
  await tab.until('sync', 'saved')
  await tab.cellIs(1, 'running')
  await ana.page.reload()
  for (const person of [ana, ben, tab]) {
    await person.cellIs(1, 'interrupted')
    // That is what they would read after half a minute.
    await expect.poll(() => person.page.getByText('has left').count(), soon).toBe(0)
  }
  await ana.cell(1).getByRole('button', { name: 'Run cell' }).waitFor({ state: 'attached' })
  await ana.context.close()
  await ben.context.close()
})

test('a notebook in the bin is not shown as offline; a refused action is reported until dismissed', async () => {
  const ana = await app.writer('binned.ipynb')
  // The browser has stored the notebook by the time that an edit is in the file.
  await ana.type(1, ' = 1')
  await ana.until('sync', 'saved')
  await expect.poll(() => app.file('binned.ipynb'), soon).toContain('x = 1')
  await ana.page.goto(app.origin)
  await fetch(`${app.origin}/api/notebooks/binned.ipynb`, { method: 'DELETE' })
  await ana.page.goto(`${app.origin}/notebook/binned.ipynb`)
  await refusal(ana, 'in the bin').waitFor()
  await expect.poll(() => ana.status.innerText(), soon).not.toContain('Offline')
  expect(await ana.status.innerText()).toContain('In the bin')
  await ana.page.keyboard.press('Control+s')
  await refusal(ana, 'its file is not written').getByRole('button', { name: 'OK' }).click()
  await ana.button('Restore it').click()
  await ana.until('sync', 'saved')
  // There are only nine bookmarks.
  await ana.into(1)
  await ana.page.keyboard.press('Escape')
  for (let i = 0; i < 10; i++) for (const key of ['b', 'g', 'g']) await ana.page.keyboard.press(key)
  await refusal(ana, 'All nine bookmarks are in use').getByRole('button', { name: 'OK' }).click()
  await expect.poll(() => refusal(ana, 'All nine').count(), soon).toBe(0)
  await ana.context.close()
})

test('the count of lines is right, outputs can be cleared, and a long status leaves room for others', async () => {
  const ana = await app.writer('long.ipynb', { viewport: { width: 375, height: 700 } })
  await ana.until('sync', 'saved')
  await ana.run(1)
  await ana.cellIs(1, 'done')
  await ana.output(1).getByRole('button', { name: 'Show all 3,000 lines' }).waitFor()
  await ana.cell(1).getByRole('combobox', { name: 'Cell options' }).selectOption('Clear outputs')
  await expect.poll(() => ana.output(1).count(), soon).toBe(0)
  const seen = await ana.status.evaluate((status) => {
    const spans = [...status.querySelectorAll('span')].filter(
      (span) => getComputedStyle(span).display !== 'none',
    )
    const [first] = spans
    if (first !== undefined) first.textContent = 'a very long word about where all of it is kept '.repeat(5)
    return spans.map((span) =>
      Math.min(span.getBoundingClientRect().width, innerWidth - span.getBoundingClientRect().left),
    )
  })
  expect(seen.length).toBeGreaterThan(2)
  for (const width of seen) expect(width).toBeGreaterThan(40)
  await ana.context.close()
})
