// Which failures are tried again, and after how long. Only what failed before the first token is: a reply that has begun
// would begin twice.
import { setTimeout as pause } from 'node:timers/promises'
import { APICallError, InvalidResponseDataError } from '@ai-sdk/provider'
import { isRecord } from '../../shared/record.ts'
import { Silent } from './watch.ts'

const maxRetries = 2
/** Milliseconds; who is told to wait longer is told so. */
const maxWait = 60_000

/** A word in the type or code of a reported error that trying again would not change. */
const forGood = /invalid|authentication|permission|not_found|billing|quota|unsupported|too_large|too_long/

const isPassing = (error: unknown): boolean => {
  if (APICallError.isInstance(error)) {
    const { statusCode } = error
    // A body that breaks off or is no answer comes with the status of its start.
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
  const wait = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(after) - Date.now()
  return Number.isFinite(wait) ? Math.max(0, wait) : null
}

/** Milliseconds until the next try; null where there is none. `tried`: retries so far. */
export const retryDelay = (error: unknown, tried: number, usual: number): number | null => {
  if (tried >= maxRetries || !isPassing(error)) return null
  const wait = askedFor(error) ?? usual * 2 ** tried
  return wait > maxWait ? null : wait
}

/** Seconds the server asked to be left alone. */
export const secondsAskedFor = (error: unknown): number | null => {
  const wait = askedFor(error)
  return wait === null ? null : Math.ceil(wait / 1_000)
}

export const waited = async (ms: number, signal: AbortSignal): Promise<void> => {
  try {
    await pause(ms, undefined, { signal })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
