// Which failures are retried, and after how long. Only before the first token: a reply that has begun would begin twice.
import { setTimeout as pause } from 'node:timers/promises'
import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { isRecord } from '../../shared/record.ts'
import { parsedJson } from './json.ts'
import { reportedReason } from './reported.ts'
import { Silent } from './watch.ts'

const maxRetries = 2
/** While a local server reads a model from disk, which takes minutes at most. */
const maxRetriesLoading = 150
/** Milliseconds. If the server asks for longer, there is no retry, and the message says so. */
const maxWait = 60_000

/** Words in the type or code of errors that a retry cannot change. */
const forGood =
  /invalid|authentication|permission|not_found|billing|quota|unsupported|too_large|too_long|exceed_/

/** A request that does not fit into the model's context, in the words of the servers. */
const overContext =
  /context (?:length|window|size)|prompt is too long|input is too long|too many (?:input )?tokens|maximum (?:context|input|prompt)|exceeds? .{0,40}\btokens/i

export const isOverContext = (reason: string): boolean => overContext.test(reason)

const bodyOf = ({ responseBody = '' }: APICallError): unknown => parsedJson(responseBody)

const isPassing = (error: unknown): boolean => {
  if (APICallError.isInstance(error)) {
    const { statusCode } = error
    if (statusCode === 429 && isUsedUp(error)) return false
    // An incomplete or invalid body has a status of success.
    return error.isRetryable || statusCode === undefined || statusCode < 300
  }
  if (isOverContext(reportedReason(error) ?? '')) return false
  if (error instanceof Silent || InvalidResponseDataError.isInstance(error)) return false
  if (error instanceof Error) return true
  const { code, status, type } = { ...inner(error) }
  const number = Number(status ?? code)
  if (number >= 400 && number < 500) return [408, 409, 429].includes(number)
  return !forGood.test(`${String(type)} ${String(code)}`)
}

/** More money is needed, not more time. */
export const isUsedUp = (error: APICallError): boolean => {
  const { code, type } = inner(bodyOf(error))
  return /insufficient_quota|billing|insufficient_(?:balance|credits)/.test(`${String(code)} ${String(type)}`)
}

/** llama.cpp and others answer so while they read the model from disk. */
export const isLoading = (error: unknown): boolean =>
  APICallError.isInstance(error) &&
  error.statusCode === 503 &&
  /\bloading\b/i.test(reportedReason(bodyOf(error)) ?? '')

/** Errors in a stream come as `{error: {…}}`, `{response: {error: {…}}}` or bare. */
const inner = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!isRecord(error)) return {}
  if (isRecord(error['response'])) return inner(error['response'])
  return isRecord(error['error']) ? error['error'] : error
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Milliseconds that a text asks for, as in "try again in 1m7.5s"; also Google's `retryDelay`. */
const askedInWords = (error: unknown): number | null => {
  const text = APICallError.isInstance(error) ? (error.responseBody ?? '') : JSON.stringify(error)
  const [, time] =
    /(?:(?:try again|retry) in |"retryDelay": ?")((?:[\d.]+ ?(?:ms|s|m|h)(?:ec(?:onds?)?|in(?:utes?)?)? ?)+)/i.exec(
      text,
    ) ?? []
  if (time === undefined) return null
  return [...time.matchAll(/([\d.]+) ?(ms|s|m|h)/g)].reduce(
    (sum, [, number, unit = '']) => sum + Number(number) * (units[unit] ?? 0),
    0,
  )
}

const askedFor = (error: unknown): number | null => askedInHeaders(error) ?? askedInWords(error)

const askedInHeaders = (error: unknown): number | null => {
  const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {}
  const ms = Number(headers['retry-after-ms'] ?? NaN)
  if (Number.isFinite(ms)) return ms
  const after = headers['retry-after']
  if (after === undefined) return null
  const seconds = Number(after)
  // A date is by the server's clock, which ours may not agree with.
  const now = Date.parse(headers['date'] ?? '') || Date.now()
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(after) - now
  return Number.isFinite(wait) ? Math.max(0, wait) : null
}

/** Milliseconds until the next retry; null for none. `tried`: retries so far. */
export const retryDelay = (error: unknown, tried: number, usual: number): number | null => {
  if (isLoading(error)) return tried < maxRetriesLoading ? usual * 2 : null
  if (tried >= maxRetries || !isPassing(error)) return null
  const wait = askedFor(error) ?? usual * 2 ** tried
  return wait > maxWait ? null : wait
}

/** Seconds after which the server accepts requests again, if it says so. */
export const secondsAskedFor = (error: unknown): number | null => {
  const wait = askedFor(error)
  return wait === null ? null : Math.ceil(wait / 1_000)
}

/** False if aborted before. */
export const waited = (ms: number, signal: AbortSignal): Promise<boolean> =>
  pause(ms, true, { signal }).catch((error: unknown) => {
    if (signal.aborted) return false
    throw error
  })
