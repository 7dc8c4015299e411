// All routes under /api, for the relay and the page.
import * as z from 'zod/mini'
import { route, type Parsed, type Route } from './route.ts'
import {
  caret,
  craft,
  deleted,
  edit,
  emptied,
  file,
  folder,
  found,
  grant,
  held,
  listed,
  merged,
  model,
  newNotebook,
  newPath,
  newVersion,
  recovered,
  suggestion,
  timeline,
  version,
} from './shapes.ts'

export type Listed = Parsed<typeof listed>
/** A search result. */
export type Found = Parsed<typeof found>
export type Deleted = Parsed<typeof deleted>
export type Timeline = Parsed<typeof timeline>
export type Version = Parsed<typeof version>
export type FolderFile = Parsed<typeof file>
export type OfferedModel = Parsed<typeof model>
export type FolderListing = Parsed<typeof folder>

const [bytes, nothing] = [null, null]

/** Method, URL, role, body and answer of each. */
export const routes = {
  listNotebooks: route('GET', '/api/notebooks', 'read', nothing, z.array(listed)),
  createNotebook: route('POST', '/api/notebooks', 'write', newNotebook, listed),
  /** `?q=`: the words to find. Incomplete while notebooks are still being read. */
  searchNotebooks: route(
    'GET',
    '/api/search',
    'read',
    nothing,
    z.object({ found: z.array(found), complete: z.boolean() }),
  ),
  /** The cells of other notebooks that link to this one. */
  listBacklinks: route('GET', '/api/links/{path}', 'read', nothing, z.array(found)),
  /** The user and role of the client. */
  readGrant: route('GET', '/api/grant', 'read', nothing, grant),
  /** The live document as an .ipynb, with an ETag. */
  readNotebook: route('GET', '/api/notebooks/{path}', 'read', nothing, bytes),
  /** Merges an .ipynb as an outside edit of the revision in `If-Match`. */
  mergeNotebook: route('PUT', '/api/notebooks/{path}', 'write', bytes, merged),
  renameNotebook: route('PATCH', '/api/notebooks/{path}', 'write', newPath, listed),
  /** Moves the notebook to the bin; `Location` is the URL for restoring it. */
  deleteNotebook: route('DELETE', '/api/notebooks/{path}', 'write', nothing, nothing),
  /** The timeline; with `?at={n}` the document after its first n updates, as one Yjs update. */
  readHistory: route('GET', '/api/history/{path}', 'read', nothing, timeline),
  /** The last edit of each cell, as far as the recent history has it. */
  listEdits: route('GET', '/api/edits/{path}', 'read', nothing, z.array(edit)),
  nameVersion: route('POST', '/api/history/{path}', 'write', newVersion, version),
  listBin: route('GET', '/api/bin', 'write', nothing, z.array(deleted)),
  emptyBin: route('DELETE', '/api/bin', 'write', nothing, emptied),
  /** Restores to the original path or to the path in the body. */
  restoreNotebook: route('POST', '/api/bin/{entry}', 'write', z.nullable(newPath), listed),
  discardNotebook: route('DELETE', '/api/bin/{entry}', 'write', nothing, nothing),
  /** Sends what a browser has of another epoch. */
  recover: route('POST', '/api/recover/{path}', 'write', held, recovered),
  readBlob: route('GET', '/api/blobs/{name}', 'read', nothing, bytes),
  keepBlob: route('PUT', '/api/blobs/{name}', 'write', bytes, nothing),
  /** All folders, also empty ones. */
  listFolders: route('GET', '/api/folders', 'read', nothing, z.array(z.string())),
  makeFolder: route('POST', '/api/folders', 'write', newPath, newPath),
  /** With everything in it; open pages of its notebooks follow. */
  moveFolder: route('PATCH', '/api/folders/{folder}', 'write', newPath, newPath),
  /** An empty one. */
  removeFolder: route('DELETE', '/api/folders/{folder}', 'write', nothing, nothing),
  /** All files in a folder and its subfolders; '' is the root. */
  listFiles: route('GET', '/api/files/{folder}', 'read', nothing, folder),
  readFile: route('GET', '/api/files/{path}', 'read', nothing, bytes),
  writeFile: route('PUT', '/api/files/{path}', 'write', bytes, file),
  /** Each CRAFT.ipynb of the notebook's folder and above, from the top down. */
  readCraft: route('GET', '/api/craft/{path}', 'read', nothing, z.array(craft)),
  listModels: route('GET', '/api/models', 'read', nothing, z.array(model)),
  /** A model's suggestion at a caret. */
  suggest: route('POST', '/api/suggest/{path}', 'write', caret, suggestion),
} satisfies Readonly<Record<string, Route>>

export type Routes = typeof routes
export type RouteName = keyof Routes
