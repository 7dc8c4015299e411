// A person sees what a prompt sends to the model and can change it there; a prompt explains or fixes an
// error.
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const failed = {
  result: {
    run: null,
    count: 1,
    status: 'error',
    reply: null,
    thinking: null,
    calls: [],
    outputs: [
      {
        live: false,
        leaf: {
          output_type: 'error',
          ename: 'ZeroDivisionError',
          evalue: 'division by zero',
          traceback: ['Cell In[1], line 1', 'ZeroDivisionError: division by zero'],
        },
      },
    ],
  },
} as const

const opened = async (): Promise<Person> => {
  app = await App.start({
    'a.ipynb': notebookFile(
      ['note', 'The word is plum.'],
      ['code', '1 / 0', failed],
      ['prompt', 'mock: context'],
      ['note', 'from below'],
    ),
  })
  const person = await app.writer('a.ipynb', { viewport: { width: 1100, height: 900 } })
  await person.until('sync', 'saved')
  return person
}

test('the panel shows each part of what is sent, and skipping a cell there takes effect at once', async () => {
  const ana = await opened()
  await ana.source(3).hover()
  await ana.cell(3).getByRole('button', { name: 'Context' }).click()
  const panel = ana.page.getByRole('complementary', { name: 'What the model sees' })
  const part = (name: string) => panel.getByRole('listitem', { name, exact: true })
  await expect.poll(() => part('Cell 1').textContent(), soon).toContain('The word is plum.')
  expect(await panel.getByRole('listitem').count()).toBe(5)
  expect(await part('System prompt').textContent()).toMatch(/[\d,]+ · \d+ %/)
  expect(await part('Cell 3').textContent()).toContain('The question')
  expect(await panel.textContent()).toMatch(/Prompt cell 3: about [\d,]+ of\s+60,000\s+tokens/)
  expect(await panel.textContent()).toContain('1 cell below the prompt')

  await panel.getByRole('button', { name: 'Skip cell 1' }).click()
  await expect.poll(() => part('Cell 1').textContent(), soon).toContain('Skipped')
  // The skipped note is shown rendered, and only once.
  const source = ana.cell(1).locator('nb-source')
  expect(await source.evaluate((element) => getComputedStyle(element).opacity)).toBe('0')
  await panel.getByRole('button', { name: 'Pin cell 2' }).click()
  await expect.poll(() => part('Cell 2').textContent(), soon).toContain('Pinned')
  await panel.getByRole('combobox', { name: 'Mode' }).selectOption('concise')
  await expect.poll(() => part('System prompt').textContent(), soon).toContain('Concise')
  await panel.getByRole('button', { name: 'Show text' }).click()
  expect(await panel.getByRole('region', { name: 'Message of the system' }).textContent()).toContain(
    'Be brief',
  )
  expect(await panel.getByRole('region', { name: 'Tools in full' }).textContent()).toContain('"new"')
  const said = panel.getByRole('region', { name: 'Message of the user' }).locator('pre')
  const shown = (await said.textContent()) ?? ''
  expect(shown).toContain('division by zero')
  expect(shown).toMatch(/^<untrusted from="cell \w+">\n```python/)
  expect(shown).not.toContain('plum')

  await ana.run(3)
  await ana.cellIs(3, 'done')
  await expect.poll(() => ana.reply(3).textContent(), soon).toContain('division by zero')
  expect(await ana.reply(3).textContent()).not.toContain('plum')
  await expect.poll(() => panel.textContent(), soon).toMatch(/The last reply here took [\d,]+\s+tokens in/)
  // The mock replies with what it was sent.
  const plain = (text: string) => text.replace(/\W+/g, ' ')
  expect(plain((await ana.reply(3).textContent()) ?? '')).toContain('mock context')
  await panel.getByRole('button', { name: 'Skip cell 1' }).click()
  await expect.poll(() => said.textContent(), soon).toContain('plum')

  await ana.into(3)
  await ana.page.keyboard.press('Escape')
  for (const there of [0, 1]) {
    await ana.page.keyboard.press('g')
    await ana.page.keyboard.press('c')
    await expect.poll(() => panel.count(), soon).toBe(there)
  }
  expect(ana.complaints).toEqual([])
})

test('Explain and Fix, by button or key, add a prompt about the error that can be edited', async () => {
  const ana = await opened()
  const explain = ana.cell(2).getByRole('button', { name: 'Explain', exact: true })
  await explain.waitFor()
  expect(await ana.cell(2).getByRole('button', { name: 'Fix', exact: true }).count()).toBe(1)
  await explain.click()
  await ana.cellIs(3, 'done')
  expect(await ana.cell(3).getAttribute('data-kind')).toBe('prompt')
  expect(await ana.text(3)).toMatch(/^Explain the ZeroDivisionError in cell 2\b/)
  await expect.poll(() => ana.reply(3).textContent(), soon).not.toBe('')

  await ana.page.keyboard.press('ArrowUp')
  await ana.page.keyboard.press('g')
  await ana.page.keyboard.press('f')
  await expect.poll(() => ana.text(3), soon).toMatch(/^Fix the ZeroDivisionError in cell 2\b/)
  await ana.cellIs(3, 'done')
  await ana.type(3, ' In one line.\nmock: context')
  await ana.run(3)
  await expect.poll(() => ana.reply(3).textContent(), soon).toContain('division by zero')
  expect(ana.complaints).toEqual([])
})
