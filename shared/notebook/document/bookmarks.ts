// Bookmarks 1 to 9, in cell metadata as in Solveit.
import type * as Y from 'yjs'
import type { CellId, Leaves } from '../notebook.ts'
import { readHead, visibleCells } from './read.ts'

export const bookmarkNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const
export type Bookmark = (typeof bookmarkNumbers)[number]

export const bookmarkOf = (meta: Leaves): Bookmark | null =>
  bookmarkNumbers.find((number) => meta['bookmark'] === number) ?? null

/** If two cells have the number, the first. */
export const bookmarked = (doc: Y.Doc, bookmark: Bookmark): CellId | null =>
  visibleCells(doc).find((id) => bookmarkOf(readHead(doc, id)?.meta ?? {}) === bookmark) ?? null

/** The lowest free number; null if all are in use. */
export const freeBookmark = (doc: Y.Doc): Bookmark | null =>
  bookmarkNumbers.find((number) => bookmarked(doc, number) === null) ?? null
