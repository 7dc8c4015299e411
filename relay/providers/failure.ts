// Error messages for failed requests, as shown in the notebook.
import { APICallError, RetryError } from 'ai'

const maxLength = 1_000
/** Servers that need no key are often given a word like "none", which must not be redacted. */
const minSecretLength = 4

/** Returns a function that removes the secrets from a text. */
export const redactor = (secrets: readonly string[]): ((text: string) => string) => {
  const hidden = secrets.filter((secret) => secret.length >= minSecretLength)
  const forms = hidden.flatMap((secret) => [secret, encodeURIComponent(secret)])
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, '[key]'), text)
}

/** A short message for any error: of the library, of the network, or sent by the server. */
export const failureText = (error: unknown, redact: (text: string) => string): string => {
  const text = redact(describe(error)).trim()
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}

const describe = (error: unknown): string => {
  if (RetryError.isInstance(error)) return describe(error.lastError ?? error.message)
  if (APICallError.isInstance(error)) {
    const { statusCode } = error
    if (statusCode === undefined) return unreachable(error)
    // The response started successfully but was invalid or incomplete.
    if (statusCode < 300) return connectionLost(error)
    return `The model server answered ${statusCode}: ${error.message}`
  }
  if (error instanceof Error)
    return error.message === 'fetch failed' ? unreachable(error) : connectionLost(error)
  return `The model server reported an error: ${reportedReason(error)}`
}

const connectionLost = (error: Error): string =>
  `The connection to the model server was lost: ${networkReason(error)}`

const unreachable = (error: unknown): string => `The model server cannot be reached: ${networkReason(error)}`

/** Node puts the reason into the innermost cause. If a host has several addresses, there is only a code. */
const networkReason = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof Error) return networkReason(error.cause)
  return error.message || ('code' in error ? String(error.code) : error.name)
}

/** Servers send a string, `{message}` or `{error: …}`. */
const reportedReason = (error: unknown): string => {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return 'no reason given'
  if ('message' in error && typeof error.message === 'string') return error.message
  return 'error' in error ? reportedReason(error.error) : JSON.stringify(error)
}
