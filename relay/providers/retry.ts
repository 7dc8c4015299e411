// Which failures are retried, and after how long. Only before the first token: a reply that has begun would begin twice.
import { setTimeout as pause } from 'node:timers/promises'
import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { isRecord } from '../../shared/record.ts'
import { Silent } from './watch.ts'

const maxRetries = 2
/** Milliseconds. If the server asks for longer, there is no retry, and the message says so. */
const maxWait = 60_000

/** Words in the type or code of errors that a retry cannot change. */
const forGood = /invalid|authentication|permission|not_found|billing|quota|unsupported|too_large|too_long/

const isPassing = (error: unknown): boolean => {
  if (APICallError.isInstance(error)) {
    const { statusCode } = error
    // An incomplete or invalid body has a status of success.
    return error.isRetryable || statusCode === undefined || statusCode < 300
  }
  if (error instanceof Silent || InvalidResponseDataError.isInstance(error)) return false
  if (error instanceof Error) return true
  const { code, status, type } = { ...inner(error) }
  const number = Number(status ?? code)
  if (number >= 400 && number < 500) return [408, 409, 429].includes(number)
  return !forGood.test(`${String(type)} ${String(code)}`)
}

/** Errors in a stream come as `{error: {…}}`, `{response: {error: {…}}}` or bare. */
const inner = (error: unknown): Readonly<Record<string, unknown>> => {
  if (!isRecord(error)) return {}
  if (isRecord(error['response'])) return inner(error['response'])
  return isRecord(error['error']) ? error['error'] : error
}

const askedFor = (error: unknown): number | null => {
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
