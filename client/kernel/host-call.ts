// What the worker asks of the page, and what it is given.
import type { FolderListing } from '../../shared/api/routes.ts'
import type { NewFile, StoredFile } from '../files/store.ts'

/** What the worker cannot get itself, as it has no origin. */
export type HostCall =
  /** The files this browser keeps for the notebook; null where they are those it gave last. */
  | { readonly what: 'stored' }
  | { readonly what: 'content'; readonly path: string; readonly version: string }
  | { readonly what: 'store'; readonly files: readonly NewFile[] }
  | { readonly what: 'unstore'; readonly paths: readonly string[] }
  /** What lies beside the notebook; null where the relay does not tell. */
  | { readonly what: 'listing' }
  | { readonly what: 'beside'; readonly path: string }
  /** A package, or a page of the index; `integrity` as `fetch` has it. */
  | { readonly what: 'package'; readonly path: string; readonly integrity: string }
  /** Whether code may use the network; `target` is for the person to judge by. */
  | { readonly what: 'network'; readonly target: string }

export interface HostResults {
  readonly stored: readonly StoredFile[] | null
  readonly content: Uint8Array<ArrayBuffer> | null
  readonly store: readonly StoredFile[]
  readonly unstore: null
  /** 'same' as it gave last. */
  readonly listing: FolderListing | 'same' | null
  readonly beside: { readonly tag: string | null; readonly content: Blob }
  readonly package: { readonly status: number; readonly contentType: string; readonly content: Blob }
  readonly network: null
}

/** `name` is that of an exception; of `beside`, the status in words. */
export interface Refusal {
  readonly name: string
  readonly message: string
}
export type HostResult =
  | { readonly ok: true; readonly value: HostResults[HostCall['what']] }
  | { readonly ok: false; readonly refusal: Refusal }

/** What a worker that stands still reads from shared memory, as JSON; the content by an address that it reads. */
export type SyncHostResult =
  | { readonly ok: true; readonly tag: string | null; readonly address: string | null }
  | { readonly ok: false; readonly refusal: Refusal }
