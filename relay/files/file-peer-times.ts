// When a notebook's file is written and read.

/** All in milliseconds. */
export interface SnapshotTimes {
  /** A file is written when no change came for so long, */
  readonly quiet: number
  /** but at most so long after the first. */
  readonly atMost: number
  /** The first retry after a failure; each further one waits twice as long, up to `retryAtMost`. */
  readonly retry: number
  readonly retryAtMost: number
  /** How long a file must be quiet before it is read, and be missing before it counts as removed. */
  readonly settle: number
  /** How long another program must not have written the file before it is written here: see `merged`. */
  readonly pause: number
  /** The same while it keeps saving: its people go on meanwhile, and it saves only when they stop. */
  readonly longPause: number
  /** How long a file waits for blobs that a browser has yet to send, before it is written without them. */
  readonly blobs: number
}

export const defaultTimes: SnapshotTimes = {
  quiet: 1000,
  atMost: 5000,
  retry: 1000,
  retryAtMost: 30_000,
  settle: 100,
  pause: 3000,
  longPause: 20_000,
  blobs: 10_000,
}
