// Messages between the page and Python's worker. Both ends are from one build, but cells' code runs in the worker and
// can post anything, so the page parses what it receives (parse-message.ts, parse-host-call.ts).
import type { NextInput } from './page-requests.ts'
import type { HostResult, HostCall } from './host-call.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }
/** By media type, as in nbformat: text as a string, images in base64, JSON as JSON. */
export type MimeBundle = JsonObject

/** The events of a run, in order. */
export type KernelEvent =
  /** Gathered for up to 50 ms; as printed, with `\r`, `\b` and ANSI codes. */
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** The end of a flood of text; replaces the last such end, unless another output came in between. */
  | { readonly type: 'stream-end'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'display'
      readonly data: MimeBundle
      readonly metadata: JsonObject
      readonly displayId?: string
    }
  | {
      readonly type: 'update-display'
      readonly displayId: string
      readonly data: MimeBundle
      readonly metadata: JsonObject
    }
  /** The value of the last expression. */
  | { readonly type: 'result'; readonly data: MimeBundle; readonly metadata: JsonObject }
  /** `wait`: clear only when the next output comes. */
  | { readonly type: 'clear'; readonly wait: boolean }
  /** The run waits for input; `id` counts over the worker's life. */
  | {
      readonly type: 'input'
      readonly id: number
      readonly prompt: string
      /** The input is hidden. */
      readonly password: boolean
    }
  /** What was installed, to be kept for the next time; and what was removed, by name. */
  | {
      readonly type: 'packages'
      readonly kept: readonly KeptPackage[]
      readonly removed: readonly string[]
    }
  /** Code for the next cell, at the end of the run. */
  | ({ readonly type: 'next-input' } & NextInput)
  /** A URL to open. */
  | { readonly type: 'open'; readonly url: string }
  /** nbformat's error; the traceback has ANSI colours. */
  | {
      readonly type: 'error'
      readonly ename: string
      readonly evalue: string
      readonly traceback: readonly string[]
    }
  /**
   * From the Python side of a widget. Binary parts of a state are inline as `{$buffer: base64}`, others in `buffers`.
   */
  | {
      readonly type: 'comm'
      readonly what: 'open' | 'message' | 'close'
      readonly comm: string
      /** For `open`: the comm target. */
      readonly target: string
      readonly data: JsonObject
      readonly buffers: readonly string[]
    }

/** To the Python side of a widget; `buffers` are base64. */
export interface CommMessage {
  readonly comm: string
  readonly data: JsonObject
  readonly buffers: readonly string[]
}

/** The location of a notebook's files. */
export interface Place {
  readonly docId: string
  /** The notebook's folder at the relay: '' or ending in `/`. */
  readonly folder: string
}

/** A package of the notebook; `path` is its wheel's at the relay, or a URL elsewhere. */
export interface KeptPackage {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly sha256: string | null
  readonly path: string
}

/** Required before a cell runs: the notebook's packages, and others by name, for this run only. */
export interface RunSetup {
  readonly kept: readonly KeptPackage[]
  readonly install: readonly string[]
}

export type RunStatus = 'done' | 'error' | 'interrupted'

/**
 * Interrupts are counted over a worker's life. The count is in word 0 of shared memory, where a busy interpreter sees
 * it, and is also sent as a message, which reaches an awaiting one. `interrupts` of a run is the count when it was
 * sent: only a higher count interrupts it, so a late interrupt never hits the next cell.
 */
export type ToWorker =
  | {
      readonly type: 'run'
      readonly run: number
      readonly code: string
      readonly count: number
      readonly interrupts: number
      /** False while the notebook is unknown: its files are not stored. */
      readonly placed: boolean
      readonly setup: RunSetup
    }
  | { readonly type: 'interrupt'; readonly interrupts: number }
  /** Between runs. */
  | { readonly type: 'comm'; readonly message: CommMessage }
  /** Only to an idle interpreter. */
  | { readonly type: 'ask'; readonly id: number; readonly query: Query }
  | PartMessage
  | { readonly type: 'given'; readonly id: number; readonly result: HostResult }

/** A file of the interpreter; without content, the reason. */
export type PartMessage =
  | { readonly type: 'part'; readonly name: string; readonly content: Blob }
  | { readonly type: 'part'; readonly name: string; readonly content: null; readonly reason: string }

/** Questions about live objects. `before` is a cell's source up to the caret. */
export type Query =
  /** `asked`: by key, not while typing. */
  | { readonly type: 'complete'; readonly before: string; readonly asked: boolean }
  /** `before` ends with the word; `hover`: by mouse, so no help for arguments. */
  | { readonly type: 'hint'; readonly before: string; readonly hover: boolean }
  | { readonly type: 'variables' }
  | { readonly type: 'format'; readonly source: string }
  /** What a prompt refers to. */
  | {
      readonly type: 'references'
      readonly values: readonly string[]
      readonly functions: readonly string[]
    }
  /** Rows of a variable, from that index. */
  | { readonly type: 'table'; readonly name: string; readonly first: number }
  | FrameQuery

/** Of a frame that an output shows, by the id the output has for it. Python may have it no more. */
export type FrameQuery =
  | {
      readonly type: 'frame-rows'
      readonly frame: string
      readonly first: number
      /** The column, -1 for the index, and whether the order is descending. */
      readonly sort: readonly [column: number, descending: boolean] | null
      /** Only rows that have it in one of their cells; '' for all. */
      readonly text: string
    }
  | { readonly type: 'frame-profile'; readonly frame: string }
  | { readonly type: 'frame-values'; readonly frame: string; readonly column: number }

export type QueryOf<T extends Query['type']> = Extract<Query, { readonly type: T }>

export type FromWorker =
  | { readonly type: 'progress'; readonly detail: string }
  /** Idle for the first time; and why it did not start from the snapshot, if so. */
  | { readonly type: 'ready'; readonly snapshotError: string | null }
  /** The interpreter could not start, or crashed. */
  | { readonly type: 'dead'; readonly reason: string }
  /** A KernelEvent. One may follow `finished`, from background tasks. */
  | { readonly type: 'event'; readonly run: number; readonly json: string }
  | { readonly type: 'finished'; readonly run: number; readonly status: RunStatus }
  /** One of Answers; null: none, or too late. */
  | { readonly type: 'answer'; readonly id: number; readonly json: string }
  /** `now`: the worker is blocked until it has the result in shared memory. */
  | { readonly type: 'need'; readonly id: number; readonly need: HostCall; readonly now: boolean }
