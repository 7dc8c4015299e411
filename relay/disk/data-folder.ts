// The relay's own folder on a disk: lock, log, blobs, identities, packages.
import { mkdir, realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** All of the relay's own, for git. */
const ignored = '*\n'

export class DataFolder {
  private readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /** Makes it where it is missing. */
  static async open(path: string): Promise<DataFolder> {
    await mkdir(path, { recursive: true })
    const folder = new DataFolder(await realpath(path))
    const ignore = folder.at('.gitignore')
    // Not anew each time: where the disk is full it would be emptied.
    if ((await stat(ignore).catch(() => null))?.size !== ignored.length) await writeFile(ignore, ignored)
    return folder
  }

  at(...names: readonly string[]): string {
    return join(this.root, ...names)
  }
}
