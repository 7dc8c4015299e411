/** Concurrent calls with the same key share one result. */
export class SharedCalls<T> {
  private readonly running = new Map<string, Promise<T>>()

  run(key: string, work: () => Promise<T>): Promise<T> {
    let running = this.running.get(key)
    if (running === undefined) {
      running = work().finally(() => this.running.delete(key))
      this.running.set(key, running)
    }
    return running
  }
}
