// What a failed request says to the people in the notebook.
import { APICallError, RetryError } from 'ai'

const longest = 1_000
/** Shorter ones are words like "none", which servers without keys are given. */
const shortestSecret = 4

/** Takes secrets out of a text. */
export function hiding(secrets: readonly string[]): (text: string) => string {
  const hidden = secrets.filter((secret) => secret.length >= shortestSecret)
  const forms = hidden.flatMap((secret) => [secret, encodeURIComponent(secret)])
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, '[key]'), text)
}

/** One line or a few for an error of any shape: the library's, the network's, or whatever a server sent. */
export function failureText(error: unknown, hide: (text: string) => string): string {
  const text = hide(spoken(error)).trim()
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

function spoken(error: unknown): string {
  if (RetryError.isInstance(error)) return spoken(error.lastError ?? error.message)
  if (APICallError.isInstance(error)) {
    const { statusCode } = error
    if (statusCode === undefined) return unreachable(error)
    // Accepted, and then not what was announced.
    if (statusCode < 300) return brokenOff(error)
    return `The model's server answered ${statusCode}: ${error.message}`
  }
  if (error instanceof Error) return error.message === 'fetch failed' ? unreachable(error) : brokenOff(error)
  return `The model's server reported an error: ${reported(error)}`
}

const brokenOff = (error: Error): string => `The connection to the model broke off: ${network(error)}`

const unreachable = (error: unknown): string => `The model's server cannot be reached: ${network(error)}`

/** Node says what happened in the innermost cause, for several addresses of one host only as a code. */
function network(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return network(error.cause)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

/** Servers differ: a text, `{message}` or `{error: …}`. */
function reported(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return 'without a reason'
  if ('message' in error && typeof error.message === 'string') return error.message
  return 'error' in error ? reported(error.error) : JSON.stringify(error)
}
