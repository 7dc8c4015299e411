// `/api/blobs/{sha256-…}`: large output values by digest.
import type { IncomingMessage } from 'node:http'
import { isBlobName, maxBlobSize } from '../../shared/notebook/output/blob.ts'
import type { Blobs } from '../blobs/store.ts'
import { HttpError, readBody, sendData, sendNothing } from './answer.ts'
import type { ApiCall, Handlers } from './api-call.ts'

/** Maximum seconds to wait for a blob that is being uploaded. */
const maxWait = 30

/** `Prefer: wait=20` (RFC 7240): the browser that created the blob may not have sent it yet. */
const waitOf = (request: IncomingMessage): number => {
  const [, seconds] =
    /(?:^|[,;\s])wait=(\d{1,4})(?:$|[,;\s])/.exec(String(request.headers['prefer'] ?? '')) ?? []
  return Math.min(Number(seconds ?? 0), maxWait) * 1000
}

const arrival = (blobs: Blobs, name: string, request: IncomingMessage, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      off()
      request.socket.off('close', end)
      resolve()
    }
    const timer = setTimeout(end, milliseconds)
    const off = blobs.onceStored(name, end)
    request.socket.once('close', end)
  })

const checkedName = ({ path }: ApiCall): string => {
  if (isBlobName(path)) return path
  throw new HttpError('bad_request', 'a blob name is sha256- and the 64 hex digits of its digest')
}

export const blobHandlers = (blobs: Blobs): Handlers<'readBlob' | 'keepBlob'> => ({
  readBlob: async (call) => {
    const { request, response } = call
    const name = checkedName(call)
    if (request.method === 'HEAD') {
      if (!(await blobs.touch(name))) throw new HttpError('not_found', 'no such blob')
      return sendNothing(response, 200)
    }
    const wait = waitOf(request)
    let bytes = await blobs.read(name)
    if (bytes === null && wait > 0) {
      await arrival(blobs, name, request, wait)
      bytes = await blobs.read(name)
    }
    if (bytes === null) throw new HttpError('not_found', 'no such blob')
    return sendData(response, 200, bytes, 'application/octet-stream', {
      // Different content has a different name.
      'Cache-Control': 'private, max-age=31536000, immutable',
      ETag: `"${name}"`,
    })
  },
  keepBlob: async (call) => {
    const name = checkedName(call)
    const bytes = await readBody(call.request, maxBlobSize)
    if ((await blobs.keep(name, bytes)) !== 'kept')
      throw new HttpError('bad_request', 'the body does not match the digest in its name')
    return sendNothing(call.response, 204)
  },
})
