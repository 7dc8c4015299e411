// What a model receives besides the text of cells: values and functions of the kernel, images, and the
// folder's instructions.
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

/** A PNG of 40 by 24 pixels. */
const picture =
  'iVBORw0KGgoAAAANSUhEUgAAACgAAAAYCAIAAAAH5iiXAAAAKElEQVR4nGM4YWMzIIhh1OJRi0ctHrV41OJRi0ctHrV41OJRi4ePxQDnT7A9dYENnAAAAABJRU5ErkJggg=='
const drawn = {
  result: {
    run: null,
    count: 1,
    status: 'done',
    reply: null,
    thinking: null,
    calls: [],
    outputs: [
      { live: false, leaf: { output_type: 'display_data', metadata: {}, data: { 'image/png': picture } } },
    ],
  },
} as const
const code = `x = [1, 2]
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b
def bare(y):
    return y`

const opened = (app: App): Promise<Person> =>
  app.opened('a.ipynb', { viewport: { width: 1100, height: 900 } })

test('a prompt is sent referenced values and functions, images and the folder’s instructions', async () => {
  app = await App.start({
    'CRAFT.ipynb': notebookFile(['note', 'Answer in French.'], ['code', 'craft = "from craft"']),
    'a.ipynb': notebookFile(
      ['code', code],
      ['note', 'Use &`add` and &`bare`.'],
      ['code', 'draw()', drawn],
      ['prompt', 'Why $`x` and $`craft`?\nmock: context'],
      ['prompt', 'mock: call add {"a": 20, "b": 22}'],
      ['code', 'answer = input("go on?")'],
      ['prompt', 'Now $`answer`.\nmock: context'],
    ),
  })
  const [ana, ben] = [await opened(app), await opened(app)]

  await ana.run(1)
  await ana.cellIs(1, 'done')
  // The folder's code is shown and offered, and runs after a click.
  const offer = ana.page.getByRole('status').filter({ hasText: 'CRAFT.ipynb has code for a new kernel' })
  await offer.getByText('Show it').click()
  expect(await offer.locator('pre').textContent()).toContain('craft = "from craft"')
  await offer.getByRole('button', { name: 'Run it' }).click()
  await offer.waitFor({ state: 'detached' })

  await ana.run(4)
  await ana.cellIs(4, 'done')
  for (const person of [ana, ben]) {
    const rows = person.page.getByRole('list', { name: 'References of cell 4' }).getByRole('listitem')
    await expect.poll(() => rows.count(), soon).toBe(4)
    const texts = (await rows.allTextContents()).map((text) => text.replaceAll(/\s+/g, ' ').trim())
    expect(texts).toEqual([
      'x [1, 2]',
      "craft 'from craft'",
      'add(a, b) Adds two numbers.',
      'bare not offered: it has no docstring',
    ])
  }
  const reply = (await ana.reply(4).textContent()) ?? ''
  expect(reply).toContain('[1, 2]')
  expect(reply).toContain("'from craft'")
  expect(reply).toContain('[image/png, 99 bytes]')

  // A function is called only with the person's approval of this call.
  await ana.run(5)
  const approval = ana.page.getByRole('group', { name: 'Approval' })
  await approval.waitFor()
  expect(await approval.locator('pre').textContent()).toBe('add(a=20, b=22)')
  await approval.getByRole('button', { name: 'Run once' }).click()
  await ana.cellIs(5, 'done')
  await expect.poll(() => ben.reply(5).textContent(), soon).toContain('42')

  // The panel lists all of it, and can leave parts out.
  await ana.source(4).hover()
  await ana.cell(4).getByRole('button', { name: 'Context' }).click()
  const panel = ana.page.getByRole('complementary', { name: 'What the model sees' })
  const part = (name: string) => panel.getByRole('listitem', { name, exact: true })
  await expect.poll(() => part('CRAFT.ipynb').textContent(), soon).toContain('Answer in French.')
  await expect.poll(() => part('Image 1').textContent(), soon).toMatch(/40 × 24 PNG/)
  await panel.getByRole('button', { name: 'Skip CRAFT.ipynb' }).click()
  await expect.poll(() => part('CRAFT.ipynb').textContent(), soon).toContain('Skipped')
  await panel.getByRole('combobox', { name: 'Images' }).selectOption('Never sent')
  await expect.poll(() => part('Image 1').textContent(), soon).toContain('does not see')
  await ana.run(4)
  await expect.poll(() => ana.reply(4).textContent(), soon).not.toContain('bytes]')
  await ana.cellIs(4, 'done')

  // The live kernel completes references, with only functions after &.
  await ana.type(5, '\n$`cra')
  const options = ana.page.locator('.cm-tooltip-autocomplete').getByRole('option')
  // A busy Python does not answer: the question is asked again.
  const listed = async (): Promise<string[]> => {
    if ((await options.count()) === 0) await ana.page.keyboard.press('Control+Space')
    return options.allTextContents()
  }
  await expect.poll(listed, soon).toEqual([expect.stringContaining('craft')])
  await ana.page.keyboard.press('Escape')
  await ana.page.keyboard.type('` &`ad')
  await expect.poll(listed, soon).toEqual([expect.stringContaining('add')])
  await ana.page.keyboard.press('Escape')

  // A prompt waits for a running cell; references that somebody else adds meanwhile are not evaluated.
  await ana.run(6)
  const input = ana.cell(6).getByRole('textbox', { name: 'go on?' })
  await input.waitFor()
  await ana.run(7)
  await expect.poll(() => ana.page.getByRole('log').textContent(), soon).toContain('waits for Python')
  await ben.type(7, ' $`print`')
  await expect.poll(() => ana.text(7), soon).toContain('print')
  await input.fill('yes')
  await input.press('Enter')
  await ana.cellIs(6, 'done')
  await ana.page.getByRole('alert').filter({ hasText: 'was changed' }).waitFor()
  expect(await ana.cell(7).getAttribute('data-status')).toBe('idle')

  // The file records what was sent.
  await ana.until('file', 'written')
  await expect
    .poll(async () => (await fetch(`${app?.origin ?? ''}/api/notebooks/a.ipynb`)).text(), soon)
    .toContain('"value": "craft"')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
