import { type StopSignal } from './provider.ts'

/** An AbortController for code that has neither the DOM nor Node. */
export class Stop implements StopSignal {
  private readonly listeners = new Set<() => void>()
  private happened = false

  get aborted(): boolean {
    return this.happened
  }

  /** Every listener is told once. */
  abort(): void {
    if (this.happened) return
    this.happened = true
    const told = [...this.listeners]
    this.listeners.clear()
    for (const listener of told) listener()
  }

  addEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.add(listener)
  }

  removeEventListener(_type: 'abort', listener: () => void): void {
    this.listeners.delete(listener)
  }
}
