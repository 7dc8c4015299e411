// What passes between the page and Python's worker. Both ends are of one build, but the code of cells runs at the
// worker's: it can post what it likes. What comes to the page is parsed there (messages.ts, gate.ts).
import type { NextInput } from './asked-of-page.ts'
import type { HostResult, HostCall } from './host-call.ts'

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }
/** By media type, as nbformat has it: text as a string, images in base64, JSON as it is. */
export type MimeBundle = JsonObject

/** What a run puts out, in order. */
export type KernelEvent =
  /** Gathered for up to 50 ms; as printed, with `\r`, `\b` and ANSI codes in it. */
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
  /** The end of what a flood has printed; it takes the place of the last such end, where nothing came after that. */
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
  /** The run waits for a line; `id` is its number in the life of the worker. */
  | {
      readonly type: 'input'
      readonly id: number
      readonly prompt: string
      /** What is typed is shown to nobody. */
      readonly password: boolean
    }
  /** What was installed, and is to be there the next time too; and what was removed, by name. */
  | {
      readonly type: 'packages'
      readonly kept: readonly KeptPackage[]
      readonly removed: readonly string[]
    }
  /** Code for the person's next step, at the end of the run. */
  | ({ readonly type: 'next-input' } & NextInput)
  /** An address to be opened. */
  | { readonly type: 'open'; readonly url: string }
  /** nbformat's error; the traceback's lines are coloured by ANSI codes. */
  | {
      readonly type: 'error'
      readonly ename: string
      readonly evalue: string
      readonly traceback: readonly string[]
    }
  /** Of the Python half of a widget. Bytes of a state lie in their places as `{$buffer: base64}`, others in `buffers`. */
  | {
      readonly type: 'comm'
      readonly what: 'open' | 'message' | 'close'
      readonly comm: string
      /** Of `open`: who is meant. */
      readonly target: string
      readonly data: JsonObject
      readonly buffers: readonly string[]
    }

/** To the Python half of a widget; `buffers` are base64. */
export interface CommMessage {
  readonly comm: string
  readonly data: JsonObject
  readonly buffers: readonly string[]
}

/** Where a notebook's files are. */
export interface Place {
  readonly docId: string
  /** The notebook's folder at the relay: '' or ending in `/`. */
  readonly folder: string
}

/** A package as the notebook keeps it; `path` is its wheel's at the relay, or an address elsewhere. */
export interface KeptPackage {
  readonly name: string
  readonly version: string
  readonly file: string
  readonly sha256: string | null
  readonly path: string
}

/** What is to be there before a cell runs: packages that the notebook keeps, and others by their names, for this once. */
export interface RunSetup {
  readonly kept: readonly KeptPackage[]
  readonly install: readonly string[]
}

export type RunStatus = 'done' | 'error' | 'interrupted'

/**
 * Interrupts are counted over the life of a worker. The count lies in word 0 of shared memory, where a busy
 * interpreter sees it, and comes as a message too, which reaches one that awaits. `interrupts` of a run is the count
 * when it was sent: only a higher one is meant for it, so a late interrupt never hits the next cell.
 */
export type ToWorker =
  | {
      readonly type: 'run'
      readonly run: number
      readonly code: string
      readonly count: number
      readonly interrupts: number
      /** false while it is not known which notebook this is: its files are then kept by nobody. */
      readonly placed: boolean
      readonly prelude: RunSetup
    }
  | { readonly type: 'interrupt'; readonly interrupts: number }
  /** Between runs. */
  | { readonly type: 'comm'; readonly message: CommMessage }
  /** Only to an idle interpreter. */
  | { readonly type: 'ask'; readonly id: number; readonly query: Query }
  | PartMessage
  /** What was needed, see Need. */
  | { readonly type: 'given'; readonly id: number; readonly given: HostResult }

/** A file that the interpreter is made of, as it comes; without its content, why there is none. */
export type PartMessage =
  | { readonly type: 'part'; readonly name: string; readonly content: Blob }
  | { readonly type: 'part'; readonly name: string; readonly content: null; readonly reason: string }

/** What the page wants to know of live objects. `before` is a cell's source up to the caret. */
export type Query =
  /** `asked`: by a key, and not just by writing. */
  | { readonly type: 'complete'; readonly before: string; readonly asked: boolean }
  /** `before` ends with the word; `hover`: it is only being looked at, so no arguments are helped with. */
  | { readonly type: 'hint'; readonly before: string; readonly hover: boolean }
  | { readonly type: 'variables' }
  /** Of a variable, from the row of that number. */
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

export interface Completions {
  /** The end of `before` that an option takes the place of. */
  readonly prefix: string
  readonly options: readonly (readonly [text: string, kind: string])[]
}
export interface Hint {
  /** The name with its arguments, or with its type. */
  readonly title: string
  readonly value: string
  readonly size: string
  /** The documentation. */
  readonly text: string
}
export interface Variable {
  readonly name: string
  readonly type: string
  readonly size: string
  readonly value: string
  /** Whether it can be asked for as a table. */
  readonly table: boolean
}
export interface Variables {
  readonly rows: readonly Variable[]
  /** How many were left out. */
  readonly more: number
}
export interface Table {
  readonly columns: readonly string[]
  readonly columnsLeftOut: number
  /** Of all rows. */
  readonly total: number
  /** The index and the cells of each. */
  readonly rows: readonly (readonly string[])[]
}
export interface FrameRows {
  /** The names of the levels of the index. */
  readonly index: readonly string[]
  readonly columns: readonly string[]
  readonly columnsLeftOut: number
  readonly all: number
  /** Of those that have the text. */
  readonly total: number
  /** Each begins with its index. */
  readonly rows: readonly (readonly string[])[]
}
export interface FrameColumn {
  readonly name: string
  readonly type: string
  readonly missing: number
  /** Empty where there is none. */
  readonly min: string
  readonly mean: string
  readonly max: string
  /** How many of a sample of its values lie in each of as many equal parts from `min` to `max`; empty for no numbers. */
  readonly counts: readonly number[]
}
export interface FrameProfile {
  readonly all: number
  readonly columns: readonly FrameColumn[]
}
export interface FrameValues {
  /** Of how many rows there is one value. */
  readonly step: number
  readonly values: readonly (number | null)[]
}
/** By the type of the query. */
export interface Answers {
  readonly complete: Completions
  readonly hint: Hint
  readonly variables: Variables
  readonly table: Table
  readonly 'frame-rows': FrameRows
  readonly 'frame-profile': FrameProfile
  readonly 'frame-values': FrameValues
}

export type FromWorker =
  | { readonly type: 'progress'; readonly detail: string }
  /** Idle for the first time; and why it did not start from the snapshot, if so. */
  | { readonly type: 'ready'; readonly withoutSnapshot: string | null }
  /** The interpreter is gone for good: it could not start, or broke. */
  | { readonly type: 'dead'; readonly reason: string }
  /** A KernelEvent. After `finished` one may still come, of what the run left going in the background. */
  | { readonly type: 'event'; readonly run: number; readonly json: string }
  | { readonly type: 'finished'; readonly run: number; readonly status: RunStatus }
  /** One of Answers; null: there is none, or not in time. */
  | { readonly type: 'answer'; readonly id: number; readonly json: string }
  /** `now`: the worker stands still until it has it, and gets it through shared memory. */
  | { readonly type: 'need'; readonly id: number; readonly need: HostCall; readonly now: boolean }
