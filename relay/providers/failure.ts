// Error messages for failed requests, as shown in the notebook: what happened and what can be done.
import { APICallError, JSONParseError, TypeValidationError } from '@ai-sdk/provider'
import { parsedJson } from './json.ts'
import { reportedReason } from './reported.ts'
import { isLoading, isOverContext, isUsedUp, secondsAskedFor } from './retry.ts'
import { Silent } from './watch.ts'

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
  const short = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
  const advice = adviceFor(error) ?? (isOverContext(short) ? tooMuch : null)
  return advice === null ? short : `${short}${/[.!?…]$/.test(short) ? '' : '.'} ${advice}`
}

const tooMuch =
  'Hide cells from the model (“What the model sees” shows the share of each), or choose a model with a larger context.'

const describe = (error: unknown): string => {
  if (error instanceof Silent) return `The model has sent nothing for ${error.seconds} seconds.`
  if (APICallError.isInstance(error)) {
    const { statusCode } = error
    if (statusCode === undefined) return unreachable(error)
    // The response started successfully but was invalid or incomplete.
    if (statusCode < 300) return connectionLost(error)
    return `The model server answered ${statusCode}: ${answeredReason(error)}`
  }
  // The library's message is a page about its form.
  if (TypeValidationError.isInstance(error) || JSONParseError.isInstance(error))
    return 'The model server sent something that cannot be read.'
  if (error instanceof Error)
    return error.message === 'fetch failed' ? unreachable(error) : connectionLost(error)
  return `The model server reported an error: ${reportedReason(error) ?? JSON.stringify(error) ?? 'no reason given'}`
}

const checkKey = 'The operator of the relay must check the API key.'
const usedUp = 'The operator of the relay must add credit. Until then, choose a model of another provider.'

/** What a person can do about it; null if unknown. */
const adviceFor = (error: unknown): string | null => {
  if (error instanceof Silent) return 'The request was cancelled. Use Regenerate to try again.'
  if (!APICallError.isInstance(error) || error.statusCode === undefined) return null
  const seconds = secondsAskedFor(error)
  switch (error.statusCode) {
    case 401:
      return checkKey
    case 402:
      return usedUp
    case 403:
      // Also for what a provider does not want to answer, or not from here.
      return /key|token|auth|permission|access|credential|organi[sz]ation|project/i.test(
        answeredReason(error),
      )
        ? checkKey
        : null
    case 404:
      return /model|endpoint|deployment/i.test(answeredReason(error))
        ? 'Choose another model; this one may not exist.'
        : 'The operator of the relay must check the address of the model server.'
    case 413:
      return tooMuch
    case 429:
      if (isUsedUp(error)) return usedUp
      return seconds === null
        ? 'The rate limit was reached: wait a little, then Regenerate.'
        : `The rate limit was reached: Regenerate in ${seconds} s.`
    case 503:
    case 529:
      if (isLoading(error)) return 'Wait until it is loaded, then Regenerate.'
      return 'The model server is overloaded: wait a little, then Regenerate, or choose another model.'
    default:
      return null
  }
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

/** The reason in the body, of which the library knows one form only. Some servers refuse in an event (LiteLLM). */
export const answeredReason = ({ message, responseBody: body = '' }: APICallError): string => {
  const answer = parsedJson(/^data:(.*)$/m.exec(body)?.[1] ?? body)
  if (answer !== undefined) return reportedReason(answer) ?? message
  // A short text is the reason; anything else is a page.
  const text = body.trim()
  return text === '' || text.length > 200 || text.startsWith('<') ? message : text
}
