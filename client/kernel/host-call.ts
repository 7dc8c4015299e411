// Requests of the worker to the page, and their results.
import type { FolderListing } from '../../shared/api/routes.ts'
import type { NewFile, StoredFile } from '../files/store.ts'

/** What the worker cannot get itself, as it has no origin. */
export type HostCall =
  /** This browser's files of the notebook; null if unchanged since the last call. */
  | { readonly what: 'stored' }
  | { readonly what: 'content'; readonly path: string; readonly version: string }
  | { readonly what: 'store'; readonly files: readonly NewFile[] }
  | { readonly what: 'unstore'; readonly paths: readonly string[] }
  /** The files next to the notebook; null if the relay does not answer. */
  | { readonly what: 'listing' }
  | { readonly what: 'folder-file'; readonly path: string }
  /** A package file, or an index page; `integrity` as in `fetch`. */
  | { readonly what: 'package'; readonly path: string; readonly integrity: string }
  /** Permission for the network; `target` is shown to the person. */
  | { readonly what: 'network'; readonly target: string }

export interface HostResults {
  readonly stored: readonly StoredFile[] | null
  readonly content: Uint8Array<ArrayBuffer> | null
  readonly store: readonly StoredFile[]
  readonly unstore: null
  /** 'same' as in the last result. */
  readonly listing: FolderListing | 'same' | null
  readonly 'folder-file': { readonly tag: string | null; readonly content: Blob }
  readonly package: { readonly status: number; readonly contentType: string; readonly content: Blob }
  readonly network: null
}

/** `name` is the name of an error. */
export interface Refusal {
  readonly name: string
  readonly message: string
}
export type HostResult =
  | { readonly ok: true; readonly value: HostResults[HostCall['what']] }
  | { readonly ok: false; readonly refusal: Refusal }

/** Of a call that blocks: content as bytes. */
export interface SyncHostResults extends Pick<HostResults, 'stored' | 'content' | 'listing' | 'network'> {
  readonly 'folder-file': { readonly tag: string | null; readonly bytes: Uint8Array<ArrayBuffer> }
}

/** What a blocked worker reads from shared memory, as JSON: a value or, if it is long or content, a URL that it reads. */
export type SyncHostAnswer =
  | { readonly ok: true; readonly value: unknown; readonly url: string | null }
  | { readonly ok: false; readonly refusal: Refusal }
