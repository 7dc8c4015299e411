// Makes a provider of a language model of the AI SDK: retries what failed before the first token, ends at a stop whatever
// the library does, and turns its parts into events.
import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3FinishReason,
  LanguageModelV3StreamPart,
  LanguageModelV3Usage,
} from '@ai-sdk/provider'
import { InvalidResponseDataError } from '@ai-sdk/provider'
import { roomIn } from '../../shared/context/budget.ts'
import {
  defaultSight,
  type ModelDescription,
  type ModelEnd,
  type ModelEvent,
  type ModelList,
  type ModelRequest,
  type Provider,
  type Sight,
} from '../../shared/model/provider.ts'
import { linkedAbort } from './abort.ts'
import { failureText } from './failure.ts'
import { promptOf, toolsOf, type CacheMark } from './prompt.ts'
import { retryDelay, waited } from './retry.ts'
import { TurnContent } from './turn-content.ts'
import { unsupportedIn, without, type Optional } from './unsupported.ts'
import { Stopped, Watch, type StreamTimes } from './watch.ts'

/** Thinking counts as output, and some models always think. */
export const roomForThinking = 24_576

export type StreamingModel = Pick<LanguageModelV3, 'doStream'>

export interface Upstream {
  readonly id: string
  readonly label: string
  readonly usualModel: string | null
  readonly maxInputTokens: number | null
  readonly list: (signal: AbortSignal | null) => Promise<ModelList>
  /** Which images its models accept, if that differs from the default. */
  readonly sight?: Partial<Sight>
  /** Marks the beginning of a request that later ones share, for providers whose cache needs that. */
  readonly cacheMark?: CacheMark
  /**
   * A model that makes its requests with `fetch`, without what the server has refused; loads the SDK, which takes longer
   * than the relay's start.
   */
  readonly model: (
    id: string,
    fetch: typeof globalThis.fetch,
    left: ReadonlySet<Optional>,
  ) => Promise<StreamingModel>
  /** The call options besides prompt and tools. */
  readonly options: (
    request: ModelRequest,
  ) => Pick<LanguageModelV3CallOptions, 'providerOptions' | 'maxOutputTokens'>
  /** The limit of an answer that every model accepts, for an API that requires one. */
  readonly leastLimit?: number
  /** Why it declined, in its words; '' if it does not say. */
  readonly refusal?: (finish: LanguageModelV3StreamPart & { type: 'finish' }) => string
  readonly redact: (text: string) => string
  readonly times: StreamTimes
}

/** What a model has refused, by its id. */
type Lacks = Map<string, ReadonlySet<Optional>>

const interrupted: ModelEnd = { type: 'end', reason: 'interrupted' }

export const providerOf = (upstream: Upstream): Provider => {
  const { id, label, usualModel, maxInputTokens, list, sight } = upstream
  const known = new Map<string, ModelDescription>()
  const lacks: Lacks = new Map()
  let listed: ModelList | null = null
  const models = async (): Promise<ModelList> => {
    const found = await list(null)
    if (found.ok) {
      listed = found
      for (const model of found.models) known.set(model.id, model)
    }
    return found
  }
  return {
    id,
    label,
    usualModel,
    maxInputTokens,
    models,
    sight: (named) => {
      const usual = { ...defaultSight, ...sight }
      const of = (list: ModelList | null): Sight => {
        const models = list?.ok === true ? list.models : []
        const { sees, context } =
          known.get(named || (usualModel ?? '')) ??
          (named === '' && usualModel === null ? models[0] : null) ??
          {}
        return {
          ...usual,
          sees: sees ?? usual.sees,
          room: context === undefined ? usual.room : roomIn(context),
        }
      }
      return listed !== null || usual.sees !== null ? of(listed) : models().then(of)
    },
    async *stream(request, stop) {
      const { signal, release } = linkedAbort(stop)
      try {
        for await (const event of answer(upstream, request, signal, lacks)) {
          // The library reports an abort as any kind of error.
          if (signal.aborted) break
          yield event
          if (event.type === 'end') return
        }
        yield interrupted
      } finally {
        release()
      }
    },
  }
}

const modelFor = async (
  named: string,
  { usualModel, list }: Pick<Upstream, 'usualModel' | 'list'>,
  signal: AbortSignal,
): Promise<{ readonly id: string } | { readonly problem: string }> => {
  if (named !== '') return { id: named }
  if (usualModel !== null) return { id: usualModel }
  const listed = await list(signal)
  if (!listed.ok) return { problem: listed.message }
  return listed.models[0] ?? { problem: 'The model server offers no models. Set LLM_MODEL.' }
}

