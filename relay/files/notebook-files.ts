// Storage of notebooks behind one interface: a folder, a SQLite file, a bucket. Bytes by path, not interpreted.
import { ownFolder, type NotebookPath } from './path.ts'

declare const brand: unique symbol
/** A path in the relay's own folder, which clients cannot name: in the bin, or a revision kept next to a file. */
export type OwnPath = string & { readonly [brand]: 'OwnPath' }

export const ownPath = (...names: readonly string[]): OwnPath => [ownFolder, ...names].join('/') as OwnPath

/** A file as it was when checked. */
export interface FileEntry<Path extends string = string> {
  readonly path: Path
  /** Unchanged when the file is moved; opaque. */
  readonly identity: string
  /** Changes with the file; opaque. */
  readonly tag: string
  readonly size: number
  /** Milliseconds since 1970, as set by its writer. */
  readonly modified: number
}

export interface Content extends FileEntry {
  readonly bytes: Uint8Array
  /** sha256 in hex. */
  readonly digest: string
  /**
   * The earliest time its content may be from, in milliseconds since 1970: changing the mode does not make it newer, and
   * a moved or copied file may keep its old time.
   */
  readonly changed: number
  /** Replacing it would ignore its permissions. */
  readonly writable: boolean
}

/** An entry that cannot be opened, and why. */
export interface Problem {
  readonly path: string
  readonly reason: string
}

export type Moved = 'moved' | 'missing' | 'exists'

/** Rejects with OutsideFolder, Unreadable, Unreachable or a disk error. */
export interface NotebookFiles {
  /** Every notebook that is not hidden, and entries that look like one but cannot be opened. */
  list(): Promise<{
    readonly found: readonly FileEntry<NotebookPath>[]
    readonly problems: readonly Problem[]
  }>
  /** All files below a path of the relay's own. */
  listOwn(below: OwnPath): Promise<readonly FileEntry<OwnPath>[]>
  /** Null if there is none. */
  read(path: NotebookPath | OwnPath): Promise<Content | null>
  /**
   * Replaces `over` (null for no file); at every moment, even after a power loss, the file is the old or the new one.
   * Null if another file is there by now. `ready` runs once everything that can fail early is done.
   */
  replace(
    path: NotebookPath | OwnPath,
    content: string,
    over: Content | null,
    ready?: () => Promise<void>,
  ): Promise<FileEntry | null>
  move(from: NotebookPath | OwnPath, to: NotebookPath | OwnPath): Promise<Moved>
  /** Permanently; no effect if there is none. */
  remove(path: OwnPath): Promise<void>
  /** When a live editor last logged an edit (live-editor.ts); 0 if unknown. */
  lastLiveEdit(): Promise<number>
  /**
   * Calls `onChange` after each change of the file, rather too often than too seldom. Returns a function that ends it.
   */
  watch(path: NotebookPath, onChange: () => void): () => void
}

/** The path leads outside of the notebooks' storage. */
export class OutsideFolder extends Error {}

/** The file at a path cannot be read; has the reason. */
export class Unreadable extends Error {}
