// Messages between the page, the frame without an origin, and its worker, at their start.
import type { HostResult } from './host-call.ts'

/** Memory shared by frame and worker, see typed-line.ts. */
export interface Memory {
  /** One Int32 word: the number of interrupts requested. */
  readonly interrupts: SharedArrayBuffer
  /** Lines for `input()`. */
  readonly typed: SharedArrayBuffer
  /** A SyncHostResult. */
  readonly result: SharedArrayBuffer
  /** One Int32 word: 1 if code may use the network. */
  readonly permission: SharedArrayBuffer
}

/** The first message to the worker; all others go through `port`. */
export interface WorkerStart {
  readonly port: MessagePort
  /** The page's origin. */
  readonly origin: string
  /** Null if memory cannot be shared. */
  readonly memory: Memory | null
}

/** From frame to worker, without shared memory. */
export interface WorkerPermission {
  readonly permitted: boolean
}

export type ToFrame =
  | { readonly type: 'start'; readonly origin: string; readonly share: boolean }
  | { readonly type: 'interrupts'; readonly count: number }
  | { readonly type: 'line'; readonly id: number; readonly line: string }
  | { readonly type: 'given'; readonly id: number; readonly result: HostResult }
  | { readonly type: 'permission'; readonly permitted: boolean }
  | { readonly type: 'ping' }

export type FromFrame =
  /** To the window; all later messages go over a port. */
  | { readonly type: 'kernel-frame' }
  | { readonly type: 'started'; readonly shared: boolean }
  | { readonly type: 'failed'; readonly reason: string }
  /** The worker can see the permission. */
  | { readonly type: 'permission-applied' }
  | { readonly type: 'pong' }
