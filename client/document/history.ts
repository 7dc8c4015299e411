// A notebook's history as the relay has it, over HTTP. Answers are parsed here; a failure is a value with a reason.
import * as Y from 'yjs'
import { ask, urlOf, type Answer } from './library.ts'
import { parseTimeline, type Timeline } from './timeline.ts'
import { isRecord } from '../../shared/record.ts'

const addressOf = (path: string): string => `/api/history/${urlOf(path)}`

export const fetchTimeline = async (path: string): Promise<Answer<{ timeline: Timeline }>> => {
  const answer = await ask(addressOf(path), 'GET')
  return answer.ok ? { ok: true, timeline: parseTimeline(answer.body) } : answer
}

export const nameVersion = (
  path: string,
  version: { readonly name: string; readonly at: number; readonly by: string },
): Promise<Answer<{ body: unknown }>> => ask(addressOf(path), 'POST', version)

const failed = (reason: string, offline: boolean, status: number): Answer<never> => ({
  ok: false,
  reason,
  offline,
  status,
})

/** The document as it was after so many updates. */
export const fetchState = async (path: string, at: number): Promise<Answer<{ doc: Y.Doc }>> => {
  try {
    const response = await fetch(`${addressOf(path)}?at=${at}`)
    if (!response.ok) {
      const { status } = response
      const error: unknown = await response.json().catch(() => null)
      const inner = isRecord(error) && isRecord(error['error']) ? error['error']['message'] : null
      const reason = typeof inner === 'string' ? inner : `the relay answered ${status}`
      return failed(reason, status === 503, status)
    }
    const bytes = new Uint8Array(await response.arrayBuffer())
    const doc = new Y.Doc()
    Y.applyUpdate(doc, bytes)
    return { ok: true, doc }
  } catch (error) {
    if (error instanceof TypeError) return failed('the relay cannot be reached', true, 0)
    // What does not decode as an update throws whatever lib0 found.
    if (error instanceof Error)
      return failed(`what the relay sent is no notebook: ${error.message}`, false, 0)
    throw error
  }
}
