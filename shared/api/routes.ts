// All routes under /api, for the relay and the page.
import * as z from 'zod/mini'
import type { Parsed, Route } from './route.ts'
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

export const routes = {
  listNotebooks: {
    method: 'GET',
    path: '/api/notebooks',
    role: 'read',
    body: nothing,
    answer: z.array(listed),
  },
  createNotebook: {
    method: 'POST',
    path: '/api/notebooks',
    role: 'write',
    body: newNotebook,
    answer: listed,
  },
  /** `?q=`: the words to find. Incomplete while notebooks are still being read. */
  searchNotebooks: {
    method: 'GET',
    path: '/api/search',
    role: 'read',
    body: nothing,
    answer: z.object({ found: z.array(found), complete: z.boolean() }),
  },
  /** The cells of other notebooks that link to this one. */
  listBacklinks: {
    method: 'GET',
    path: '/api/links/{path}',
    role: 'read',
    body: nothing,
    answer: z.array(found),
  },
  /** The user and role of the client. */
  readGrant: { method: 'GET', path: '/api/grant', role: 'read', body: nothing, answer: grant },
  /** The live document as an .ipynb, with an ETag. */
  readNotebook: {
    method: 'GET',
    path: '/api/notebooks/{path}',
    role: 'read',
    body: nothing,
    answer: bytes,
  },
  /** Merges an .ipynb as an outside edit of the revision in `If-Match`. */
  mergeNotebook: {
    method: 'PUT',
    path: '/api/notebooks/{path}',
    role: 'write',
    body: bytes,
    answer: merged,
  },
  renameNotebook: {
    method: 'PATCH',
    path: '/api/notebooks/{path}',
    role: 'write',
    body: newPath,
    answer: listed,
  },
  /** Moves the notebook to the bin; `Location` is the URL for restoring it. */
  deleteNotebook: {
    method: 'DELETE',
    path: '/api/notebooks/{path}',
    role: 'write',
    body: nothing,
    answer: nothing,
  },
  /** The timeline; with `?at={n}` the document after its first n updates, as one Yjs update. */
  readHistory: {
    method: 'GET',
    path: '/api/history/{path}',
    role: 'read',
    body: nothing,
    answer: timeline,
  },
  /** The last edit of each cell, as far as the recent history has it. */
  listEdits: { method: 'GET', path: '/api/edits/{path}', role: 'read', body: nothing, answer: z.array(edit) },
  nameVersion: {
    method: 'POST',
    path: '/api/history/{path}',
    role: 'write',
    body: newVersion,
    answer: version,
  },
  listBin: { method: 'GET', path: '/api/bin', role: 'write', body: nothing, answer: z.array(deleted) },
  emptyBin: { method: 'DELETE', path: '/api/bin', role: 'write', body: nothing, answer: emptied },
  /** Restores to the original path or to the path in the body. */
  restoreNotebook: {
    method: 'POST',
    path: '/api/bin/{entry}',
    role: 'write',
    body: z.nullable(newPath),
    answer: listed,
  },
  discardNotebook: {
    method: 'DELETE',
    path: '/api/bin/{entry}',
    role: 'write',
    body: nothing,
    answer: nothing,
  },
  /** Sends what a browser has of another epoch. */
  recover: {
    method: 'POST',
    path: '/api/recover/{path}',
    role: 'write',
    body: held,
    answer: recovered,
  },
  readBlob: { method: 'GET', path: '/api/blobs/{name}', role: 'read', body: nothing, answer: bytes },
  keepBlob: { method: 'PUT', path: '/api/blobs/{name}', role: 'write', body: bytes, answer: nothing },
  /** All folders, also empty ones. */
  listFolders: {
    method: 'GET',
    path: '/api/folders',
    role: 'read',
    body: nothing,
    answer: z.array(z.string()),
  },
  makeFolder: { method: 'POST', path: '/api/folders', role: 'write', body: newPath, answer: newPath },
  /** With everything in it; open pages of its notebooks follow. */
  moveFolder: {
    method: 'PATCH',
    path: '/api/folders/{folder}',
    role: 'write',
    body: newPath,
    answer: newPath,
  },
  /** An empty one. */
  removeFolder: {
    method: 'DELETE',
    path: '/api/folders/{folder}',
    role: 'write',
    body: nothing,
    answer: nothing,
  },
  /** All files in a folder and its subfolders; '' is the root. */
  listFiles: { method: 'GET', path: '/api/files/{folder}', role: 'read', body: nothing, answer: folder },
  readFile: { method: 'GET', path: '/api/files/{path}', role: 'read', body: nothing, answer: bytes },
  writeFile: { method: 'PUT', path: '/api/files/{path}', role: 'write', body: bytes, answer: file },
  /** Each CRAFT.ipynb of the notebook's folder and above, from the top down. */
  readCraft: {
    method: 'GET',
    path: '/api/craft/{path}',
    role: 'read',
    body: nothing,
    answer: z.array(craft),
  },
  listModels: {
    method: 'GET',
    path: '/api/models',
    role: 'read',
    body: nothing,
    answer: z.array(model),
  },
  /** A model's suggestion at a caret. */
  suggest: {
    method: 'POST',
    path: '/api/suggest/{path}',
    role: 'write',
    body: caret,
    answer: suggestion,
  },
} as const satisfies Readonly<Record<string, Route>>

export type Routes = typeof routes
export type RouteName = keyof Routes
