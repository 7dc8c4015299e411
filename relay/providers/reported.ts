// The reason in what a server sends instead of a reply. Servers differ: a string, `{message}`, `{error}`, `{detail}`, lists.
import { isRecord } from '../../shared/record.ts'
import { parsedJson } from './json.ts'

/** Null if it gives none. */
export const reportedReason = (error: unknown): string | null => {
  if (typeof error === 'string') return error === '' ? null : error
  if (Array.isArray(error)) return reportedReason((error as readonly unknown[])[0])
  if (!isRecord(error)) return null
  const own = ownReason(error)
  const passedOn = isRecord(error['metadata']) ? reasonIn(error['metadata']['raw']) : null
  // What OpenRouter says itself is only that there was an error.
  if (own !== null && passedOn !== null && !own.includes(passedOn)) return `${own}: ${passedOn}`
  const member = memberOf(error['loc'])
  return own === null || member === '' ? own : `${member}: ${own}`
}

const ownReason = (error: Readonly<Record<string, unknown>>): string | null => {
  for (const key of ['message', 'error', 'detail', 'msg', 'response']) {
    const reason = reportedReason(error[key])
    if (reason !== null) return reason
  }
  return null
}

/** The reason in an answer that may be JSON as text. */
const reasonIn = (answer: unknown): string | null =>
  reportedReason(typeof answer === 'string' ? (parsedJson(answer) ?? answer) : answer)

/** The member of the request that an error is about, as FastAPI tells it: `["body", "stream_options"]`. */
const memberOf = (loc: unknown): string =>
  Array.isArray(loc) ? (loc as readonly unknown[]).filter((part) => part !== 'body').join('.') : ''
