// The relay's model answers a prompt, into a text that everyone shares.
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Settings } from '../../relay/config.ts'
import { splitPrompt } from '../../shared/notebook/cell-kinds/prompt-text.ts'
import { App, type Person } from '../support/app.ts'
import { chatWire } from '../support/model-server/chat.ts'
import { ModelServer } from '../support/model-server/model-server.ts'
import { modelSettings } from '../support/model-settings.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { Program } from '../support/program.ts'
import { ScriptedProvider } from '../support/scripted-provider.ts'
import { soon } from '../support/soon.ts'

let mock: App
let two: readonly [ana: Person, ben: Person]
beforeAll(async () => {
  mock = await App.start()
  two = await mock.anaAndBen()
})
afterAll(() => mock.close())

/** Two people in a new notebook with these prompts, which the mock answers. */
const met = async (
  ...prompts: readonly string[]
): Promise<readonly [ana: Person, ben: Person, path: string]> => {
  const path = await mock.meet(two, notebookFile(...prompts.map((source) => ['prompt', source] as const)))
  return [...two, path]
}

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

const started = async (prompts: readonly string[], settings: Partial<Settings> = {}): Promise<App> => {
  app = await App.start(
    { 'a.ipynb': notebookFile(...prompts.map((source) => ['prompt', source] as const)) },
    {},
    settings,
  )
  return app
}
const opened = (app: App): Promise<Person> => app.opened()
const run = async (person: Person, position: number): Promise<void> => {
  await person.into(position)
  await person.page.keyboard.press('Control+Enter')
}
const replyOf = async (person: Person, position: number): Promise<string> =>
  ((await person.reply(position).textContent()) ?? '').trim()

/** The reply as the relay has it. */
const replyAt = async (
  { origin }: Pick<App, 'origin'>,
  position: number,
  path = 'a.ipynb',
): Promise<string> => {
  const answer = await fetch(`${origin}/api/notebooks/${path}`)
  const { cells } = (await answer.json()) as { cells: { source: string | string[] }[] }
  const text = [cells[position - 1]?.source ?? []].flat().join('')
  return (splitPrompt(text).reply ?? '').trim()
}
const words = (count: number): string =>
  Array.from({ length: count }, (_, index) => `word${index + 1}`).join(' ')

/** Waits until the reply contains `word` while the cell is running. */
const streams = (person: Person, position: number, word: string): Promise<unknown> =>
  person.page.waitForFunction(
    ([at, wanted]) => {
      const cell = document.querySelectorAll('nb-cell')[at - 1]
      const reply = cell?.querySelector('nb-reply')?.textContent ?? ''
      return cell?.getAttribute('data-status') === 'running' && reply.includes(wanted)
    },
    [position, word] as const,
  )

test('a reply streams into the notebook, and both browsers see it grow', async () => {
  const [ana, ben] = await met('Tell me.\nmock: slow 300')
  for (const person of [ana, ben])
    await expect
      .poll(() => person.status.textContent(), soon)
      .toContain('Model: mock (no model is configured)')
  const people = ben.page.getByRole('list', { name: 'People' })
  await Promise.all([
    run(ana, 1),
    streams(ana, 1, 'word5 '),
    streams(ben, 1, 'word5 '),
    people.getByText('Model (mock').waitFor({ state: 'attached' }),
  ])
  for (const person of [ana, ben]) {
    await person.cellIs(1, 'done')
    await expect.poll(() => replyOf(person, 1), soon).toBe(words(300))
    expect(person.complaints).toEqual([])
  }
  await expect.poll(() => people.textContent(), soon).not.toContain('Model (mock')
})

