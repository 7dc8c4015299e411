/** Keeps the most recently added values, up to `limit` bytes in total. */
export class ByteCache {
  private readonly values = new Map<string, Uint8Array>()
  private bytes = 0

  constructor(private readonly limit: number) {}

  get(key: string): Uint8Array | undefined {
    return this.values.get(key)
  }

  add(key: string, value: Uint8Array): void {
    this.remove(key)
    this.values.set(key, value)
    this.bytes += value.byteLength
    for (const oldest of this.values.keys()) {
      if (this.bytes <= this.limit) return
      this.remove(oldest)
    }
  }

  remove(key: string): void {
    this.bytes -= this.values.get(key)?.byteLength ?? 0
    this.values.delete(key)
  }
}
