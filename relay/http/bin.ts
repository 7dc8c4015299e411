// The addresses under /api/bin: what was deleted, and the way back.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { nameOf, parseEntry, type Entry } from '../files/bin.ts'
import type { Library } from '../files/library.ts'
import type { Listing } from '../files/listing.ts'
import type { NotebookPath } from '../files/path.ts'
import { HttpError, sendJson, sendNothing } from './answer.ts'

export const binAddress = '/api/bin'

export const addressOfEntry = (entry: Entry): string =>
  `${binAddress}/${nameOf(entry).split('/').map(encodeURIComponent).join('/')}`

export interface BinParts {
  readonly library: Library
  readonly listing: Listing
  /** The path in the body of a request; null where it has none. */
  readonly pathIn: (request: IncomingMessage) => Promise<NotebookPath | null>
  readonly addressOf: (path: string) => string
}

/** `encoded`: what follows /api/bin. */
export const bin = async (
  parts: BinParts,
  method: string,
  encoded: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { library } = parts
  if (encoded !== '') return one(parts, method, entryIn(encoded), request, response)
  switch (method) {
    case 'GET': {
      const deleted = await library.deleted()
      const listed = deleted.map(({ stamp, ...rest }) => ({
        entry: nameOf({ stamp, path: rest.path }),
        ...rest,
      }))
      return sendJson(response, 200, listed)
    }
    case 'DELETE': {
      const stays = await library.emptyBin()
      return sendJson(response, 200, { open: stays.map(({ path }) => path) })
    }
    default:
      throw new HttpError('method_not_allowed', `${method} is not possible here`)
  }
}

const one = async (
  { library, listing, pathIn, addressOf }: BinParts,
  method: string,
  entry: Entry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  switch (method) {
    case 'POST': {
      const restored = await library.restore(entry, (await pathIn(request)) ?? entry.path)
      if (!restored.ok) throw new HttpError('not_found', `${nameOf(entry)} is not in the bin`)
      const { path } = restored
      return sendJson(response, 200, await listing.one(path), { Location: addressOf(path) })
    }
    case 'DELETE': {
      const discarded = await library.discard(entry)
      if (discarded.ok) return sendNothing(response, 204)
      if (discarded.problem === 'open')
        throw new HttpError('exists', `${entry.path} is open in a page, and stays in the bin`)
      throw new HttpError('not_found', `${nameOf(entry)} is not in the bin`)
    }
    default:
      throw new HttpError('method_not_allowed', `${method} is not possible here`)
  }
}

const entryIn = (encoded: string): Entry => {
  let text: string
  try {
    text = decodeURIComponent(encoded.slice(1))
  } catch (error) {
    if (error instanceof URIError) throw new HttpError('bad_request', 'the entry is not percent-encoded')
    throw error
  }
  const entry = parseEntry(text)
  if (entry === null) throw new HttpError('bad_request', 'an entry is named as GET /api/bin names it')
  return entry
}
