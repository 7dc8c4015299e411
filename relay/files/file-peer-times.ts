// When a notebook's file is written and read.

/** In milliseconds. */
export interface SnapshotTimes {
  /** A file is written after this long without changes, */
  readonly quiet: number
  /** but at most this long after the first. */
  readonly atMost: number
  /** First retry after a failure; each further one waits twice as long, up to `retryAtMost`. */
  readonly retry: number
  readonly retryAtMost: number
  /** How long a file must be unchanged before it is read, and missing before it counts as deleted. */
  readonly settle: number
  /** How long after another program's last save the file is not written: see `merged`. */
  readonly pause: number
  /** The same while the program keeps saving: its people continue meanwhile, and it saves only when they pause. */
  readonly longPause: number
  /** How long a file waits for blobs from a browser before it is written without them. */
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
