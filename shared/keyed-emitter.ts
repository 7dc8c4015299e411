/** The listeners of an event that many things have, each its own: what happens to one costs the same however many there are. */
export class KeyedEmitter<Key, Args extends readonly unknown[] = []> {
  private readonly listeners = new Map<Key, Set<(...args: Args) => void>>()

  /** Returns the function that removes the listener. */
  readonly on = (key: Key, listener: (...args: Args) => void): (() => void) => {
    const found = this.listeners.get(key) ?? new Set()
    this.listeners.set(key, found.add(listener))
    return () => {
      found.delete(listener)
      if (found.size === 0 && this.listeners.get(key) === found) this.listeners.delete(key)
    }
  }

  emit(key: Key, ...args: Args): void {
    for (const listener of this.listeners.get(key) ?? []) listener(...args)
  }
}
