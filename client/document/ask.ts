// HTTP requests to the relay. The answer is parsed by its route's schema; a failure is a value with a reason.
import { toBrowserPath } from '../base-path.ts'
import { noteRelayTime } from './clock.ts'
import { urlOf, parse, type AnswerOf, type BodyOf, type Route } from '../../shared/api/route.ts'
import { failure } from '../../shared/api/shapes.ts'

export interface Failed {
  readonly ok: false
  readonly reason: string
  readonly offline: boolean
  /** HTTP status; 0 without a response. */
  readonly status: number
}
export type Answer<T> = ({ readonly ok: true } & T) | Failed

export const failed = (reason: string, status = 0, offline = false): Failed => ({
  ok: false,
  reason,
  offline,
  status,
})

/** The service worker answers 503 if the relay is unreachable. */
const refusedBy = async (response: Response): Promise<Failed> => {
  const { status } = response
  const body: unknown = await response.json().catch(() => null)
  const parsed = parse(failure, body)
  return failed(
    parsed.ok ? parsed.value.error.message : `the relay answered ${status}`,
    status,
    status === 503,
  )
}

const isTimeout = (error: unknown): boolean => error instanceof DOMException && error.name === 'TimeoutError'

/** The raw response. */
export const request = async (
  route: Route,
  path: string,
  init: RequestInit & { readonly search?: string } = {},
): Promise<Answer<{ response: Response }>> => {
  try {
    const { search = '', ...rest } = init
    const asked = Date.now()
    const response = await fetch(toBrowserPath(urlOf(route, path)) + search, {
      method: route.method,
      ...rest,
    })
    noteRelayTime(response.headers.get('date'), asked)
    return response.ok ? { ok: true, response } : await refusedBy(response)
  } catch (error) {
    if (error instanceof TypeError) return failed('the relay cannot be reached', 0, true)
    if (isTimeout(error)) return failed('the relay does not answer', 0, true)
    throw error
  }
}

/** Milliseconds for an answer, besides one for each 100 bytes sent: a network may take a request and never answer. */
const patience = 180_000

/** The parsed answer, and its `Location`. */
export const ask = async <R extends Route>(
  route: R,
  path: string,
  body: BodyOf<R>,
  init: RequestInit & { readonly search?: string } = {},
): Promise<Answer<{ body: AnswerOf<R>; location: string | null }>> => {
  const json = body === undefined ? {} : { body: JSON.stringify(body) }
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(patience + Math.round((json.body ?? '').length / 100))
  const answer = await request(route, path, { ...json, headers, signal, ...init })
  if (!answer.ok) return answer
  const { response } = answer
  const location = response.headers.get('location')
  if (route.answer === null) return { ok: true, body: undefined as AnswerOf<R>, location }
  const parsed = parse(route.answer, await response.json().catch(() => null))
  if (!parsed.ok) return failed('the relay sent an unexpected answer')
  return { ok: true, body: parsed.value as AnswerOf<R>, location }
}
