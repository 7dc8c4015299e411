// /api/notebooks: the list, and a notebook as the .ipynb its file would be.
import { urlOf } from '../../shared/api/route.ts'
import { routes, type Listed } from '../../shared/api/routes.ts'
import { marked, textWithoutMark, withoutMark } from '../../shared/ipynb/byte-order-mark.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { readOutside } from '../../shared/ipynb/outside.ts'
import { readOnlyKey } from '../../shared/notebook/read-only.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { KeyedLock } from '../files/keyed-lock.ts'
import { digestOf } from '../disk/digest.ts'
import type { NotebookCatalogue, Refused } from '../files/catalogue.ts'
import type { FolderNotebooks } from '../files/folder-notebooks.ts'
import type { Listing } from '../files/listing.ts'
import { applyEdit, keepEdit } from '../files/outside-edit.ts'
import type { NotebookPath } from '../files/path.ts'
import type { RevisionCache } from '../files/revision-cache.ts'
import type { Room } from '../sync/room.ts'
import type { Rooms } from '../sync/rooms.ts'
import { HttpError, readBody, sendData, sendNothing } from './answer.ts'
import { isHeld, tagsOf } from './entity-tags.ts'
import { documentAt, send, type ApiCall, type Handlers } from './api-call.ts'
import { newPathOf, usablePath } from './paths.ts'
import { nameOf } from '../files/bin.ts'

export interface NotebookOptions {
  readonly catalogue: NotebookCatalogue
  readonly listing: Listing
  readonly folders: FolderNotebooks
  readonly rooms: Rooms
  readonly versions: RevisionCache
  readonly blobs: Blobs
  /** Held with the docId while an outside edit is merged into the document. */
  readonly exclusive: KeyedLock
}

export const notebookHandlers = (
  options: NotebookOptions,
): Handlers<
  'listNotebooks' | 'createNotebook' | 'readNotebook' | 'mergeNotebook' | 'renameNotebook' | 'deleteNotebook'
> => {
  const { catalogue, listing, folders } = options
  return {
    listNotebooks: async (call) => send(call, 200, await listing.list()),
    createNotebook: async (call) => {
      const path = newPathOf(call.body.path)
      const { content, copyOf, readOnly = false } = call.body
      const text =
        copyOf === undefined
          ? (checkedContent(content) ?? (await folders.template(path)))
          : await copied(options, copyOf, readOnly)
      const made = await catalogue.create(path, text)
      if (!made.ok) return refuse(made, path)
      return send(call, 201, await listedAt(listing, path), { Location: locationOf(path) })
    },
    readNotebook: (call) => sendNotebook(options, call),
    mergeNotebook: (call) => mergeNotebook(options, call),
    renameNotebook: async (call) => {
      const path = usablePath(call.path)
      const to = newPathOf(call.body.path)
      const placed = await catalogue.rename(path, to)
      if (!placed.ok) return refuse(placed, placed.problem === 'missing' ? path : to)
      return send(call, 200, await listedAt(listing, placed.path), { Location: locationOf(placed.path) })
    },
    deleteNotebook: async (call) => {
      const path = usablePath(call.path)
      const removed = await catalogue.remove(path)
      if (!removed.ok) return refuse(removed, path)
      // Where it can be restored.
      const location = urlOf(routes.restoreNotebook, nameOf(removed.entry))
      return sendNothing(call.response, 204, { Location: location })
    },
  }
}

export const locationOf = (path: string): string => urlOf(routes.readNotebook, path)

export const listedAt = async (listing: Listing, path: NotebookPath): Promise<Listed> => {
  const found = await listing.one(path)
  if (found === null) throw new HttpError('not_found', `${path} was deleted meanwhile`)
  return found
}

