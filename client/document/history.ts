// A notebook's history on the relay.
import * as Y from 'yjs'
import type { BodyOf } from '../../shared/api/route.ts'
import { routes, type Timeline } from '../../shared/api/routes.ts'
import { ask, failed, request, type Answer } from './ask.ts'

export const fetchTimeline = async (path: string): Promise<Answer<{ timeline: Timeline }>> => {
  const answer = await ask(routes.readHistory, path, undefined)
  return answer.ok ? { ok: true, timeline: answer.body } : answer
}

export const nameVersion = (
  path: string,
  version: BodyOf<typeof routes.nameVersion>,
): Promise<Answer<unknown>> => ask(routes.nameVersion, path, version)

/** The document after its first `at` updates. */
export const fetchState = async (path: string, at: number): Promise<Answer<{ doc: Y.Doc }>> => {
  const answer = await request(routes.readHistory, path, { search: `?at=${at}` })
  if (!answer.ok) return answer
  try {
    const bytes = new Uint8Array(await answer.response.arrayBuffer())
    const doc = new Y.Doc()
    Y.applyUpdate(doc, bytes)
    return { ok: true, doc }
  } catch (error) {
    // The connection failed.
    if (error instanceof TypeError) return failed('the relay cannot be reached', 0, true)
    // An invalid update throws any error of lib0.
    if (error instanceof Error) return failed(`the relay sent an invalid notebook: ${error.message}`)
    throw error
  }
}
