// The person who ran a cell may be gone for good: everyone else sees that the run has ended. The test waits
// for the real half minute.
import { expect, onTestFinished, test } from 'vitest'
import { App } from '../support/app.ts'
import { notebookText } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

test('after a tab is killed, everyone sees its run as interrupted', { timeout: 240_000 }, async () => {
  const app = await App.start({ 'killed.ipynb': notebookText('print("begun")\nwhile True: pass') })
  onTestFinished(() => app.close())
  const [ana, ben] = [await app.writer('killed.ipynb'), await app.writer('killed.ipynb')]
  await Promise.all([ana.until('sync', 'saved'), ben.until('sync', 'saved')])
  await ana.run(1)
  await expect.poll(() => ben.output(1).innerText(), soon).toContain('begun')
  await ben.cellIs(1, 'running')
  const people = ben.page.getByRole('list', { name: 'People' }).getByRole('listitem')
  await expect.poll(() => people.count(), soon).toBe(2)
  const gone = Date.now()
  await ana.context.close()
  await expect.poll(() => people.count(), soon).toBe(1)
  // Somebody who opens the notebook later sees the same.
  const cara = await app.writer('killed.ipynb')
  // It may be a short loss of the network: for half a minute the run counts as running.
  expect(await ben.cell(1).getAttribute('data-status')).toBe('running')
  await ben.cellIs(1, 'interrupted')
  expect(Date.now() - gone).toBeGreaterThan(25_000)
  await ben.cell(1).getByText('ran this and has left').waitFor()
  expect(await ben.output(1).innerText()).toContain('begun')
  await cara.cellIs(1, 'interrupted')

  // Another person's run replaces it.
  await ben.into(1)
  await ben.page.keyboard.press('Control+A')
  await ben.page.keyboard.type('"anew"')
  await ben.run(1)
  await Promise.all([ben.cellIs(1, 'done'), cara.cellIs(1, 'done')])
})
