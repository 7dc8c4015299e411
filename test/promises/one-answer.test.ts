// A prompt is answered once, in its place, even if it is run twice, by two people at once, edited or deleted
// meanwhile. Running offline and closing the tab: model.test.ts.
import { afterEach, expect, test } from 'vitest'
import { App, type Person } from '../support/app.ts'
import { soon } from '../support/soon.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { ScriptedProvider } from '../support/scripted-provider.ts'

let app: App | null = null
afterEach(async () => {
  await app?.close()
  app = null
})

test('a prompt run twice or by two people, edited or deleted meanwhile gets one reply, in its place', async () => {
  const provider = new ScriptedProvider()
  const prompts = ['first', 'second', 'third', 'fourth'] as const
  app = await App.start(
    { 'a.ipynb': notebookFile(...prompts.map((text) => ['prompt', text] as const)) },
    { providers: [provider] },
  )
  const [ana, ben] = [await app.writer('a.ipynb'), await app.writer('a.ipynb')]
  const all = [ana, ben]
  for (const person of all) await person.until('sync', 'saved')
  const answersAre = (times: number) => expect.poll(() => provider.answers.length, soon).toBe(times)
  /** Completes the last answer. */
  const answered = async (text: string): Promise<void> => {
    const answer = provider.answer(provider.answers.length - 1)
    await answer.text(text)
    await answer.emit({ type: 'end', reason: 'done' })
  }
  const shows = async (person: Person, position: number, status: string, reply: string): Promise<void> => {
    await person.cellIs(position, status)
    await expect.poll(async () => (await person.reply(position).textContent())?.trim(), soon).toBe(reply)
  }

  // Twice quickly.
  await ana.into(1)
  await ana.page.keyboard.press('Control+Enter')
  await ana.page.keyboard.press('Control+Enter')
  await ana.until('sync', 'saved')
  await answersAre(1)
  await answered('the only one')
  for (const person of all) await shows(person, 1, 'done', 'the only one')

  // Two people at once. The relay has both requests before the reply.
  await Promise.all(all.map((person) => person.run(2)))
  for (const person of all) await person.until('sync', 'saved')
  await expect.poll(() => provider.answers.length, soon).toBeGreaterThan(1)
  const last = provider.answers.length
  await answered('for both')
  for (const person of all) await shows(person, 2, 'done', 'for both')

  // The prompt is edited during the reply: the reply is to the old text, and the edit stays.
  await ana.run(3)
  await answersAre(last + 1)
  await provider.answer(last).text('to the ')
  await ben.type(3, ' and more')
  await expect.poll(() => ana.text(3), soon).toBe('third and more')
  await answered('third')
  for (const person of all) await shows(person, 3, 'done', 'to the third')
  expect(JSON.stringify(provider.answer(last).request.messages.at(-1))).not.toContain('and more')

  // The cell is deleted: the provider's stream is stopped, and the text so far is there when the cell is
  // restored.
  await ana.run(4)
  await answersAre(last + 2)
  const gone = provider.answer(last + 1)
  await gone.text('half')
  await shows(ben, 4, 'running', 'half')
  await ben.into(4)
  await ben.page.keyboard.press('Escape')
  await ben.page.keyboard.press('d')
  await ben.page.keyboard.press('d')
  await expect.poll(() => gone.signal.aborted, soon).toBe(true)
  await gone.emit({ type: 'end', reason: 'interrupted' })
  await expect.poll(() => ana.page.locator('nb-cell').count(), soon).toBe(3)
  await ben.page.keyboard.press('z')
  for (const person of all) await shows(person, 4, 'interrupted', 'half')
  expect(provider.answers).toHaveLength(last + 2)
  expect([...ana.complaints, ...ben.complaints]).toEqual([])
})
