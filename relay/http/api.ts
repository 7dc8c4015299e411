// The addresses under /api, as ARCHITECTURE.md lists them.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { mergeFile, readOutside } from '../../shared/ipynb/outside.ts'
import type { Providers } from '../../shared/model/provider.ts'
import { readNotebook } from '../../shared/notebook/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { Exclusive } from '../files/exclusive.ts'
import { digestOf, whyNotNew, type Folder } from '../files/folder.ts'
import type { Library, Refused } from '../files/library.ts'
import type { Listing } from '../files/listing.ts'
import { ending, parsePath, type NotebookPath } from '../files/path.ts'
import type { PlainFiles } from '../files/plain.ts'
import type { Versions } from '../files/versions.ts'
import type { DocumentRecord, LogStore } from '../log/store.ts'
import type { Room } from '../sync/room.ts'
import type { Rooms } from '../sync/rooms.ts'
import { addressOfEntry, bin, binAddress } from './bin.ts'
import { answerBlob, blobAddress } from './blobs.ts'
import { HttpError, parseJson, readBody, readJson, sendData, sendJson, sendNothing } from './answer.ts'
import { files, filesAddress } from './files.ts'
import { histories, history } from './history.ts'
import { answerRecover, recoverAddress } from './recover.ts'

export interface ApiParts {
  readonly library: Library
  readonly log: LogStore
  readonly listing: Listing
  readonly folder: Folder
  readonly rooms: Rooms
  readonly providers: Providers
  readonly versions: Versions
  readonly blobs: Blobs
  readonly plain: PlainFiles
  readonly exclusive: Exclusive
}

const notebooks = '/api/notebooks'

/** Answers a request under /api, or throws an HttpError. */
export const createApi =
  (parts: ApiParts) =>
  async (request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> => {
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET')
    if (pathname === '/api/models') {
      if (method !== 'GET') throw new HttpError('method_not_allowed', `${method} is not possible here`)
      return sendJson(response, 200, await offered(parts.providers))
    }
    if (pathname.startsWith(blobAddress))
      return answerBlob(parts.blobs, method, pathname.slice(blobAddress.length), request, response)
    if (pathname.startsWith(histories))
      return history(parts, method, pathIn(pathname.slice(histories.length)), request, response)
    if (pathname.startsWith(filesAddress))
      return files(parts.plain, method, pathname.slice(filesAddress.length), request, response)
    if (pathname === binAddress || pathname.startsWith(`${binAddress}/`))
      return bin(
        { ...parts, pathIn: pathOf, addressOf },
        method,
        pathname.slice(binAddress.length),
        request,
        response,
      )
    if (pathname.startsWith(recoverAddress)) {
      if (method !== 'POST') throw new HttpError('method_not_allowed', `${method} is not possible here`)
      const path = pathIn(pathname.slice(recoverAddress.length))
      const record = await documentAt(parts, path, response)
      return record === null ? undefined : answerRecover(parts, path, record, request, response)
    }
    if (pathname === notebooks) return allNotebooks(parts, method, request, response)
    if (!pathname.startsWith(`${notebooks}/`)) throw new HttpError('not_found', 'there is no such address')
    const path = pathIn(pathname.slice(notebooks.length + 1))
    return oneNotebook(parts, method, path, request, response)
  }

const allNotebooks = async (
  { library, listing }: ApiParts,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  switch (method) {
    case 'GET':
      return sendJson(response, 200, await listing.list())
    case 'POST': {
      const body = await bodyOf(request)
      const path = pathInBody(body)
      const made = await library.create(path, contentInBody(body))
      if (!made.ok) return refuse(made, path)
      return sendJson(response, 201, await listing.one(path), { Location: addressOf(path) })
    }
    default:
      throw new HttpError('method_not_allowed', `${method} is not possible here`)
  }
}

const oneNotebook = async (
  parts: ApiParts,
  method: string,
  path: NotebookPath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  switch (method) {
    case 'GET':
      return sendNotebook(parts, path, request, response)
    case 'PATCH': {
      const to = pathInBody(await bodyOf(request))
      const placed = await parts.library.rename(path, to)
      if (!placed.ok) return refuse(placed, placed.problem === 'missing' ? path : to)
      return sendJson(response, 200, await parts.listing.one(placed.path), {
        Location: addressOf(placed.path),
      })
    }
    case 'DELETE': {
      const removed = await parts.library.remove(path)
      if (!removed.ok) return refuse(removed, path)
      // Where it can be had back.
      return sendNothing(response, 204, { Location: addressOfEntry(removed.entry) })
    }
    case 'PUT':
      return mergeNotebook(parts, path, request, response)
    default:
      throw new HttpError('method_not_allowed', `${method} is not possible here`)
  }
}

/** The document behind a path; null where it has another path, to which the asker was sent. */
const documentAt = async (
  { library }: ApiParts,
  path: NotebookPath,
  response: ServerResponse,
): Promise<DocumentRecord | null> => {
  const opened = await library.open(path)
  switch (opened.type) {
    case 'missing':
      throw new HttpError('not_found', opened.reason)
    case 'unreadable':
      throw new HttpError('unreadable', opened.reason)
    case 'renamed':
      sendNothing(response, 307, { Location: addressOf(opened.path) })
      return null
    case 'document':
      return opened.record
    default:
      throw new Error(`unknown answer ${String(opened satisfies never)}`)
  }
}

/** The live document as a file; its ETag names this version, for whoever sends back what they made of it. */
const sendNotebook = async (
  parts: ApiParts,
  path: NotebookPath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const record = await documentAt(parts, path, response)
  if (record === null) return
  const text = await parts.rooms.use(record, async (room) => (await given(parts, room)).text)
  const tag = `"${digestOf(text)}"`
  if (request.headers['if-none-match'] === tag) return sendNothing(response, 304, { ETag: tag })
  return sendData(response, 200, text, 'application/x-ipynb+json; charset=utf-8', { ETag: tag })
}

/** The room's document as a file, remembered as a version that is known outside. */
const given = async (
  { versions, blobs }: ApiParts,
  room: Room,
): Promise<{ readonly text: string; readonly digest: string }> => {
  const { doc, state, docId } = room
  const { text } = await fileText(readNotebook(doc), blobs)
  const digest = digestOf(text)
  versions.give(docId, digest, state)
  return { text, digest }
}

/** Merges an .ipynb as an edit made outside; `If-Match` names the version it was made from. */
const mergeNotebook = async (
  parts: ApiParts,
  path: NotebookPath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const [, from] = /^(?:W\/)?"([^"]*)"$/.exec(request.headers['if-match'] ?? '') ?? []
  const record = await documentAt(parts, path, response)
  if (record === null) return
  const bytes = await readBody(request)
  const read = readOutside(bytes)
  if (!read.ok) throw new HttpError('bad_request', `the body is no notebook: ${read.reason}`)
  const { digest, marks } = await parts.rooms.use(record, async (room) => {
    await parts.blobs.keepAll(read.blobs)
    const all = await parts.versions.all(room.docId)
    const known = from === undefined ? all : all.filter((version) => version.digest === from)
    if (known.length === 0)
      throw new HttpError('other_version', 'If-Match names no version that is known here; read it again')
    // Nothing waits between what is compared and what is changed.
    const { marks, state } = mergeFile(room.doc, known, read.notebook, digestOf(bytes))
    parts.versions.give(room.docId, digestOf(bytes), state)
    await room.stored()
    return { ...(await given(parts, room)), marks }
  })
  sendJson(response, 200, { path, marked: [...marks.keys()] }, { ETag: `"${digest}"` })
}

