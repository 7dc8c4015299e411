// Whole files by path, without folders: what a SQLite file and a bucket have in common.
import type { Readable } from 'node:stream'
import type { FileEntry, Moved } from '../files/notebook-files.ts'

export type StoredObject = FileEntry

export interface OpenObject {
  readonly object: StoredObject
  /** Must be read or destroyed. */
  readonly content: Readable
}

export interface ObjectStore {
  /** All objects whose path starts with `prefix`. */
  list(prefix: string): Promise<readonly StoredObject[]>
  /** Null if there is none. */
  open(path: string): Promise<OpenObject | null>
  /** Replaces the object with the tag `over`, null for none. Null if another object is there. */
  put(path: string, content: Uint8Array, over: string | null): Promise<StoredObject | null>
  move(from: string, to: string): Promise<Moved>
  /** No effect if there is none. */
  remove(path: string): Promise<void>
  watch(path: string, onChange: () => void): () => void
}

export const find = async (store: ObjectStore, path: string): Promise<StoredObject | null> => {
  const found = await store.open(path)
  found?.content.destroy()
  return found?.object ?? null
}
