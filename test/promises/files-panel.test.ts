// Python works in a folder: files beside the notebook on the relay's disk open by name, written files stay in
// the browser, and are saved to the folder only on request.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

const output = (person: Person, position: number): Promise<string> => person.output(position).innerText()
const ran = async (person: Person, position: number, status = 'done'): Promise<string> => {
  await person.run(position)
  await person.cellIs(position, status)
  return output(person, position)
}
const names = (person: Person, list: string): Promise<string[]> =>
  person.page.getByRole('list', { name: list }).locator('.nb-file-name').allInnerTexts()

/** Drops a file anywhere on the page. */
const drop = ({ page }: Person, name: string): Promise<void> =>
  page.locator('main').evaluate((main, name) => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['dropped'], name, { type: 'text/plain' }))
    for (const type of ['dragenter', 'dragover', 'drop'])
      main.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }))
  }, name)

test('Python opens files of the folder by name; what it writes stays in the browser until saved on request', async () => {
  const app = await App.start({
    'sub/files.ipynb': notebookText(
      'import my_module\nprint(open("data.csv").read(), my_module.answer, open("deep/a&amp;b.txt").read())',
      'open("result.txt", "w").write("made by Python")\nopen("data.csv", "a").write("3\\n")',
      'import os\nprint(sorted(os.listdir()), open("up.csv").read())',
      'print(open("late.csv").read())',
      'print(open("data.csv").read(), open("result.txt").read())',
      'print(open("never.csv").read())',
      '40 + 2',
    ),
    'sub/data.csv': 'a\n1\n',
    'sub/my_module.py': 'answer = 42',
    // Names are shown literally, not as HTML.
    'sub/deep/a&amp;b.txt': 'deep down',
    'sub/never.csv': 'never read',
    'secret.txt': 'not beside it',
  })
  onTestFinished(() => app.close())
  const ana = await app.person('sub/files.ipynb')
  await ana.until('sync', 'saved')
  // The notebook was not made here: its code asks before it reads files beside it.
  await ana.run(1)
  const question = ana.cell(1).getByRole('alertdialog')
  await question.getByText('my_module.py').waitFor()
  await question.getByRole('button', { name: 'Allow', exact: true }).click()
  await ana.cellIs(1, 'done')
  expect(await output(ana, 1)).toContain('a\n1\n 42 deep down')
  await ran(ana, 2)

  await ana.button('Files').click()
  await expect
    .poll(() => names(ana, 'In this browser'), soon)
    .toEqual(['data.csv', 'deep/a&amp;b.txt', 'my_module.py', 'result.txt'])
  // Neither notebooks nor files of the folder above are listed.
  await expect
    .poll(() => names(ana, 'In the folder'), soon)
    .toEqual(['data.csv', 'my_module.py', 'never.csv', 'deep/a&amp;b.txt'])
  // Nothing was written to the folder yet.
  expect(await app.file('sub/data.csv')).toBe('a\n1\n')
  await expect(app.file('sub/result.txt')).rejects.toThrow('ENOENT')
  await ana.button('Save result.txt to the folder').click()
  await expect.poll(() => names(ana, 'In the folder'), soon).toContain('result.txt')
  expect(await app.file('sub/result.txt')).toBe('made by Python')
  // Somebody else has changed the file since it was read here: saving asks first.
  await writeFile(join(app.folder, 'sub/data.csv'), 'theirs')
  await ana.button('Save data.csv to the folder').click()
  await ana.page.getByText('The folder has a different version.').waitFor()
  expect(await app.file('sub/data.csv')).toBe('theirs')
  await ana.button('Replace').click()
  await expect.poll(() => app.file('sub/data.csv'), soon).toBe('a\n1\n3\n')

  // Uploading by dialog asks before it replaces a file; deleting asks, too.
  const upload = (text: string): Promise<void> =>
    ana.page
      .getByLabel('Files to upload')
      .setInputFiles({ name: 'up.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await upload('first')
  await ana.button('Delete up.csv').waitFor()
  await upload('second')
  await ana.button('Cancel').click()
  await upload('third')
  await ana.button('Replace').click()
  await ana.button('Delete result.txt').click()
  await ana.page.getByRole('group', { name: 'result.txt: Delete permanently?' }).getByText('Delete').click()
  await drop(ana, 'dropped.txt')
  await ana.button('Delete dropped.txt').waitFor()
  const downloading = ana.page.waitForEvent('download')
  await ana.button('Download up.csv').click()
  expect((await downloading).suggestedFilename()).toBe('up.csv')
  await ana.page.keyboard.press('Escape')
  // A file dropped on the notebook itself opens the panel.
  await drop(ana, 'on-notebook.txt')
  await ana.button('Delete on-notebook.txt').waitFor()
  await ana.button('Delete on-notebook.txt').click()
  await ana.page
    .getByRole('group', { name: 'on-notebook.txt: Delete permanently?' })
    .getByText('Delete')
    .click()
  await ana.button('Delete on-notebook.txt').waitFor({ state: 'detached' })
  await ana.page.keyboard.press('Escape')
  const listed = await ran(ana, 3)
  // The file deleted here is still in the folder.
  expect(listed).toContain("'result.txt', 'up.csv'] third")
  expect(listed).not.toContain('secret.txt')

  // A file that is added while Python is running is found by the next run.
  await ran(ana, 4, 'error')
  await writeFile(join(app.folder, 'sub/late.csv'), 'late')
  expect(await ran(ana, 4)).toContain('late')

  // A run waits for the relay's list only when it looks into the folder.
  await writeFile(join(app.folder, 'sub/late.csv'), 'later')
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  const isList = ({ pathname }: URL): boolean => /^\/api\/files\/.*\/$/.test(pathname)
  let asked = 0
  await ana.page.route(isList, async (route) => {
    asked++
    await held
    await route.continue()
  })
  expect(await ran(ana, 7)).toContain('42')
  expect(asked).toBe(0)
  await ana.run(4)
  await ana.cellIs(4, 'running')
  await expect.poll(() => asked, soon).toBe(1)
  release()
  await ana.cellIs(4, 'done')
  expect(await output(ana, 4)).toContain('later')
  await ana.page.unroute(isList)

  // Offline, in a new page: files read or written before are available, others are reported as missing.
  await ran(ana, 5)
  await ana.button('Files').click()
  await expect.poll(() => names(ana, 'In this browser'), soon).toContain('result.txt')
  await ana.page.keyboard.press('Escape')
  await expect
    .poll(() => ana.page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state), soon)
    .toBe('activated')
  await expect
    .poll(
      () => ana.page.evaluate(async () => (await caches.match('/pyodide/python_stdlib.zip'))?.status ?? 0),
      soon,
    )
    .toBe(200)
  await app.stopRelay()
  await ana.page.reload()
  await ana.until('sync', 'offline')
  expect(await ran(ana, 5)).toContain('a\n1\n3\n made by Python')
  expect(await ran(ana, 6, 'error')).toContain('FileNotFoundError')
  await ana.button('Files').click()
  await ana.page.getByText('The folder is on the relay, which cannot be reached').waitFor()
  await expect.poll(() => names(ana, 'In this browser'), soon).toContain('late.csv')
  expect(ana.complaints).toEqual([])
})

test('an image that Python wrote is shown in notes and outputs of this browser, after a reload and offline, too', async () => {
  const onePixel =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const app = await App.start()
  onTestFinished(() => app.close())
  const ana = await app.person('')
  await app.meet(
    [ana],
    notebookFile(
      [
        'code',
        `import base64, os\nos.makedirs("plots")\nwith open("plots/dot.png", "wb") as file:\n    print(file.write(base64.b64decode("${onePixel}")))`,
      ],
      ['code', 'from IPython.display import HTML\nHTML("<img src=\'plots/dot.png\'>")'],
      ['note', '![a dot](plots/dot.png)'],
    ),
  )
  await ana.cell(3).locator('.nb-missing-image').waitFor()
  await ran(ana, 1)
  await ran(ana, 2)
  const width = (where: Pick<Locator, 'locator'>): Promise<number> =>
    where.locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth)
  await expect.poll(() => width(ana.output(2).frameLocator('iframe')), soon).toBe(1)
  await ana.until('sync', 'saved')
  await ana.keptForOffline()
  for (const isOffline of [false, true]) {
    if (isOffline) await app.stopRelay()
    await ana.page.reload()
    await expect.poll(() => width(ana.cell(3)), soon).toBe(1)
  }
})
