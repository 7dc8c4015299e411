// What every provider promises, whatever is behind it.
import { expect, test } from 'vitest'
import type { ModelEnd, ModelEvent, ModelRequest, Provider } from '../../shared/model/provider.ts'
import { StopController } from '../../shared/model/stop.ts'

/** A provider and the last message of a request that makes it do each thing. */
export interface ProviderUnderTest {
  readonly provider: Provider
  readonly answers: string
  readonly thinks: string
  readonly calls: string
  readonly fails: string
  readonly breaksOff: string
  readonly reachesLimit: string
  /** Streams for seconds unless it is stopped. */
  readonly isSlow: string
  /** Streams one word, then nothing, and does not end. */
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

/** The end of a stream; there is exactly one, and it comes last. */
export const endOf = (events: readonly ModelEvent[]): ModelEnd => {
  const ends = events.filter((event) => event.type === 'end')
  const [end] = ends
  if (end === undefined || ends.length > 1 || events.at(-1) !== end) throw new Error('not one end, and last')
  return end
}

/** `open` is called once for each test; `close` closes it afterwards. */
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
    'a reply comes in pieces, with its model and usage, and ends as done',
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

  rule('thinking is separate from the reply', async ({ provider, thinks }) => {
    const events = await collect(provider, thinks, undefined, { thinking: true, effort: 'high' })
    expect(endOf(events).reason).toBe('done')
    expect(said(events, 'thinking')).not.toBe('')
    expect(said(events, 'text')).not.toBe('')
  })

  rule('tool calls arrive complete, and their results continue the turn', async ({ provider, calls }) => {
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

  rule('a failure ends the stream with a message, after the received text', async ({ provider, fails }) => {
    const events = await collect(provider, fails)
    expect(endOf(events)).toEqual({ type: 'end', reason: 'error', message: expect.stringMatching(/./) })
    expect(said(events, 'text')).not.toBe('')
  })

  rule('a stream that breaks off ends as interrupted, not as done', async ({ provider, breaksOff }) => {
    const events = await collect(provider, breaksOff)
    expect(endOf(events)).toEqual({ type: 'end', reason: 'interrupted' })
    expect(said(events, 'text')).not.toBe('')
  })

  rule('reaching the token limit ends the stream as such', async ({ provider, reachesLimit }) => {
    expect(endOf(await collect(provider, reachesLimit))).toEqual({ type: 'end', reason: 'length' })
  })

  for (const how of ['isSlow', 'fallsSilent'] as const)
    rule(`a stop ends the stream at once as interrupted (${how})`, async (subject) => {
      const stop = new StopController()
      const events: ModelEvent[] = []
      for await (const event of subject.provider.stream(requestFor(subject[how]), stop)) {
        events.push(event)
        // As when a person stops it while the next piece is awaited.
        if (event.type === 'text') setImmediate(() => stop.abort())
      }
      expect(said(events, 'text')).not.toBe('')
      expect(endOf(events)).toEqual({ type: 'end', reason: 'interrupted' })
    })

  rule('a stop before the start sends no request', async ({ provider, answers }) => {
    const stop = new StopController()
    stop.abort()
    expect(await collect(provider, answers, stop)).toEqual([{ type: 'end', reason: 'interrupted' }])
  })

  rule('two streams are independent of each other', async ({ provider, answers, isSlow }) => {
    const stop = new StopController()
    const slow = collect(provider, isSlow, stop)
    expect(endOf(await collect(provider, answers)).reason).toBe('done')
    stop.abort()
    expect(endOf(await slow).reason).toBe('interrupted')
  })

  rule('the provider lists at least one model', async ({ provider }) => {
    const list = await provider.models()
    expect(
      list.ok && list.models.length > 0 && list.models.every(({ id, name }) => id !== '' && name !== ''),
    ).toBe(true)
  })
}
