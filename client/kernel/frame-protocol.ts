// What passes between the page, the frame without an origin, and the worker in it at their start.
import type { HostResult } from './host-call.ts'

/** The memory that frame and worker share, see typed-line.ts. */
export interface Memory {
  /** One Int32 word, the number of interrupts asked for. */
  readonly interrupts: SharedArrayBuffer
  /** Lines for `input()`. */
  readonly typed: SharedArrayBuffer
  /** GivenNow. */
  readonly given: SharedArrayBuffer
  /** One Int32 word: 1 where code may use the network. */
  readonly permission: SharedArrayBuffer
}

/** The first message to the worker; `port` is what all the others go through. */
export interface WorkerStart {
  readonly port: MessagePort
  /** The page's origin. */
  readonly origin: string
  /** null where it cannot be shared. */
  readonly memory: Memory | null
}

/** From the frame to the worker, where there is no shared memory to put it in. */
export interface WorkerPermission {
  readonly permitted: boolean
}

export type ToFrame =
  | { readonly type: 'start'; readonly origin: string; readonly share: boolean }
  | { readonly type: 'interrupts'; readonly count: number }
  | { readonly type: 'line'; readonly id: number; readonly line: string }
  | { readonly type: 'given'; readonly id: number; readonly given: HostResult }
  | { readonly type: 'permission'; readonly permitted: boolean }
  | { readonly type: 'ping' }

export type FromFrame =
  /** To the window, as nothing else is known yet; all else goes over a port. */
  | { readonly type: 'kernel-frame' }
  | { readonly type: 'started'; readonly shared: boolean }
  | { readonly type: 'failed'; readonly reason: string }
  /** The worker can see it. */
  | { readonly type: 'permission-told' }
  | { readonly type: 'pong' }
