// "Notebooks lie in one SQLite file": what is typed in the page is in it, and is loaded from it.
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, expect, test } from 'vitest'
import { App } from '../support/app.ts'
import { newFolder, notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let app: App
afterEach(() => app.close())

test('the page saves into a SQLite file, shows another program’s edit, and keeps both after a restart', async () => {
  const file = join(await newFolder(), 'notebooks.db')
  app = await App.start({}, {}, { home: { type: 'sqlite', file } })
  await app.create('a.ipynb', notebookText('one', 'two'))
  const ana = await app.writer('a.ipynb')
  await ana.type(1, ' typed')
  await ana.until('sync', 'saved')
  await ana.until('file', 'written')
  const served = async (): Promise<string> => (await fetch(`${app.origin}/api/notebooks/a.ipynb`)).text()
  expect(await served()).toContain('one typed')
  const database = new Database(file, { timeout: 5000 })
  const [row] = database
    .prepare('SELECT CAST(content AS TEXT) AS text FROM files WHERE path = ?')
    .all(['a.ipynb'])
  expect(row).toEqual({ text: await served() })
  database.prepare('UPDATE files SET content = replace(content, \'"two"\', \'"two by SQL"\')').run([])
  database.close()
  await expect.poll(() => ana.text(2), soon).toBe('two by SQL')
  await app.stopRelay()
  await app.startRelay()
  expect(await served()).toContain('one typed')
  const ben = await app.writer('a.ipynb')
  await expect.poll(() => ben.text(1), soon).toBe('one typed')
  expect([await ben.text(2), ana.complaints, ben.complaints]).toEqual(['two by SQL', [], []])
})
