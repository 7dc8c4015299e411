// /api/bin: deleted notebooks and restoring them.
import { nameOf, parseEntry, type Entry } from '../files/bin.ts'
import type { NotebookCatalogue } from '../files/catalogue.ts'
import type { Listing } from '../files/listing.ts'
import { HttpError, sendNothing } from './answer.ts'
import { send, type Handlers } from './api-call.ts'
import { listedAt, locationOf } from './notebooks.ts'
import { newPathOf } from './paths.ts'

export interface BinOptions {
  readonly catalogue: NotebookCatalogue
  readonly listing: Listing
}

export const binHandlers = ({
  catalogue,
  listing,
}: BinOptions): Handlers<'listBin' | 'emptyBin' | 'restoreNotebook' | 'discardNotebook'> => ({
  listBin: async (call) => {
    const deleted = await catalogue.deleted()
    send(
      call,
      200,
      deleted.map(({ stamp, ...rest }) => ({ entry: nameOf({ stamp, path: rest.path }), ...rest })),
    )
  },
  emptyBin: async (call) => {
    const stays = await catalogue.emptyBin()
    send(call, 200, { open: stays.map(({ path }) => path) })
  },
  restoreNotebook: async (call) => {
    const entry = entryOf(call.path)
    const to = call.body === null ? entry.path : newPathOf(call.body.path)
    const restored = await catalogue.restore(entry, to)
    if (!restored.ok) throw new HttpError('not_found', `${nameOf(entry)} is not in the bin`)
    const { path } = restored
    send(call, 200, await listedAt(listing, path), { Location: locationOf(path) })
  },
  discardNotebook: async (call) => {
    const entry = entryOf(call.path)
    const discarded = await catalogue.discard(entry)
    if (discarded.ok) return sendNothing(call.response, 204)
    if (discarded.problem === 'open')
      throw new HttpError('exists', `${entry.path} is open, and stays in the bin`)
    throw new HttpError('not_found', `${nameOf(entry)} is not in the bin`)
  },
})

const entryOf = (text: string): Entry => {
  const entry = parseEntry(text)
  if (entry === null) throw new HttpError('bad_request', 'an entry must be named as in GET /api/bin')
  return entry
}
