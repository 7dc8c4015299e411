import type { MemoryFiles } from './memory-files.ts'

/**
 * Notices that Python looks into a folder. What other programs did to it is then found out at the first look of a run,
 * while Python blocks: a run that looks at no file need not wait for the relay.
 */
export class FirstLook {
  private isDue = false

  constructor(
    private readonly files: MemoryFiles,
    private readonly folder: string,
    private readonly look: () => void,
  ) {
    const lookup = files.lookupPath.bind(files)
    // All of Emscripten's calls with a path come through here.
    files.lookupPath = (path, options) => {
      if (this.isDue && this.isWithin(path)) this.now()
      return lookup(path, options)
    }
  }

  /** The next access is a first look. */
  expect(): void {
    this.isDue = true
  }

  now(): void {
    if (!this.isDue) return
    this.isDue = false
    this.look()
  }

  /** Accesses within are not Python's. */
  aside<T>(work: () => T): T {
    const wasDue = this.isDue
    this.isDue = false
    try {
      return work()
    } finally {
      this.isDue = wasDue
    }
  }

  /** True also for a path that only passes through the folder: a look too many does no harm. */
  private isWithin(path: string): boolean {
    return (path.startsWith('/') ? path : `${this.files.cwd()}/${path}`).includes(this.folder)
  }
}
