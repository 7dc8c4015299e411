// POST /api/recover/{path}: a browser sends its copy of another epoch.
import * as Y from 'yjs'
import { hasAll, recover, type BrowserCopy, type RecoverOptions } from '../files/recover.ts'
import type { Rooms } from '../sync/rooms.ts'
import { HttpError } from './answer.ts'
import { documentAt, send, type Handlers } from './api-call.ts'

const vectorOf = (base64: string): Uint8Array => {
  const bytes = new Uint8Array(Buffer.from(base64, 'base64'))
  try {
    Y.decodeStateVector(bytes)
    return bytes
  } catch {
    throw new HttpError('bad_request', 'vector is not a state vector')
  }
}

const inBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

export const recoverHandlers = (
  options: RecoverOptions & { readonly rooms: Rooms },
): Handlers<'recover'> => ({
  recover: async (call) => {
    const { content, vector: base64, ...rest } = call.body
    const vector = base64 === null ? null : vectorOf(base64)
    const record = await documentAt(options.catalogue, call)
    if (record === null) return
    await options.rooms.use(record, async (room) => {
      if (content === null)
        return send(call, 200, {
          known: hasAll(room, { ...rest, vector }),
          vector: inBase64(Y.encodeStateVector(room.doc)),
        })
      const held: BrowserCopy = { ...rest, vector, content }
      const recovered = await recover(options, room, held)
      if (!recovered.ok)
        throw new HttpError('bad_request', `the content is not a notebook: ${recovered.reason}`)
      return send(call, 200, {
        path: call.path,
        changed: recovered.changed,
        copy: recovered.copy,
        vector: inBase64(recovered.vector),
      })
    })
  },
})
