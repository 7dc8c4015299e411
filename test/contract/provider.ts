// What every provider keeps, whatever lies behind it.
import { expect, test } from 'vitest'
import type { ModelEnd, ModelEvent, ModelRequest, Provider } from '../../shared/model/provider.ts'
import { StopController } from '../../shared/model/stop.ts'

/** A provider and how to make it do each thing; a text is the last message of the request. */
export interface ProviderUnderTest {
  readonly provider: Provider
  readonly answers: string
  readonly thinks: string
  readonly calls: string
  readonly fails: string
  readonly breaksOff: string
  readonly reachesLimit: string
  /** Goes on for seconds unless it is stopped. */
  readonly isSlow: string
  /** Says a word, and then nothing, and does not end. */
  readonly fallsSilent: string
}

export const requestFor = (text: string): ModelRequest => ({
  model: '',
  system: 'You are under test.',
  messages: [{ role: 'user', text }],
  maxOutputTokens: 1_000,
  thinking: false,
  effort: null,
  tools: [],
  cacheKey: null,
})

export const readCells = {
  name: 'read_cells',
  description: 'Reads cells.',
  parameters: { type: 'object', properties: { ids: { type: 'array', items: { type: 'string' } } } },
} as const

export const collect = async (
  provider: Provider,
  text: string,
  stop = new StopController(),
  change: Partial<ModelRequest> = {},
): Promise<readonly ModelEvent[]> => {
  const events: ModelEvent[] = []
  for await (const event of provider.stream({ ...requestFor(text), ...change }, stop)) events.push(event)
  return events
}

export const said = (events: readonly ModelEvent[], type: 'text' | 'thinking'): string =>
  events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')

/** The end of a stream, which has exactly one. */
export const endOf = (events: readonly ModelEvent[]): ModelEnd => {
  const ends = events.filter((event) => event.type === 'end')
  const [end] = ends
  if (end === undefined || ends.length > 1 || events.at(-1) !== end) throw new Error('not one end, and last')
  return end
}

/** `open` is called once for each test, and what it opened is closed by `close` after it. */
export const providerContract = (
  open: () => Promise<ProviderUnderTest>,
  close: () => Promise<void>,
): void => {
  const rule = (name: string, check: (subject: ProviderUnderTest) => Promise<void>): void => {
    test(name, async () => {
      const subject = await open()
      try {
        await check(subject)
      } finally {
        await close()
      }
    })
  }

  rule(
    'an answer comes in pieces, with its model and usage, and ends as done',
    async ({ provider, answers }) => {
      const events = await collect(provider, answers)
      expect(endOf(events)).toEqual({ type: 'end', reason: 'done' })
      expect(events.filter(({ type }) => type === 'text').length).toBeGreaterThan(1)
      expect(said(events, 'thinking')).toBe('')
      expect(events[0]).toEqual({ type: 'model', model: expect.stringMatching(/./) })
      const usage = events.find(({ type }) => type === 'usage')
      expect(usage).toMatchObject({ usage: { input: expect.any(Number), output: expect.any(Number) } })
    },
  )

  rule('thinking is told apart from the answer', async ({ provider, thinks }) => {
    const events = await collect(provider, thinks, undefined, { thinking: true, effort: 'high' })
    expect(endOf(events).reason).toBe('done')
    expect(said(events, 'thinking')).not.toBe('')
    expect(said(events, 'text')).not.toBe('')
  })

  rule('calls come complete, and the turn goes on with their answers', async ({ provider, calls }) => {
    const events = await collect(provider, calls, undefined, { tools: [readCells] })
    const end = endOf(events)
    if (end.reason !== 'calls') throw new Error(`it ended as ${end.reason}`)
    const made = events.flatMap((event) => (event.type === 'call' ? [event] : []))
    expect(made.length).toBeGreaterThan(0)
    for (const { id, name, input } of made) {
      expect(id).not.toBe('')
      expect({ name, input }).toEqual({ name: 'read_cells', input: { ids: expect.any(Array) } })
    }
    const turn = { role: 'assistant', text: said(events, 'text'), calls: made, turn: end.turn } as const
    const answers = made.map(({ id, name }) => ({ id, name, text: 'nothing there' }))
    const next = await collect(provider, calls, undefined, {
      tools: [readCells],
      messages: [{ role: 'user', text: calls }, turn, { role: 'tool', answers }],
    })
    expect(endOf(next)).toEqual({ type: 'end', reason: 'done' })
  })

  rule('a failure is an end with a message, after the text that had come', async ({ provider, fails }) => {
    const events = await collect(provider, fails)
    expect(endOf(events)).toEqual({ type: 'end', reason: 'error', message: expect.stringMatching(/./) })
    expect(said(events, 'text')).not.toBe('')
  })

  rule('a stream that is over early is interrupted, not done', async ({ provider, breaksOff }) => {
    const events = await collect(provider, breaksOff)
    expect(endOf(events)).toEqual({ type: 'end', reason: 'interrupted' })
    expect(said(events, 'text')).not.toBe('')
  })

  rule('the token limit is told', async ({ provider, reachesLimit }) => {
    expect(endOf(await collect(provider, reachesLimit))).toEqual({ type: 'end', reason: 'length' })
  })

  for (const how of ['isSlow', 'fallsSilent'] as const)
    rule(`a stop ends the stream at once as interrupted (${how})`, async (subject) => {
      const stop = new StopController()
      const events: ModelEvent[] = []
      for await (const event of subject.provider.stream(requestFor(subject[how]), stop)) {
        events.push(event)
        // As a person does it: while the next piece is waited for.
        if (event.type === 'text') setImmediate(() => stop.abort())
      }
      expect(said(events, 'text')).not.toBe('')
      expect(endOf(events)).toEqual({ type: 'end', reason: 'interrupted' })
    })

  rule('a stop before the start asks nothing', async ({ provider, answers }) => {
    const stop = new StopController()
    stop.abort()
    expect(await collect(provider, answers, stop)).toEqual([{ type: 'end', reason: 'interrupted' }])
  })

  rule('two streams do not know of each other', async ({ provider, answers, isSlow }) => {
    const stop = new StopController()
    const slow = collect(provider, isSlow, stop)
    expect(endOf(await collect(provider, answers)).reason).toBe('done')
    stop.abort()
    expect(endOf(await slow).reason).toBe('interrupted')
  })

  rule('it offers at least one model', async ({ provider }) => {
    const list = await provider.models()
    expect(
      list.ok && list.models.length > 0 && list.models.every(({ id, name }) => id !== '' && name !== ''),
    ).toBe(true)
  })
}
