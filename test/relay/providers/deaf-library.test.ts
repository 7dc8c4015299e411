// A library that ignores its abort signal while a body is open and silent, as some versions of the SDK do.
import type { LanguageModelV3StreamPart } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { providerOf, type StreamingModel } from '../../../relay/providers/language-model.ts'
import type { Provider } from '../../../shared/model/provider.ts'
import { StopController } from '../../../shared/model/stop.ts'
import { collect, endOf, requestFor, said } from '../../contract/provider.ts'
import { times } from '../../support/wires.ts'

const providerWith = (doStream: StreamingModel['doStream']): Provider =>
  providerOf({
    id: 'deaf',
    label: 'deaf',
    usualModel: 'm',
    maxInputTokens: null,
    list: () => Promise.resolve({ ok: true, models: [] }),
    model: () => Promise.resolve({ doStream }),
    options: () => ({}),
    redact: (text) => text,
    times,
  })

test('a stop ends the stream and cancels the body of a library that ignores its signal', async () => {
  let letGo = (): void => undefined
  const canceled = new Promise<void>((resolve) => (letGo = resolve))
  const provider = providerWith(() => {
    const stream = new ReadableStream<LanguageModelV3StreamPart>({
      start(controller) {
        controller.enqueue({ type: 'text-start', id: 't' })
        controller.enqueue({ type: 'text-delta', id: 't', delta: 'one ' })
      },
      cancel: letGo,
    })
    return Promise.resolve({ stream })
  })
  const stop = new StopController()
  const events = []
  for await (const event of provider.stream(requestFor('x'), stop)) {
    events.push(event)
    if (event.type === 'text') setImmediate(() => stop.abort())
  }
  expect(said(events, 'text')).toBe('one ')
  expect(endOf(events)).toEqual({ type: 'end', reason: 'interrupted' })
  await canceled
})

test('a stop ends the stream even if the library never begins to answer', async () => {
  const stop = new StopController()
  const provider = providerWith(() => {
    setImmediate(() => stop.abort())
    return new Promise<never>(() => undefined)
  })
  expect(endOf(await collect(provider, 'x', stop))).toEqual({ type: 'end', reason: 'interrupted' })
})
