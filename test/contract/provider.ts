// What every provider keeps, whatever lies behind it.
import { expect, test } from 'vitest'
import type { ModelEvent, ModelRequest, Provider } from '../../shared/model/provider.ts'
import { StopController } from '../../shared/model/stop.ts'

/** A provider and how to make it do each thing; a text is the last message of the request. */
export interface ProviderUnderTest {
  readonly provider: Provider
  readonly answers: string
  readonly thinks: string
  readonly fails: string
  readonly breaksOff: string
  readonly reachesLimit: string
  /** Goes on for seconds unless it is stopped. */
  readonly isSlow: string
}

export const requestFor = (text: string): ModelRequest => ({
  model: '',
  system: 'You are under test.',
  messages: [{ role: 'user', text }],
  maxOutputTokens: 1_000,
  thinking: false,
})

export const collect = async (
  provider: Provider,
  text: string,
  stop = new StopController(),
): Promise<readonly ModelEvent[]> => {
  const events: ModelEvent[] = []
  for await (const event of provider.stream(requestFor(text), stop)) events.push(event)
  return events
}

export const said = (events: readonly ModelEvent[], type: 'text' | 'thinking'): string =>
  events.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('')

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
  const reasons = (events: readonly ModelEvent[]): readonly string[] =>
    events.flatMap((event) => (event.type === 'end' ? [event.reason] : []))
  const endsOnce = (events: readonly ModelEvent[], reason: string): void => {
    expect(reasons(events)).toEqual([reason])
    expect(events.at(-1)?.type).toBe('end')
  }

  rule('an answer comes in pieces, with its usage, and ends as done', async ({ provider, answers }) => {
    const events = await collect(provider, answers)
    endsOnce(events, 'done')
    expect(events.filter(({ type }) => type === 'text').length).toBeGreaterThan(1)
    expect(said(events, 'thinking')).toBe('')
    const usage = events.find(({ type }) => type === 'usage')
    expect(usage).toMatchObject({ inputTokens: expect.any(Number), outputTokens: expect.any(Number) })
  })

  rule('thinking is told apart from the answer', async ({ provider, thinks }) => {
    const events = await collect(provider, thinks)
    endsOnce(events, 'done')
    expect(said(events, 'thinking')).not.toBe('')
    expect(said(events, 'text')).not.toBe('')
  })

  rule('a failure is an end with a message, after the text that had come', async ({ provider, fails }) => {
    const events = await collect(provider, fails)
    endsOnce(events, 'error')
    expect(said(events, 'text')).not.toBe('')
    const end = events.at(-1)
    expect(end?.type === 'end' && end.reason === 'error' ? end.message : '').not.toBe('')
  })

  rule('a stream that is over early is interrupted, not done', async ({ provider, breaksOff }) => {
    const events = await collect(provider, breaksOff)
    endsOnce(events, 'interrupted')
    expect(said(events, 'text')).not.toBe('')
  })

  rule('the token limit is told', async ({ provider, reachesLimit }) => {
    endsOnce(await collect(provider, reachesLimit), 'length')
  })

  rule(
    'a stop ends the stream as interrupted, whatever the server goes on to say',
    async ({ provider, isSlow }) => {
      const stop = new StopController()
      const events: ModelEvent[] = []
      for await (const event of provider.stream(requestFor(isSlow), stop)) {
        events.push(event)
        if (event.type === 'text') stop.abort()
      }
      expect(events.filter(({ type }) => type === 'text')).toHaveLength(1)
      endsOnce(events, 'interrupted')
    },
  )

  rule('a stop before the start asks nothing', async ({ provider, answers }) => {
    const stop = new StopController()
    stop.abort()
    expect(await collect(provider, answers, stop)).toEqual([{ type: 'end', reason: 'interrupted' }])
  })

  rule('two streams do not know of each other', async ({ provider, answers, isSlow }) => {
    const stop = new StopController()
    const slow = collect(provider, isSlow, stop)
    endsOnce(await collect(provider, answers), 'done')
    stop.abort()
    endsOnce(await slow, 'interrupted')
  })

  rule('it offers at least one model', async ({ provider }) => {
    const list = await provider.models()
    expect(
      list.ok && list.models.length > 0 && list.models.every(({ id, name }) => id !== '' && name !== ''),
    ).toBe(true)
  })
}
