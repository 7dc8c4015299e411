import type { StopSignal } from './provider.ts'

/** An AbortController and its signal in one, for code without DOM or Node types. */
export class StopController implements StopSignal {
  private readonly listeners = new Set<() => void>()
  private stopped = false

  get aborted(): boolean {
    return this.stopped
  }

  abort(): void {
    if (this.stopped) return
    this.stopped = true
    const listeners = [...this.listeners]
    this.listeners.clear()
    for (const listener of listeners) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener)
  }
}
