// A disk that is soon full: a file system in memory where the test may mount one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class SmallDisk {
  readonly folder: string
  readonly #filler: string

  private constructor(folder: string) {
    this.folder = folder
    this.#filler = join(folder, 'filler')
  }

  /** null where mounting is not allowed. */
  static mount(size: string): SmallDisk | null {
    const folder = mkdtempSync(join(tmpdir(), 'llm-notebook-disk-'))
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
    if (status === 0) return new SmallDisk(folder)
    rmSync(folder, { recursive: true })
    return null
  }

  /** Leaves no byte. */
  async fill(): Promise<void> {
    const handle = await open(this.#filler, 'a')
    try {
      for (const size of [64 << 10, 4 << 10, 1]) {
        const block = Buffer.alloc(size, 1)
        while (
          await handle.write(block).then(
            ({ bytesWritten }) => bytesWritten === size,
            () => false,
          )
        )
          continue
      }
    } finally {
      await handle.close()
    }
  }

  /** Takes the filling away. */
  empty(): Promise<void> {
    return rm(this.#filler, { force: true })
  }

  unmount(): void {
    spawnSync('umount', [this.folder])
    rmSync(this.folder, { recursive: true })
  }
}