/** The live document as a file; its ETag names this revision for clients that send an edited one back. */
const sendNotebook = async (options: NotebookOptions, call: ApiCall): Promise<void> => {
  const { request, response } = call
  const record = await documentAt(options.catalogue, call)
  if (record === null) return
  const text = await options.rooms.use(record, async (room) => (await asFile(options, room)).text)
  const tag = `"${digestOf(text)}"`
  if (isHeld(request, tag)) return sendNothing(response, 304, { ETag: tag })
  return sendData(response, 200, text, 'application/x-ipynb+json; charset=utf-8', { ETag: tag })
}

/** The room's document as a file that is sent, remembered as a possible base. */
const asFile = async (
  { versions, blobs }: NotebookOptions,
  room: Room,
): Promise<{ readonly text: string; readonly digest: string }> => {
  const { doc, state, docId } = room
  const { text } = await fileText(withoutMark(readNotebook(doc)), blobs)
  const digest = digestOf(text)
  versions.give(docId, digest, state)
  return { text, digest }
}

/** Merges an .ipynb as an outside edit; `If-Match` names its base. One that is to be the first is not merged. */
const mergeNotebook = async (
  options: NotebookOptions,
  call: ApiCall<typeof routes.mergeNotebook>,
): Promise<void> => {
  const { request } = call
  const match = tagsOf(request.headers['if-match'])
  if (request.headers['if-match'] !== undefined && match === null)
    throw new HttpError('bad_request', 'If-Match must be quoted tags, or *')
  const record = await documentAt(options.catalogue, call)
  if (record === null) return
  if (tagsOf(request.headers['if-none-match']) === '*')
    throw new HttpError('other_version', `${call.path} already exists`)
  const bytes = await readBody(request)
  const digest = digestOf(bytes)
  const merged = await options.rooms.use(record, async (room) => {
    // A body has no byte-order mark, whether the file has one or not.
    const read = readOutside(marked(readNotebook(room.doc), bytes))
    if (!read.ok) throw new HttpError('bad_request', `the body is not a notebook: ${read.reason}`)
    const edit = await keepEdit(options.blobs, read, digest)
    return options.exclusive.run(room.docId, async (lock) => {
      const all = await options.versions.all(room.docId)
      const known = match === null || match === '*' ? all : all.filter(({ digest }) => match.includes(digest))
      if (known.length === 0)
        throw new HttpError('other_version', 'If-Match names an unknown version; read the notebook again')
      const { marks, state } = applyEdit(lock, room, edit, known)
      options.versions.give(room.docId, digest, state)
      await room.stored()
      return { ...(await asFile(options, room)), marks }
    })
  })
  send(call, 200, { path: call.path, marked: [...merged.marks.keys()] }, { ETag: `"${merged.digest}"` })
}

const checkedContent = (content: string | undefined): string | undefined => {
  if (content === undefined) return undefined
  const parsed = parseNotebook(content)
  if (!parsed.ok) throw new HttpError('bad_request', `content is not a notebook: ${parsed.reason}`)
  return textWithoutMark(content)
}

/** The text of a copy of the live document. */
const copied = async (
  { catalogue, rooms, blobs }: NotebookOptions,
  from: string,
  readOnly: boolean,
): Promise<string> => {
  const opened = await catalogue.open(usablePath(from))
  if (opened.type !== 'document') throw new HttpError('not_found', `${from} cannot be copied`)
  return rooms.use(opened.record, async ({ doc }) => {
    const notebook = readNotebook(doc)
    const { [readOnlyKey]: _, ...others } = notebook.meta
    const meta = readOnly ? { ...others, [readOnlyKey]: true } : others
    return (await fileText(withoutMark({ ...notebook, meta }), blobs)).text
  })
}

const refusals = {
  exists: (path) => new HttpError('exists', `${path} already exists`),
  missing: (path) => new HttpError('not_found', `${path} does not exist`),
  open: (path) => new HttpError('exists', `${path} is open`),
} satisfies Record<Refused['problem'], (path: string) => HttpError>

const refuse = ({ problem }: Refused, path: string): never => {
  throw refusals[problem](path)
}
