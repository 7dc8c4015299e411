declare const held: unique symbol

/** The holder is the only one working on the key. Created only here. */
export interface Lock {
  readonly key: string
  readonly [held]: true
}

/** Work on one key runs one at a time; work on different keys runs in parallel. */
export class KeyedLock {
  private readonly last = new Map<string, Promise<unknown>>()

  async run<T>(key: string, work: (lock: Lock) => Promise<T>): Promise<T> {
    const before = this.last.get(key)
    const mine = (async () => {
      // The earlier caller has received that failure.
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

  /** Resolves when nothing is running. */
  async ended(): Promise<void> {
    while (this.last.size > 0) await Promise.allSettled(this.last.values())
  }
}