const addressOf = (path: string): string =>
  `${notebooks}/${path.split('/').map(encodeURIComponent).join('/')}`

const usablePath = (text: string): NotebookPath => {
  const path = parsePath(text)
  if (path) return path
  throw new HttpError('bad_request', 'a path is relative, with / and .ipynb, and stays in the folder')
}

const pathIn = (encoded: string): NotebookPath => {
  try {
    return usablePath(decodeURIComponent(encoded))
  } catch (error) {
    if (error instanceof URIError) throw new HttpError('bad_request', 'the path is not percent-encoded')
    throw error
  }
}

type Body = Readonly<Record<string, unknown>>

const bodyOf = async (request: IncomingMessage): Promise<Body> => {
  const body = await readJson(request)
  if (typeof body !== 'object' || body === null)
    throw new HttpError('bad_request', 'the body is a JSON object')
  return body as Body
}

/** `{path}`; the ending is added where it is missing. */
const pathInBody = ({ path }: Body): NotebookPath => {
  if (typeof path !== 'string') throw new HttpError('bad_request', 'the body is {"path": …}')
  const usable = usablePath(path.endsWith(ending) ? path : path + ending)
  const why = whyNotNew(usable)
  if (why !== null) throw new HttpError('bad_request', why)
  return usable
}

/** The same of a body that may be empty. */
const pathOf = async (request: IncomingMessage): Promise<NotebookPath | null> => {
  const text = (await readBody(request)).toString('utf8')
  if (text.trim() === '') return null
  const body = parseJson(text)
  return typeof body === 'object' && body !== null && 'path' in body ? pathInBody(body) : null
}

/** `{content}`, the text of an .ipynb the new notebook begins with, where there is one. */
const contentInBody = ({ content }: Body): string | undefined => {
  if (content === undefined) return undefined
  if (typeof content !== 'string') throw new HttpError('bad_request', 'content is the text of an .ipynb')
  const parsed = parseNotebook(content)
  if (!parsed.ok) throw new HttpError('bad_request', `content is no notebook: ${parsed.reason}`)
  return content
}

/** What the models here are called; the provider is asked anew each time. */
const offered = async (providers: Providers): Promise<unknown> => {
  const lists = await Promise.all(
    providers.map(async (provider) => ({ provider, found: await provider.models() })),
  )
  return lists.flatMap(({ provider, found }) => {
    if (!found.ok) throw new HttpError('upstream', `${provider.label}: ${found.message}`)
    return found.models.map((model) => ({ ...model, provider: provider.id, label: provider.label }))
  })
}

const refuse = ({ problem }: Refused, path: string): never => {
  switch (problem) {
    case 'exists':
      throw new HttpError('exists', `${path} exists already`)
    case 'missing':
      throw new HttpError('not_found', `there is no ${path}`)
    case 'open':
      throw new HttpError('exists', `${path} is open in a page`)
    default:
      throw new Error(`unknown problem ${String(problem satisfies never)}`)
  }
}