test('text that another person types into a streaming reply stays where it was typed', async () => {
  const [ana, ben, path] = await met('mock: slow 5000')
  await run(ana, 1)
  await streams(ben, 1, 'word9 ')
  await ben.reply(1).dblclick()
  const editor = ben.cell(1).locator('nb-reply .cm-content:focus')
  await editor.waitFor()
  await ben.page.keyboard.press('Control+Home')
  await ben.page.keyboard.type('BEN ')
  const top = await ben.page.evaluate(() => document.querySelector('nb-reply')?.getBoundingClientRect().top)
  await streams(ana, 1, 'word200 ')
  // The caret is where it was, in a text that has grown meanwhile.
  await editor.waitFor()
  await ben.page.keyboard.type('WAS HERE ')
  expect(await ben.cell(1).getAttribute('data-status')).toBe('running')
  expect(await ben.page.evaluate(() => document.querySelector('nb-reply')?.getBoundingClientRect().top)).toBe(
    top,
  )
  await streams(ana, 1, 'BEN WAS HERE word1 word2 ')
  await ana.source(1).hover()
  await ana.cell(1).getByRole('button', { name: 'Stop cell' }).click()
  await Promise.all([ana.cellIs(1, 'interrupted'), ben.cellIs(1, 'interrupted')])
  const reply = await replyAt(mock, 1, path)
  expect(reply.length).toBeGreaterThan(words(200).length)
  expect(`BEN WAS HERE ${words(5000)}`.startsWith(reply)).toBe(true)
  await expect.poll(() => replyOf(ana, 1), soon).toBe(reply)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})

test('anybody can stop a reply, for everyone', async () => {
  const [ana, ben, path] = await met('mock: slow 5000', 'mock: fast 3')
  await run(ana, 1)
  await streams(ben, 1, 'word9 ')
  await ben.source(1).hover()
  await ben.cell(1).getByRole('button', { name: 'Stop cell' }).click()
  await Promise.all([ana.cellIs(1, 'interrupted'), ben.cellIs(1, 'interrupted')])
  const text = await replyAt(mock, 1, path)
  expect(text).toMatch(/^word1 word2 /)
  await run(ana, 2)
  await ana.cellIs(2, 'done')
  await expect.poll(() => replyOf(ben, 2), soon).toBe(words(3))
  expect(await replyAt(mock, 1, path)).toBe(text)
})

test('a reply continues after the tab that requested it is closed', async () => {
  const provider = new ScriptedProvider()
  app = await App.start({ 'a.ipynb': notebookFile(['prompt', 'Tell me.']) }, { providers: [provider] })
  const ana = await opened(app)
  await run(ana, 1)
  await expect.poll(() => provider.answers.length, soon).toBe(1)
  await provider.answer(0).text('before, ')
  await streams(ana, 1, 'before')
  await ana.context.close()
  await provider.answer(0).text('and after')
  await provider.answer(0).emit({ type: 'end', reason: 'done' })
  const { origin } = app
  await expect.poll(() => replyAt({ origin }, 1), soon).toBe('before, and after')
  const ben = await opened(app)
  await ben.cellIs(1, 'done')
})

test('a prompt run offline is queued, can be withdrawn, and runs after reconnecting', async () => {
  const app = await started(['mock: fast 3', 'mock: fast 4'])
  const ana = await opened(app)
  await app.stopRelay()
  await ana.until('sync', 'offline')
  await run(ana, 1)
  await run(ana, 2)
  await Promise.all([ana.cellIs(1, 'queued'), ana.cellIs(2, 'queued')])
  await ana.cell(1).getByText('Queued: runs when the relay is reachable.').waitFor()
  await ana.source(2).hover()
  await ana.cell(2).getByRole('button', { name: 'Stop cell' }).click()
  await ana.cellIs(2, 'idle')
  await app.startRelay()
  await ana.cellIs(1, 'done')
  await expect.poll(() => replyOf(ana, 1), soon).toBe(words(3))
  expect(await ana.cell(2).getAttribute('data-status')).toBe('idle')
  expect(ana.complaints).toEqual([])
})

