// The model is chosen in the page, and a reply shows which one wrote it, its cost, its end and how to
// continue.
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { anthropicWire } from '../support/model-server/anthropic.ts'
import { ModelServer } from '../support/model-server/model-server.ts'
import { ollamaWire } from '../support/model-server/ollama.ts'
import { modelSettings } from '../support/model-settings.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { soon } from '../support/soon.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const prompts = [
  'Say hello',
  'please think',
  'reach the limit',
  'please refuse',
  'say one-token',
  'be gone',
  'say nothing',
]

const started = async (
  settings: Readonly<Record<string, string>> = {},
): Promise<{ app: App; anthropic: ModelServer; ollama: ModelServer }> => {
  const [anthropic, ollama] = [await ModelServer.open(anthropicWire), await ModelServer.open(ollamaWire)]
  onTestFinished(() => anthropic.close())
  onTestFinished(() => ollama.close())
  anthropic.models = ['claude-small', 'claude-large']
  ollama.models = ['llama3.2:3b', 'qwen3:8b']
  app = await App.start(
    { 'a.ipynb': notebookFile(...prompts.map((source) => ['prompt', source] as const)) },
    {},
    {
      model: modelSettings({
        LLM_PROVIDER: 'anthropic,ollama',
        ANTHROPIC_API_KEY: 'key-known-to-the-relay-alone',
        ANTHROPIC_BASE_URL: `${anthropic.origin}/v1`,
        LLM_MODEL: 'claude-small',
        OLLAMA_BASE_URL: ollama.origin,
        LLM_PRICES: 'claude-small=3/15/0.3',
        ...settings,
      }),
    },
  )
  return { app, anthropic, ollama }
}
const opened = async (app: App, viewport = { width: 1100, height: 900 }): Promise<Person> => {
  const person = await app.writer('a.ipynb', { viewport })
  await person.until('sync', 'saved')
  return person
}
const receipt = (person: Person, position: number) =>
  person.page.getByRole('region', { name: `Receipt of cell ${position}`, exact: true })
const ofNotebook = (person: Person) => person.page.getByRole('combobox', { name: 'Model', exact: true })
const ofPrompt = (person: Person, position: number) =>
  person.cell(position).getByRole('combobox', { name: 'Model of this prompt', exact: true })
const option = (person: Person, name: string) => person.page.getByRole('option', { name })

