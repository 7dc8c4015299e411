// Where notebooks lie, behind one interface: a folder, a SQLite file, a bucket. Bytes by a path, and nothing of what they say.
import { ownFolder, type NotebookPath } from './path.ts'

declare const brand: unique symbol
/** A path of the relay's own, which nobody else can name: in the bin, or of a version kept beside a file. */
export type OwnPath = string & { readonly [brand]: 'OwnPath' }

export const ownPath = (...names: readonly string[]): OwnPath => [ownFolder, ...names].join('/') as OwnPath

/** A file as it was when it was looked at. */
export interface FileEntry<Path extends string = string> {
  readonly path: Path
  /** The same wherever the file is moved to; opaque. */
  readonly identity: string
  /** Another one whenever the file is another one; opaque. */
  readonly tag: string
  readonly size: number
  /** Milliseconds since 1970, as its writer may have set it. */
  readonly modified: number
}

export interface Content extends FileEntry {
  readonly bytes: Uint8Array
  /** sha256 in hex. */
  readonly digest: string
  /**
   * Since when it may say what it says, in milliseconds since 1970: a mode that was changed does not make it newer, and
   * one that was moved or copied here may have brought its time along.
   */
  readonly changed: number
  /** Another file in its place would not ask. */
  readonly writable: boolean
}

/** An entry that is not opened, and why. */
export interface Problem {
  readonly path: string
  readonly reason: string
}

export type Moved = 'moved' | 'missing' | 'exists'

/** Rejects with OutsideFolder, Unreadable, or Unreachable or what else a disk says. */
export interface NotebookFiles {
  /** Every notebook that is not hidden, and what looks like one and cannot be opened. */
  list(): Promise<{
    readonly found: readonly FileEntry<NotebookPath>[]
    readonly problems: readonly Problem[]
  }>
  /** All files below a path of the relay's own. */
  listOwn(below: OwnPath): Promise<readonly FileEntry<OwnPath>[]>
  /** null where there is none. */
  read(path: NotebookPath | OwnPath): Promise<Content | null>
  /**
   * Puts this in the place of `over`, where null stands for no file; at every moment, a power loss included, the file is
   * the old one or the new one. null where there is another one by now. `ready` runs when all that may fail early has
   * been done.
   */
  replace(
    path: NotebookPath | OwnPath,
    content: string,
    over: Content | null,
    ready?: () => Promise<void>,
  ): Promise<FileEntry | null>
  move(from: NotebookPath | OwnPath, to: NotebookPath | OwnPath): Promise<Moved>
  /** For good; of no effect where there is none. */
  remove(path: OwnPath): Promise<void>
  /** When a program that does not save each edit last had one, as live-editor.ts says; 0 where nothing is known. */
  lastLiveEdit(): Promise<number>
  /** Calls `onChange` after each change of the file, too often rather than too seldom. The function it gives ends that. */
  watch(path: NotebookPath, onChange: () => void): () => void
}

/** The path leads to what is not the notebooks' own. */
export class OutsideFolder extends Error {}

/** What lies at a path cannot be read as a file; carries why, for a person. */
export class Unreadable extends Error {}
