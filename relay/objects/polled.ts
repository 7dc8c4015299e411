// What says nothing by itself is asked now and then, for all who watch at once, and not at all while nobody does.

/** The tag of each path there is. */
export type Tags = ReadonlyMap<string, string>

interface Watcher {
  readonly path: string
  readonly onChange: () => void
  /** undefined: not looked at yet. */
  seen: string | null | undefined
}

export class Polled {
  private readonly interval: number
  private readonly look: (paths: readonly string[]) => Promise<Tags>
  private readonly watchers = new Set<Watcher>()
  private timer: NodeJS.Timeout | null = null

  /** `interval` in milliseconds. */
  constructor(interval: number, look: (paths: readonly string[]) => Promise<Tags>) {
    this.interval = interval
    this.look = look
  }

  watch(path: string, onChange: () => void): () => void {
    const watcher: Watcher = { path, onChange, seen: undefined }
    this.watchers.add(watcher)
    this.timer ??= this.soon()
    return () => void this.watchers.delete(watcher)
  }

  private soon(): NodeJS.Timeout | null {
    if (this.watchers.size === 0) return null
    return setTimeout(() => void this.poll(), this.interval).unref()
  }

  private async poll(): Promise<void> {
    try {
      if (this.watchers.size === 0) return
      const tags = await this.look([...this.watchers].map(({ path }) => path))
      for (const watcher of this.watchers) {
        const tag = tags.get(watcher.path) ?? null
        const before = watcher.seen
        watcher.seen = tag
        // A change before the first look would never be told else.
        if (tag !== before) watcher.onChange()
      }
    } catch {
      // Whoever writes learns what is wrong; the next look finds what changed meanwhile.
    } finally {
      this.timer = this.soon()
    }
  }
}
