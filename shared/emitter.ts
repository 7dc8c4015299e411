/** The listeners of one event, called in the order in which they came. */
export class Emitter<Args extends readonly unknown[] = []> {
  private readonly listeners = new Set<(...args: Args) => void>()

  /** Returns the function that removes the listener. */
  readonly on = (listener: (...args: Args) => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  readonly emit = (...args: Args): void => {
    for (const listener of this.listeners) listener(...args)
  }

  clear(): void {
    this.listeners.clear()
  }
}
