// /api/files: the files next to the notebooks. A path that ends in `/` is a folder and returns a recursive listing; any
// other is a file. A file is only overwritten if the request names its version.
import type { ServerResponse } from 'node:http'
import type { Routes } from '../../shared/api/routes.ts'
import { digestOf } from '../disk/digest.ts'
import { ending, type FilePath } from '../files/path.ts'
import { maxFileSize, type PlainFiles } from '../files/plain.ts'
import { HttpError, readBody, sendFile, sendNothing } from './answer.ts'
import { isHeld, tagsOf } from './entity-tags.ts'
import { send, type ApiCall, type Handlers } from './api-call.ts'
import { refuseNew, usableFile } from './paths.ts'

export const fileHandlers = (plain: PlainFiles): Handlers<'listFiles' | 'readFile' | 'writeFile'> => ({
  listFiles: async (call) => {
    const { path, request, response } = call
    const listing = await plain.list(path === '' ? '' : usableFile(path.slice(0, -1)))
    if (listing === null) throw new HttpError('not_found', 'no such folder')
    const tag = `"${digestOf(JSON.stringify(listing))}"`
    if (isHeld(request, tag)) return sendNothing(response, 304, { ETag: tag })
    return send(call, 200, listing, { ETag: tag })
  },
  readFile: ({ path, response }) => sendPlain(plain, usableFile(path), response),
  writeFile: (call) => write(plain, call),
})

const sendPlain = async (plain: PlainFiles, path: FilePath, response: ServerResponse): Promise<void> => {
  const found = await plain.read(path)
  if (found === null) throw new HttpError('not_found', 'no such file')
  const { file, content } = found
  try {
    if (file.size > maxFileSize) throw new HttpError('too_large', 'the file is larger than 512 MiB')
    return await sendFile(response, file, () => content)
  } finally {
    content.destroy()
  }
}

const write = async (plain: PlainFiles, call: ApiCall<Routes['writeFile']>): Promise<void> => {
  const { request } = call
  const path = usableFile(call.path)
  // On some systems the suffix in capitals names the same file.
  if (path.toLowerCase().endsWith(ending))
    throw new HttpError('bad_request', 'notebooks are changed under /api/notebooks')
  const match = tagsOf(request.headers['if-match'])
  if (request.headers['if-match'] !== undefined && (match === null || (match !== '*' && match.length > 1)))
    throw new HttpError('bad_request', 'If-Match must be one quoted tag, or *')
  const tag = match === '*' ? match : match?.[0]
  if (tag === undefined) refuseNew(path)
  const written = await plain.write(path, await readBody(request), tag ?? null)
  if (written.ok)
    return send(call, tag === undefined ? 201 : 200, written.file, { ETag: `"${written.file.tag}"` })
  switch (written.problem) {
    case 'exists':
      throw new HttpError('exists', `${path} already exists; use If-Match to name the version to replace`)
    case 'other-version':
      throw new HttpError('other_version', `${path} is not the version named by If-Match`)
    case 'no-file':
      throw new HttpError('bad_request', `${path} cannot be written`)
    default:
      throw new Error(`unknown problem ${String(written.problem satisfies never)}`)
  }
}
