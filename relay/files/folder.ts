// The notebooks folder: where a name lies on the disk, and nothing outside of it.
import { digestOf } from '../disk/digest.ts'
import { constants, type Dirent } from 'node:fs'
import { access, mkdir, open, readdir, realpath, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { isMissing, temporaryEnding } from '../disk/atomic.ts'
import { ending, ownFolder, parsePath, type FilePath, type NotebookPath, whyNoPath } from './path.ts'

export interface Content {
  readonly bytes: Uint8Array
  /** sha256 in hex. */
  readonly digest: string
}

export class OutsideFolder extends Error {}

/** What lies at a path cannot be read as a file; carries why, for a person. */
export class Unreadable extends Error {}

const noFile = 'it is no regular file'

const whyUnreadable: Readonly<Record<string, string>> = {
  EACCES: 'the relay may not read it',
  EPERM: 'the relay may not read it',
  ELOOP: 'its symlinks lead in a circle',
  EISDIR: 'it is a folder',
  // A socket.
  ENXIO: noFile,
}

export const asUnreadable = (error: unknown): unknown => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = whyUnreadable[code]
  return why === undefined ? error : new Unreadable(why)
}

/** Only a regular file is read: opening a pipe or reading a device would not end. */
export const readRegular = async (path: string): Promise<Buffer> => {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      if (!(await handle.stat()).isFile()) throw new Unreadable(noFile)
      return await handle.readFile()
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw asUnreadable(error)
  }
}

const folded = (name: string): string => name.normalize('NFC').toLowerCase()

/** What turns the direction of what follows, breaks the line or is not seen: such a name does not read as what it is. */
const misleading = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u200b\u2028\u2029\u2060\ufeff]/u

/** Why nothing new may have this path, for a person; null where it may. What is there already is opened all the same. */
export const whyNotNew = (path: FilePath): string | null => {
  const folders = path.split('/').slice(0, -1)
  const unseen = folders.find((name) => notListed.has(name))
  if (unseen !== undefined) return `what lies in ${unseen} is not listed`
  if (folders.length > maxDepth) return `folders are at most ${maxDepth} deep`
  return misleading.test(path) ? 'a name has no invisible characters and none that turn the direction' : null
}

/** An entry that is not opened, and why. */
export interface Problem {
  readonly path: string
  readonly reason: string
}

/** All of the relay's own, for git. */
const ignored = '*\n'

export const notListed = new Set(['node_modules', '__pycache__'])
export const maxDepth = 12

export class Folder {
  /** Absolute, symlinks resolved. */
  readonly root: string
  private readonly opened = Date.now()

  private constructor(root: string) {
    this.root = root
  }

  /** Makes the folder and the relay's own in it where they are missing. */
  static async open(path: string): Promise<Folder> {
    await mkdir(path, { recursive: true })
    const folder = new Folder(await realpath(path))
    await mkdir(folder.own(), { recursive: true })
    const ignore = folder.own('.gitignore')
    // Not anew each time: where the disk is full it would be emptied.
    if ((await stat(ignore).catch(() => null))?.size !== ignored.length) await writeFile(ignore, ignored)
    return folder
  }

  /** A path in the relay's own folder. */
  own(...names: string[]): string {
    return join(this.root, ownFolder, ...names)
  }

