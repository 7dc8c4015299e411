// What passes between the page and its Python worker. Both ends are of one build; nothing else holds these ports.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }
/** By media type, as nbformat has it: text as a string, images in base64, JSON as it is. */
export type MimeBundle = JsonObject

/** What a run puts out, in order. */
export type KernelEvent =
  /** Gathered for up to 50 ms; as printed, with `\r`, `\b` and ANSI codes in it. */
  | { readonly type: 'stream'; readonly name: 'stdout' | 'stderr'; readonly text: string }
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
      /** null while it is not known which notebook this is: its files are then kept by nobody. */
      readonly place: Place | null
    }
  | { readonly type: 'interrupt'; readonly interrupts: number }
  /** Between runs. */
  | { readonly type: 'comm'; readonly message: CommMessage }

export type FromWorker =
  | { readonly type: 'progress'; readonly detail: string }
  /** Idle for the first time; and why it did not start from the snapshot, if so. */
  | { readonly type: 'ready'; readonly withoutSnapshot: string | null }
  /** The interpreter is gone for good: it could not start, or broke. */
  | { readonly type: 'dead'; readonly reason: string }
  /** After `finished` an event may still come, of what the run left going in the background. */
  | { readonly type: 'event'; readonly run: number; readonly event: KernelEvent }
  | { readonly type: 'finished'; readonly run: number; readonly status: RunStatus }

/** The first message to the worker; `port` is what all the others go through. */
export interface WorkerStart {
  readonly port: MessagePort
  readonly indexURL: string
  /** One Int32 word, the number of interrupts asked for; null where the page may not share memory. */
  readonly interrupts: SharedArrayBuffer | null
  /** The name of a lock that the worker holds while it lives, so that the page learns of any death of it. */
  readonly lock: string
}