test('a provider’s error ends the run, and its message is shown in the cell', async () => {
  const [ana, ben] = await met('mock: fail', 'mock: cut')
  await run(ana, 1)
  await Promise.all([ana.cellIs(1, 'error'), ben.cellIs(1, 'error')])
  for (const person of [ana, ben]) {
    await expect.poll(() => person.output(1).textContent(), soon).toContain('The mock was asked to fail.')
    await expect.poll(() => replyOf(person, 1), soon).toBe('This is the mock, about to fail')
  }
  await run(ben, 2)
  await Promise.all([ana.cellIs(2, 'interrupted'), ben.cellIs(2, 'interrupted')])
  await expect.poll(() => replyOf(ana, 2), soon).toBe('This is the mock, cut in the')
})

test('a chat completions server can reply, fail and be stopped, and its key stays on the relay', async () => {
  const chat = await ModelServer.open(chatWire)
  onTestFinished(() => chat.close())
  const apiKey = 'key-known-to-the-relay-alone'
  const app = await started(['Say hello', 'unauthorized', 'drop', 'slow'], {
    model: modelSettings({ LLM_BASE_URL: `${chat.origin}/v1`, LLM_API_KEY: apiKey }),
  })
  const [ana, ben] = [await opened(app), await opened(app)]
  await expect.poll(() => ana.status.textContent(), soon).toContain(new URL(chat.origin).host)
  expect(await ana.status.textContent()).not.toContain('mock')
  await run(ana, 1)
  await Promise.all([ana.cellIs(1, 'done'), ben.cellIs(1, 'done')])
  await expect.poll(() => replyOf(ben, 1), soon).toBe('You said hello.')
  expect(chat.connections[0]?.request.headers.authorization).toBe(`Bearer ${apiKey}`)
  expect(chat.connections[0]?.request.body['model']).toBe('first-model')

  await run(ana, 2)
  await ben.cellIs(2, 'error')
  await expect.poll(() => ben.output(2).textContent(), soon).toContain('Incorrect API key provided')
  await run(ana, 3)
  await ben.cellIs(3, 'error')
  await expect.poll(() => replyOf(ben, 3), soon).toBe('half')

  await run(ana, 4)
  await streams(ben, 4, 'word')
  const connection = chat.connections.at(-1)
  await ben.source(4).hover()
  await ben.cell(4).getByRole('button', { name: 'Stop cell' }).click()
  await connection?.dropped
  await ana.cellIs(4, 'interrupted')

  for (const person of [ana, ben]) expect(await person.page.content()).not.toContain(apiKey)
  await ana.until('file', 'written')
  expect(await app.file('a.ipynb')).not.toContain(apiKey)
})

test('a relay killed during a reply leaves it interrupted, with the text that was shown', async () => {
  const app = await started(['mock: slow 5000'])
  const port = new URL(app.origin).port
  await app.stopRelay()
  let program = new Program([app.folder, '--port', port])
  onTestFinished(() => void program.stop('SIGKILL'))
  await program.ready()
  const [ana, ben] = [await opened(app), await opened(app)]
  await run(ana, 1)
  await Promise.all([streams(ana, 1, 'word9 '), streams(ben, 1, 'word9 ')])
  await program.stop('SIGKILL')
  await Promise.all([ana.until('sync', 'offline'), ben.until('sync', 'offline')])
  const seen = await replyOf(ben, 1)
  // Nobody who is offline can know how it ended.
  expect(await ben.cell(1).getAttribute('data-status')).toBe('running')
  await ana.context.close()
  await ben.context.close()
  program = new Program([app.folder, '--port', port])
  await program.ready()
  const cara = await opened(app)
  await cara.cellIs(1, 'interrupted')
  const kept = await replyOf(cara, 1)
  expect(kept).toMatch(/^word1 word2 /)
  expect(kept.startsWith(seen)).toBe(true)
  // The page has to be closed before its folder is removed.
  await cara.context.close()
  await program.stop('SIGKILL')
})
