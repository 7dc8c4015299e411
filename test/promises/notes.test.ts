// A note shows what Jupyter shows of it: formulas with the macros of other notes, HTML, and pictures from the folder.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { App } from '../support/app.ts'
import { soon } from '../support/soon.ts'

const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const note = (id: string, source: string): unknown => ({ cell_type: 'markdown', id, metadata: {}, source })

test('formulas, HTML, pictures beside the notebook, and folds, as in JupyterLab', async () => {
  const cells = [
    note(
      'a',
      '$\\newcommand{\\half}{\\frac12}$\n\n<div class="alert alert-info">**kept** &amp; <kbd>x</kbd></div>',
    ),
    note('b', '| $P(A|B)$ |\n|---|\n| $\\half$ |\n\n![there](pics/dot.png) ![gone](pics/none.png)'),
    {
      cell_type: 'code',
      id: 'c',
      metadata: { collapsed: true, jupyter: { outputs_hidden: true } },
      source: '1',
      execution_count: 1,
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'out\n' }],
    },
  ]
  const text = JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 })
  const app = await App.start({ 'sub/notes.ipynb': text, 'sub/pics/dot.png': 'none yet' })
  onTestFinished(() => app.close())
  await writeFile(join(app.folder, 'sub/pics/dot.png'), dot)
  const ana = await app.writer('sub/notes.ipynb')
  await ana.until('sync', 'saved')
  await ana.cell(1).locator('.alert kbd').waitFor()
  await ana.cell(2).locator('td mjx-container mfrac').waitFor({ state: 'attached' })
  const picture = ana.cell(2).getByRole('img', { name: 'there' })
  await expect.poll(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth), soon).toBe(1)
  expect(await ana.cell(2).locator('.nb-missing-image').innerText()).toBe(
    'gone · pics/none.png: file not found',
  )
  expect(await ana.output(3).count()).toBe(0)
  await ana.cell(3).getByRole('button', { name: 'Output collapsed: expand output' }).click()
  await ana.output(3).getByText('out').waitFor()
  await ana.context.close()
})
