// The notebooks folder: where a name lies on the disk, and nothing outside of it.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, realpath, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { isMissing, temporaryEnding } from './atomic.ts'
import { ownFolder, parsePath, type FilePath, type NotebookPath } from './path.ts'

export interface Content {
  readonly bytes: Uint8Array
  /** sha256 in hex. */
  readonly digest: string
}

export const digestOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex')

export class OutsideFolder extends Error {}

export const notListed = new Set(['node_modules', '__pycache__'])
export const maxDepth = 12

export class Folder {
  /** Absolute, symlinks resolved. */
  readonly root: string
  readonly #opened = Date.now()

  private constructor(root: string) {
    this.root = root
  }

  /** Makes the folder and the relay's own in it where they are missing. */
  static async open(path: string): Promise<Folder> {
    await mkdir(path, { recursive: true })
    const folder = new Folder(await realpath(path))
    await mkdir(folder.own(), { recursive: true })
    await writeFile(folder.own('.gitignore'), '*\n')
    return folder
  }

  /** A path in the relay's own folder. */
  own(...names: string[]): string {
    return join(this.root, ownFolder, ...names)
  }

  /** Where the file lies or would lie. Throws OutsideFolder where a symlink leads out of the folder. */
  async locate(path: FilePath): Promise<string> {
    const target = join(this.root, ...path.split('/'))
    let there = target
    for (;;) {
      try {
        const real = await realpath(there)
        if (real !== this.root && !real.startsWith(this.root + sep))
          throw new OutsideFolder('the path leaves the folder')
        if (relative(this.root, real).split(sep)[0] === ownFolder)
          throw new OutsideFolder('the path leaves the folder')
        return target
      } catch (error) {
        if (!isMissing(error)) throw error
        there = dirname(there)
      }
    }
  }

  /** As `locate`, with the folders above it made. */
  async place(path: FilePath): Promise<string> {
    const target = await this.locate(path)
    await mkdir(dirname(target), { recursive: true })
    return target
  }

  async read(path: NotebookPath): Promise<Content | null> {
    try {
      const bytes = await readFile(await this.locate(path))
      return { bytes, digest: digestOf(bytes) }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /** What the file system knows the file by, null where there is none. */
  async inode(path: NotebookPath): Promise<bigint | null> {
    try {
      return (await stat(await this.locate(path), { bigint: true })).ino
    } catch (error) {
      if (isMissing(error) || error instanceof OutsideFolder) return null
      throw error
    }
  }

  /** Whether something was ever deleted here. */
  async hasBin(): Promise<boolean> {
    try {
      return (await readdir(this.own('bin'))).length > 0
    } catch (error) {
      if (isMissing(error)) return false
      throw error
    }
  }

  /** Every notebook, hidden folders left out; what a crash left half written is removed on the way. */
  async notebooks(): Promise<readonly NotebookPath[]> {
    const found: NotebookPath[] = []
    const walk = async (folder: string, depth: number): Promise<void> => {
      for (const entry of await readdir(join(this.root, folder), { withFileTypes: true })) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isFile() && entry.name.startsWith('.') && entry.name.endsWith(temporaryEnding)) {
          await this.#removeStale(path)
        } else if (entry.isDirectory()) {
          if (depth < maxDepth && !entry.name.startsWith('.') && !notListed.has(entry.name))
            await walk(path, depth + 1)
        } else {
          const parsed = parsePath(path)
          if (parsed && (entry.isFile() || (entry.isSymbolicLink() && (await this.#isInside(parsed)))))
            found.push(parsed)
        }
      }
    }
    await walk('', 0)
    return found.sort()
  }

  async #removeStale(path: string): Promise<void> {
    const { mtimeMs } = await stat(join(this.root, path))
    if (mtimeMs < this.#opened - 60_000) await unlink(join(this.root, path))
  }

  async #isInside(path: NotebookPath): Promise<boolean> {
    try {
      return (await this.read(path)) !== null
    } catch (error) {
      if (error instanceof OutsideFolder) return false
      throw error
    }
  }
}
