// A small disk that can be filled: an in-memory file system, if the test is allowed to mount one.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export class SmallDisk {
  readonly folder: string
  private readonly filler: string

  private constructor(folder: string) {
    this.folder = folder
    this.filler = join(folder, 'filler')
  }

  /** Null if mounting is not allowed. */
  static mount(size: string): SmallDisk | null {
    const folder = mkdtempSync(join(tmpdir(), 'llm-notebook-disk-'))
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder])
    if (status === 0) return new SmallDisk(folder)
    rmSync(folder, { recursive: true })
    return null
  }

  /** Fills the disk completely. */
  async fill(): Promise<void> {
    const handle = await open(this.filler, 'a')
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

  /** Frees the space taken by `fill`. */
  empty(): Promise<void> {
    return rm(this.filler, { force: true })
  }

  unmount(): void {
    spawnSync('umount', [this.folder])
    rmSync(this.folder, { recursive: true })
  }
}
