import type { KernelEvent } from './protocol.ts'

type Listener = (event: KernelEvent) => void

/** Earlier runs that are still listened to. */
const most = 500

/** Who hears the events of each run: tasks that a cell began may print after it has ended, and while others run. */
export class RunListeners {
  private readonly listeners = new Map<number, Listener>()
  private last: Listener | null = null

  /** A run has begun; they are numbered in order. */
  add(run: number, listener: Listener): void {
    this.listeners.set(run, listener)
    this.listeners.delete(run - most)
    this.last = listener
  }

  /** To the run, or to the last one if that is unknown. */
  send(run: number, event: KernelEvent): void {
    const listener = this.listeners.get(run) ?? this.last
    listener?.(event)
  }

  sendToLast(event: KernelEvent): void {
    this.last?.(event)
  }

  /** A run has begun since the kernel started. */
  get hasRun(): boolean {
    return this.last !== null
  }

  clear(): void {
    this.listeners.clear()
    this.last = null
  }
}
