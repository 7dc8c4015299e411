// Suggestions while typing: over HTTP, from the provider, cancelled upstream when nobody waits for them, and
// counted.
import { afterEach, expect, test } from 'vitest'
import { notebookText, TestRelay } from '../support/relay.ts'
import { ScriptedProvider } from '../support/scripted-provider.ts'
import { modelSettings } from '../support/model-settings.ts'
import { soon } from '../support/soon.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const caret = {
  person: 'ana',
  model: null,
  kind: 'code',
  above: 'import math',
  before: 'def area(r):\n    ',
  after: '',
  not: [],
}
const suggest = (change: object = {}, init: RequestInit = {}): Promise<Response> =>
  fetch(`${relay.origin}/api/suggest/a.ipynb`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...caret, ...change }),
    ...init,
  })
const files = { 'a.ipynb': notebookText('x') }

test('the mock gives the same suggestion for the same caret, and another one if that is excluded', async () => {
  relay = await TestRelay.start(files)
  const first = (await (await suggest()).json()) as { text: string }
  expect(first.text).toContain('suggestion 1 of the mock')
  expect(await (await suggest()).json()).toEqual(first)
  expect(await (await suggest({ not: [first.text] })).json()).toEqual({
    text: first.text.replace('1', '2'),
  })
  expect((await suggest({ before: 'x'.repeat(30_000) })).status).toBe(400)
  expect((await suggest({ model: 'nobody/nothing' })).status).toBe(404)
})

test('a newer request, or a page that no longer waits, cancels a suggestion upstream', async () => {
  const provider = new ScriptedProvider()
  relay = await TestRelay.start(files, { providers: [provider] })
  const older = suggest()
  await expect.poll(() => provider.answers.length, soon).toBe(1)
  const controller = new AbortController()
  const newer = suggest({}, { signal: controller.signal })
  await expect.poll(() => provider.answers.length, soon).toBe(2)
  expect(provider.answer(0).signal.aborted).toBe(true)
  await provider.answer(0).emit({ type: 'end', reason: 'interrupted' })
  expect(await (await older).json()).toEqual({ text: '' })
  expect(provider.answer(1).signal.aborted).toBe(false)
  controller.abort()
  await expect(newer).rejects.toThrow()
  await expect.poll(() => provider.answer(1).signal.aborted, soon).toBe(true)
  await provider.answer(1).emit({ type: 'end', reason: 'interrupted' })
  // Repetitions of the line and the fence are removed; the model receives only what was sent.
  const last = suggest({ before: 'a = ', after: ')\nb' })
  await expect.poll(() => provider.answers.length, soon).toBe(3)
  const [message] = provider.answer(2).request.messages
  expect(message).toMatchObject({ role: 'user', text: expect.stringContaining('a = ‸)\nb') as unknown })
  await provider.answer(2).text('```python\na = f(1)\n```')
  await provider.answer(2).emit({ type: 'end', reason: 'done' })
  expect(await (await last).json()).toEqual({ text: 'f(1' })
})

test('tokens count against the caps, but a suggestion does not count as a run', async () => {
  relay = await TestRelay.start(
    files,
    {},
    {
      model: modelSettings({ LLM_PROVIDER: 'mock', LLM_RUNS_PER_MINUTE: '1', LLM_TOKENS_PER_PERSON: '500' }),
    },
  )
  for (let time = 0; time < 2; time++) expect((await suggest()).status).toBe(200)
  await expect.poll(async () => (await suggest()).status, soon).toBe(429)
  expect(await (await suggest()).text()).toContain('tokens a day for you are used up')
  expect((await suggest({ person: 'ben' })).status).toBe(200)
})
