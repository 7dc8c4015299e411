// Polls storage that does not report changes: once for all watchers, and not at all while there are none.

/** The tag of each existing path. */
export type Tags = ReadonlyMap<string, string>

interface Watcher {
  readonly path: string
  readonly onChange: () => void
  /** undefined: not polled yet. */
  seen: string | null | undefined
}

export class Polled {
  private readonly watchers = new Set<Watcher>()
  private timer: NodeJS.Timeout | null = null

  /** `interval` in milliseconds. */
  constructor(
    private readonly interval: number,
    private readonly look: (paths: readonly string[]) => Promise<Tags>,
  ) {}

  watch(path: string, onChange: () => void): () => void {
    const watcher: Watcher = { path, onChange, seen: undefined }
    this.watchers.add(watcher)
    this.timer ??= this.schedule()
    return () => void this.watchers.delete(watcher)
  }

  private schedule(): NodeJS.Timeout | null {
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
        // Also after the first poll: the file may have changed before it.
        if (tag !== before) watcher.onChange()
      }
    } catch {
      // Writers report the failure; the next poll finds what changed meanwhile.
    } finally {
      this.timer = this.schedule()
    }
  }
}
