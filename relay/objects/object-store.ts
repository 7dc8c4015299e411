// Whole files by a path, in which `/` makes no folders: what a SQLite file and a bucket have in common.
import type { Readable } from 'node:stream'
import type { FileEntry, Moved } from '../files/notebook-files.ts'

export type StoredObject = FileEntry

export interface OpenObject {
  readonly object: StoredObject
  /** To be read or destroyed. */
  readonly content: Readable
}

export interface ObjectStore {
  /** All whose paths begin so. */
  list(prefix: string): Promise<readonly StoredObject[]>
  /** null where there is none. */
  open(path: string): Promise<OpenObject | null>
  /** Puts this in the place of the object with the tag `over`, where null stands for none; null where it is another one. */
  put(path: string, content: Uint8Array, over: string | null): Promise<StoredObject | null>
  move(from: string, to: string): Promise<Moved>
  /** Of no effect where there is none. */
  remove(path: string): Promise<void>
  watch(path: string, onChange: () => void): () => void
}

export const find = async (store: ObjectStore, path: string): Promise<StoredObject | null> => {
  const found = await store.open(path)
  found?.content.destroy()
  return found?.object ?? null
}