const answer = async function* (
  upstream: Upstream,
  request: ModelRequest,
  signal: AbortSignal,
  lacks: Lacks,
): AsyncGenerator<ModelEvent, void, undefined> {
  const model = await modelFor(request.model, upstream, signal)
  if ('problem' in model) {
    yield { type: 'end', reason: 'error', message: model.problem }
    return
  }
  yield { type: 'model', model: model.id }
  const left = new Set(lacks.get(model.id))
  let isKnown = false
  for (let tried = 0; !signal.aborted; tried++) {
    const asked = without(request, left)
    let begun = false
    try {
      for await (const event of once(upstream, model.id, asked, left, signal)) {
        begun = true
        lacks.set(model.id, left)
        if (!isKnown && left.has('tools') && request.tools.length > 0) yield { type: 'no-tools' }
        isKnown = true
        yield event
      }
      return
    } catch (failure) {
      const error = failure instanceof Reported ? failure.reported : failure
      if (error instanceof Stopped) return
      const refused = begun ? null : unsupportedIn(error, asked, left)
      if (refused !== null) {
        left.add(refused)
        tried--
        continue
      }
      const delay = begun ? null : retryDelay(error, tried, upstream.times.retry)
      if (delay === null) {
        yield failed(error, upstream)
        return
      }
      await waited(delay, signal)
    }
  }
}

/** A stream that ended without a finish reason is one error among others in some libraries. */
const failed = (error: unknown, { redact }: Upstream): ModelEnd =>
  InvalidResponseDataError.isInstance(error)
    ? interrupted
    : { type: 'end', reason: 'error', message: failureText(error, redact) }

/** An error within the stream, of any form. */
class Reported extends Error {
  constructor(readonly reported: unknown) {
    super('reported by the model server')
  }
}

/** One request. Throws if it fails. */
const once = async function* (
  upstream: Upstream,
  id: string,
  request: ModelRequest,
  left: ReadonlySet<Optional>,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  const watch = new Watch(signal, upstream.times)
  const turn = new TurnContent()
  let reader: ReadableStreamDefaultReader<LanguageModelV3StreamPart> | null = null
  try {
    const library = await upstream.model(id, watch.fetch, left)
    const options = upstream.options(request)
    const { stream } = await watch.until(
      library.doStream({
        prompt: promptOf(request, upstream.cacheMark ?? null, left),
        ...toolsOf(request),
        ...options,
        ...(left.has('limit') ? { maxOutputTokens: upstream.leastLimit } : {}),
        abortSignal: signal,
      }),
    )
    reader = stream.getReader()
    let thoughts = 0
    for (;;) {
      const { done, value: part } = await watch.until(reader.read())
      if (done) {
        yield interrupted
        return
      }
      turn.take(part)
      if (part.type === 'error') throw new Reported(part.error)
      if (part.type === 'text-delta' && part.delta !== '') {
        watch.begun()
        yield { type: 'text', text: part.delta }
      }
      if (part.type === 'reasoning-delta' && part.delta !== '') {
        watch.begun()
        yield { type: 'thinking', text: part.delta }
      }
      if (part.type === 'reasoning-start' && thoughts++ > 0) yield { type: 'thinking', text: '\n\n' }
      if (part.type === 'tool-input-start') watch.begun()
      if (part.type === 'finish') {
        yield* finish(part, turn, upstream)
        return
      }
    }
  } finally {
    watch.close()
    // Not awaited: a library that ignores its signal may never resolve.
    reader?.cancel().catch(() => undefined)
  }
}

const finish = function* (
  part: LanguageModelV3StreamPart & { type: 'finish' },
  turn: TurnContent,
  upstream: Upstream,
): Generator<ModelEvent, void, undefined> {
  const usage = usageOf(part.usage)
  if (usage !== null) yield usage
  const end = endOf(part.finishReason, upstream.refusal?.(part) ?? '')
  const made = end.reason === 'done' ? turn.calls() : { calls: [], turn: [] }
  for (const call of made.calls) yield { type: 'call', ...call }
  yield made.calls.length > 0 ? { type: 'end', reason: 'calls', turn: made.turn } : end
}

const usageOf = ({ inputTokens, outputTokens }: LanguageModelV3Usage): ModelEvent | null =>
  inputTokens.total === undefined || outputTokens.total === undefined
    ? null
    : {
        type: 'usage',
        usage: {
          input: inputTokens.total,
          output: outputTokens.total,
          cached: inputTokens.cacheRead ?? null,
          thinking: outputTokens.reasoning ?? null,
        },
      }

const endOf = ({ unified, raw }: LanguageModelV3FinishReason, refusal: string): ModelEnd => {
  switch (unified) {
    case 'stop':
    case 'tool-calls':
      return { type: 'end', reason: 'done' }
    case 'length':
      return { type: 'end', reason: 'length' }
    case 'other':
      return raw === undefined ? interrupted : endNamed(raw)
    case 'content-filter':
      return { type: 'end', reason: 'refused', message: refusal }
    case 'error':
      return endNamed('error')
    default:
      return unified satisfies never
  }
}

/** By a reason that the library does not know. Most are other words for a usual end. */
const endNamed = (raw: string): ModelEnd => {
  if (/length|max_?tokens/i.test(raw)) return { type: 'end', reason: 'length' }
  if (/abort|cancel/i.test(raw)) return interrupted
  if (/safety|filter|prohibited|recitation|blocklist/i.test(raw))
    return { type: 'end', reason: 'refused', message: raw }
  if (!/error|malformed|fail/i.test(raw)) return { type: 'end', reason: 'done' }
  const named = raw === 'error' ? '' : ` (${raw})`
  return { type: 'end', reason: 'error', message: `The model ended the reply with an error${named}.` }
}
