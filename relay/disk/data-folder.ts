// The relay's own folder on a disk: lock, log, blobs, identities, packages.
import { mkdir, realpath, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Hides the whole folder from git. */
const ignored = '*\n'

export class DataFolder {
  private constructor(private readonly root: string) {}

  /** Creates it if it is missing. */
  static async open(path: string): Promise<DataFolder> {
    await mkdir(path, { recursive: true })
    const folder = new DataFolder(await realpath(path))
    const ignore = folder.at('.gitignore')
    // Not rewritten each time: on a full disk that would empty it.
    if ((await stat(ignore).catch(() => null))?.size !== ignored.length) await writeFile(ignore, ignored)
    return folder
  }

  at(...names: readonly string[]): string {
    return join(this.root, ...names)
  }
}