test('a model is chosen for the notebook or one prompt, and each reply names its model', async () => {
  const { app, anthropic, ollama } = await started()
  const [ana, ben] = [await opened(app), await opened(app, { width: 375, height: 700 })]
  await expect.poll(() => ofNotebook(ana).inputValue(), soon).toBe('claude-small (Anthropic)')
  await ana.run(1)
  await ana.cellIs(1, 'done')
  expect(await ana.cell(1).getAttribute('data-model')).toBe('anthropic/claude-small')

  // For the notebook, by keyboard alone.
  await ofNotebook(ana).focus()
  await ana.page.keyboard.press('ArrowDown')
  await option(ana, 'qwen3:8b').waitFor()
  await ana.page.keyboard.type('ollama')
  await expect.poll(() => ana.page.getByRole('option', { name: 'claude' }).count(), soon).toBe(0)
  await ana.page.keyboard.press('ArrowDown')
  await ana.page.keyboard.press('Enter')
  await expect.poll(() => ofNotebook(ben).inputValue(), soon).toBe('qwen3:8b')
  await ana.run(1)
  await expect.poll(() => ben.cell(1).getAttribute('data-model'), soon).toBe('ollama/qwen3:8b')
  expect(ollama.connections.at(-1)?.request.body['model']).toBe('qwen3:8b')

  // For one prompt, on a narrow screen.
  await ben.source(2).click()
  await ben.page.keyboard.press('Escape')
  await ofPrompt(ben, 2).click()
  await option(ben, 'The claude-large').waitFor()
  const list = await ben.page.getByRole('listbox', { name: 'Models' }).boundingBox()
  expect(list !== null && list.x >= 0 && list.x + list.width <= 375).toBe(true)
  await ben.page.getByRole('combobox', { name: 'Effort' }).selectOption('low')
  await option(ben, 'The claude-large').click()
  await expect.poll(() => ofPrompt(ben, 2).inputValue(), soon).toBe('claude-large')
  await ben.run(2)
  await ben.cellIs(2, 'done')
  expect(await ben.cell(2).getAttribute('data-model')).toBe('anthropic/claude-large')
  expect(anthropic.connections.at(-1)?.request.body).toMatchObject({
    model: 'claude-large',
    output_config: { effort: 'low' },
  })
  await ana.until('file', 'written')
  await expect.poll(() => app.file('a.ipynb'), soon).toContain('"name": "ollama/qwen3:8b"')
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('a reply shows its cost and its end, and buttons continue or regenerate it', async () => {
  const { app, anthropic } = await started()
  const ana = await opened(app)
  await ana.run(1)
  await ana.cellIs(1, 'done')
  const brief = receipt(ana, 1).locator('summary')
  await expect
    .poll(() => brief.textContent(), soon)
    .toMatch(/^claude-small · 15 in, 7 out · \$0\.00014 · \d+/)
  await brief.click()
  await expect.poll(() => receipt(ana, 1).locator('dl').innerText(), soon).toMatch(/of them cached\s+4\n/)
  expect(await receipt(ana, 1).getByRole('button', { name: 'Continue' }).count()).toBe(0)
  await receipt(ana, 1).getByRole('button', { name: 'Regenerate' }).click()
  await expect.poll(() => anthropic.connections.length, soon).toBe(2)
  await ana.cellIs(1, 'done')

  await ana.run(3)
  await ana.cellIs(3, 'interrupted')
  await receipt(ana, 3).getByText('Cut off: the model reached its output limit.').waitFor()
  await receipt(ana, 3).getByRole('button', { name: 'Continue' }).click()
  await ana.cellIs(3, 'done')
  await expect
    .poll(async () => (await ana.reply(3).textContent())?.trim(), soon)
    .toMatch(/^as far as.*You said/)
  expect(JSON.stringify(anthropic.connections.at(-1)?.request.body['messages'])).toMatch(
    /"as far as".*Go on exactly/,
  )

  await ana.run(4)
  await ana.cellIs(4, 'error')
  await receipt(ana, 4).getByText('The model declined to answer: this is nothing I will do').waitFor()

  await ana.run(5)
  await ana.page.waitForFunction(() =>
    document.querySelectorAll('nb-cell')[4]?.querySelector('nb-reply')?.textContent.includes('one'),
  )
  await ana.source(5).hover()
  await ana.cell(5).getByRole('button', { name: 'Stop cell' }).click()
  await ana.cellIs(5, 'interrupted')
  await anthropic.connections.at(-1)?.dropped
  await receipt(ana, 5).getByText('Stopped.', { exact: true }).waitFor()

  await ana.run(6)
  await ana.cellIs(6, 'error')
  await expect
    .poll(() => ana.output(6).textContent(), soon)
    .toContain('404: no such model. Choose another model')

  await ana.run(7)
  await ana.cellIs(7, 'done')
  await ana.reply(7).getByText('The reply is empty.').waitFor()

  expect(ana.complaints).toEqual([])
  for (const text of [await ana.page.content(), await app.file('a.ipynb')])
    expect(text).not.toContain('key-known-to-the-relay-alone')
})

test('reaching a limit on runs is announced, and the next run is refused', async () => {
  const { app } = await started({ LLM_RUNS_PER_MINUTE: '2' })
  const ana = await opened(app)
  await ana.run(1)
  await ana.cellIs(1, 'done')
  expect(await receipt(ana, 1).getByText('runs a minute').count()).toBe(0)
  await ana.run(2)
  await receipt(ana, 2).getByText('2 of 2 runs a minute are used.').waitFor()
  await ana.run(3)
  await ana.cellIs(3, 'error')
  await expect.poll(() => ana.output(3).textContent(), soon).toContain('The limit is 2 runs per minute.')
  expect(ana.complaints).toEqual([])
})
