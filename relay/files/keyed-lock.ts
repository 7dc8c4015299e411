declare const held: unique symbol

/** Whoever has it is the only one at work on the key. Made here alone. */
export interface Lock {
  readonly key: string
  readonly [held]: true
}

/** Work on one key runs one after the other; work on different keys does not wait. */
export class KeyedLock {
  private readonly last = new Map<string, Promise<unknown>>()

  async run<T>(key: string, work: (lock: Lock) => Promise<T>): Promise<T> {
    const before = this.last.get(key)
    const mine = (async () => {
      // Whoever asked for the work before has its failure already.
      await before?.catch(() => undefined)
      return work({ key } as Lock)
    })()
    this.last.set(key, mine)
    try {
      return await mine
    } finally {
      if (this.last.get(key) === mine) this.last.delete(key)
    }
  }

  /** Resolves when nothing is under way. */
  async ended(): Promise<void> {
    while (this.last.size > 0) await Promise.allSettled(this.last.values())
  }
}
