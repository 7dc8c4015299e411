// POST /api/recover/{path}: a browser that holds another history gives what the relay may lack.
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as Y from 'yjs'
import { z } from 'zod'
import { knowsAll, recover, type Held, type RecoverParts } from '../files/recover.ts'
import type { NotebookPath } from '../files/path.ts'
import type { DocumentRecord } from '../log/store.ts'
import type { Rooms } from '../sync/rooms.ts'
import { HttpError, readJson, sendJson } from './answer.ts'

export const recoverAddress = '/api/recover/'

const isVector = (bytes: Uint8Array): boolean => {
  try {
    Y.decodeStateVector(bytes)
    return true
  } catch {
    return false
  }
}

const schema = z.object({
  docId: z.string().max(200),
  vector: z
    .base64()
    .nullable()
    .transform((text) => (text === null ? null : new Uint8Array(Buffer.from(text, 'base64'))))
    .refine((bytes) => bytes === null || isVector(bytes)),
  digests: z.array(z.string().max(64)).max(1000),
  acknowledged: z.string().nullable(),
  /** Without it is only asked whether the relay has all that it once acknowledged. */
  content: z.string().nullable(),
})

const inBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/**
 * `{known, vector}`, or `{path, changed, copy, vector}`: where the words are that had no place in the notebook, and the
 * state vector of the document that has the others.
 */
export const answerRecover = async (
  parts: RecoverParts & { readonly rooms: Rooms },
  path: NotebookPath,
  record: DocumentRecord,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = schema.safeParse(await readJson(request))
  if (!body.success)
    throw new HttpError(
      'bad_request',
      'the body is {"docId", "vector", "digests", "acknowledged", "content"}',
    )
  const { content, ...rest } = body.data
  await parts.rooms.use(record, async (room) => {
    if (content === null) {
      const vector = inBase64(Y.encodeStateVector(room.doc))
      return sendJson(response, 200, { known: knowsAll(room, rest), vector })
    }
    const held: Held = { ...rest, content }
    const recovered = await recover(parts, room, held)
    if (!recovered.ok) throw new HttpError('bad_request', `the content is no notebook: ${recovered.reason}`)
    const { changed, copy, vector } = recovered
    return sendJson(response, 200, { path, changed, copy, vector: inBase64(vector) })
  })
}