  /** Where the file lies or would lie. Throws OutsideFolder where a symlink leads out of the folder, or nowhere. */
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
        if (!isMissing(error)) throw asUnreadable(error)
        there = dirname(there)
      }
    }
  }

  /** As `locate`, with the folders above it made. */
  async place(path: FilePath): Promise<string> {
    const target = await this.locate(path)
    await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? error.code : null
      if (code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'ENAMETOOLONG') throw error
      throw new OutsideFolder('a folder cannot be made there: a file is in the way, or the name is too long')
    })
    return target
  }

  async read(path: NotebookPath): Promise<Content | null> {
    try {
      const bytes = await readRegular(await this.locate(path))
      return { bytes, digest: digestOf(bytes) }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /**
   * Since when the file may say what it says, in milliseconds since 1970: a mode that was changed does not make it newer,
   * and one that was moved or copied here may have brought its time along.
   */
  async changedAt(path: NotebookPath): Promise<number> {
    const { ctimeMs, mtimeMs } = await stat(await this.locate(path))
    return Math.min(ctimeMs, mtimeMs)
  }

  /** Whether the file is there to be written: another one in its place would not ask. */
  async mayWrite(path: NotebookPath): Promise<boolean> {
    const target = await this.locate(path)
    try {
      // The one who may do anything is told by the mode alone.
      if (((await stat(target)).mode & 0o222) === 0) return false
      await access(target, constants.W_OK)
      return true
    } catch (error) {
      if (isMissing(error)) return true
      if (error instanceof Error && 'code' in error && (error.code === 'EACCES' || error.code === 'EROFS'))
        return false
      throw error
    }
  }

  /** What the file system knows the file by, null where there is none. */
  async inode(path: NotebookPath): Promise<bigint | null> {
    try {
      return (await stat(await this.locate(path), { bigint: true })).ino
    } catch (error) {
      if (isMissing(error) || error instanceof OutsideFolder) return null
      if (asUnreadable(error) instanceof Unreadable) return null
      throw error
    }
  }

  /** The path as the disk has it: some take names for one that differ in case or in their Unicode form. */
  async spelling(path: NotebookPath): Promise<string> {
    const spelled: string[] = []
    for (const name of path.split('/')) {
      const names: string[] = await readdir(join(this.root, ...spelled)).catch((error: unknown) => {
        if (isMissing(error) || asUnreadable(error) instanceof Unreadable) return [] as string[]
        throw error
      })
      const caseVariant = names.includes(name) ? name : names.find((other) => folded(other) === folded(name))
      spelled.push(caseVariant ?? name)
    }
    return spelled.join('/')
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

  /**
   * Every notebook, hidden folders left out, and what looks like one or like a folder of them and cannot be opened.
   * What a crash left half written is removed on the way.
   */
  async notebooks(): Promise<{
    readonly found: readonly NotebookPath[]
    readonly problems: readonly Problem[]
  }> {
    const found: NotebookPath[] = []
    const problems: Problem[] = []
    const walk = async (folder: string, depth: number): Promise<void> => {
      for (const entry of await this.entries(folder, problems)) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isFile() && entry.name.startsWith('.') && entry.name.endsWith(temporaryEnding)) {
          await this.removeStale(path)
        } else if (entry.isDirectory()) {
          if (depth < maxDepth && !entry.name.startsWith('.') && !notListed.has(entry.name))
            await walk(path, depth + 1)
        } else if (entry.name.endsWith(ending) && !entry.name.startsWith('.')) {
          const known = await this.notebook(path, entry)
          if (typeof known === 'string') found.push(known)
          else if (known !== null) problems.push(known)
        }
      }
    }
    await walk('', 0)
    return { found: found.sort(), problems }
  }

  private async entries(folder: string, problems: Problem[]): Promise<readonly Dirent[]> {
    try {
      return await readdir(join(this.root, folder), { withFileTypes: true })
    } catch (error) {
      // Gone since the folder above was read.
      if (isMissing(error) && folder !== '') return []
      const unreadable = asUnreadable(error)
      if (!(unreadable instanceof Unreadable)) throw error
      problems.push({ path: folder, reason: unreadable.message })
      return []
    }
  }

  /** null: a symlink that leads to nothing, or to what is nobody's business here. */
  private async notebook(path: string, entry: Dirent): Promise<NotebookPath | Problem | null> {
    const parsed = parsePath(path)
    if (parsed === null) return { path, reason: whyNoPath(path) }
    if (entry.isFile()) return parsed
    if (!entry.isSymbolicLink()) return { path, reason: noFile }
    try {
      return (await stat(await this.locate(parsed))).isFile() ? parsed : { path, reason: noFile }
    } catch (error) {
      if (error instanceof OutsideFolder || isMissing(error)) return null
      const unreadable = asUnreadable(error)
      if (!(unreadable instanceof Unreadable)) throw error
      return { path, reason: unreadable.message }
    }
  }

  private async removeStale(path: string): Promise<void> {
    try {
      const { mtimeMs } = await stat(join(this.root, path))
      if (mtimeMs < this.opened - 60_000) await unlink(join(this.root, path))
    } catch (error) {
      // Renamed by now, or in a folder that may not be written.
      if (!isMissing(error) && !(asUnreadable(error) instanceof Unreadable)) throw error
    }
  }
}
