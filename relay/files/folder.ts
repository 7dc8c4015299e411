// The notebooks folder: maps paths to the disk, and never outside the folder.
import { constants, type BigIntStats, type Dirent } from 'node:fs'
import { access, lstat, mkdir, readdir, realpath, rmdir, stat, unlink } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { isMissing, isThere, moveFile, stage, temporaryEnding } from '../disk/atomic.ts'
import { digestOf } from '../disk/digest.ts'
import { errorCode } from '../disk/disk-errors.ts'
import { lastLiveEdit } from './live-editor.ts'
import { maxDepth, notListed } from './new-path.ts'
import {
  OutsideFolder,
  Unreadable,
  type Content,
  type FileEntry,
  type Moved,
  type NotebookFiles,
  type OwnPath,
  type Problem,
} from './notebook-files.ts'
import { ending, ownFolder, parsePath, type FilePath, type NotebookPath, whyNoPath } from './path.ts'
import { asUnreadable, noFile, readRegular } from './regular-file.ts'
import { isUndecodable, undecodable } from './undecodable.ts'
import { watchPath } from './watch.ts'

type Path = FilePath | OwnPath

const isOwn = (path: string): path is OwnPath => path.startsWith(`${ownFolder}/`)

/** How the file system identifies a file, and its version. */
export const entryOf = <P extends string>(path: P, found: BigIntStats): FileEntry<P> => ({
  path,
  identity: found.ino.toString(36),
  tag: [found.size, found.mtimeNs, found.ino].map((part) => part.toString(36)).join('-'),
  size: Number(found.size),
  modified: Number(found.mtimeMs),
})

const isWritable = async (target: string, { mode }: BigIntStats): Promise<boolean> => {
  // For root, `access` always succeeds.
  if ((Number(mode) & 0o222) === 0) return false
  try {
    await access(target, constants.W_OK)
    return true
  } catch (error) {
    if (['EACCES', 'EROFS'].includes(errorCode(error))) return false
    throw error
  }
}

export class Folder implements NotebookFiles {
  private readonly opened = Date.now()

  private constructor(/** Absolute, symlinks resolved. */ readonly root: string) {}

  /** Creates the folder if it is missing. */
  static async open(path: string): Promise<Folder> {
    await mkdir(path, { recursive: true })
    return new Folder(await realpath(path))
  }

  lastLiveEdit(): Promise<number> {
    return lastLiveEdit(this.root)
  }

  /** Where the file is or would be. Throws OutsideFolder if a symlink leads out of the folder, or nowhere. */
  async locate(path: Path): Promise<string> {
    const target = join(this.root, ...path.split('/'))
    if (isOwn(path)) return target
    let there = target
    for (;;) {
      try {
        const real = await realpath(there)
        if (real !== this.root && !real.startsWith(this.root + sep))
          throw new OutsideFolder('a symlink leads out of the folder')
        if (relative(this.root, real).split(sep)[0] === ownFolder)
          throw new OutsideFolder('a symlink leads to the relay’s own files')
        return target
      } catch (error) {
        if (!isMissing(error)) throw asUnreadable(error)
        there = dirname(there)
      }
    }
  }

  /** As `locate`, and creates the parent folders. */
  async place(path: Path): Promise<string> {
    const target = await this.locate(path)
    await mkdir(dirname(target), { recursive: true }).catch((error: unknown) => {
      if (!['EEXIST', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error))) throw error
      throw new OutsideFolder('a folder cannot be made there: a file is in the way, or the name is too long')
    })
    return target
  }

  async read(path: NotebookPath | OwnPath): Promise<Content | null> {
    try {
      const target = await this.locate(path)
      const { bytes, found } = await readRegular(target)
      const writable = await isWritable(target, found)
      return {
        ...entryOf(path, found),
        bytes,
        digest: digestOf(bytes),
        changed: Math.min(Number(found.ctimeMs), Number(found.mtimeMs)),
        writable,
      }
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  async replace(
    path: NotebookPath | OwnPath,
    content: string,
    over: Content | null,
    ready?: () => Promise<void>,
  ): Promise<FileEntry | null> {
    const target = await this.place(path)
    const staged = await stage(target, content)
    try {
      await ready?.()
      if (over === null) {
        if (!(await staged.commitNew())) {
          if ((await this.read(path)) === null) throw new Unreadable('a symlink to nothing is in its place')
          return null
        }
      } else {
        // The content decides, not the time, which is too coarse.
        const now = await this.read(path)
        if (now?.digest !== over.digest || !now.writable) return null
        await staged.commit()
      }
    } finally {
      await staged.discard()
    }
    return entryOf(path, staged.found)
  }

  async move(from: NotebookPath | OwnPath, to: NotebookPath | OwnPath): Promise<Moved> {
    const source = await this.locate(from)
    if (!(await isThere(source))) return 'missing'
    const target = await this.place(to)
    if (await isThere(target)) return 'exists'
    await moveFile(source, target)
    if (isOwn(from)) await this.tidy(dirname(source))
    return 'moved'
  }

  async remove(path: OwnPath): Promise<void> {
    const target = await this.locate(path)
    try {
      await unlink(target)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    await this.tidy(dirname(target))
  }

  watch(path: NotebookPath, onChange: () => void): () => void {
    return watchPath(join(this.root, ...path.split('/')), onChange)
  }

  async listOwn(below: OwnPath): Promise<readonly FileEntry<OwnPath>[]> {
    const files: FileEntry<OwnPath>[] = []
    const top = await this.locate(below)
    const entries = await readdir(top, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name)
      // Symlinks are deleted as such, not followed.
      const found = entry.isDirectory() ? null : await lstat(file, { bigint: true })
      if (found !== null)
        files.push(entryOf(relative(this.root, file).split(sep).join('/') as OwnPath, found))
    }
    return files
  }

  async list(): Promise<{
    readonly found: readonly FileEntry<NotebookPath>[]
    readonly problems: readonly Problem[]
  }> {
    const found: FileEntry<NotebookPath>[] = []
    const problems: Problem[] = []
    const walk = async (folder: string, depth: number): Promise<void> => {
      for (const entry of await this.entries(folder, problems)) {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isFile() && entry.name.startsWith('.') && entry.name.endsWith(temporaryEnding)) {
          await this.removeStale(path)
        } else if (await isUndecodable(join(this.root, path))) {
          if (entry.isDirectory() || entry.name.endsWith(ending)) problems.push({ path, reason: undecodable })
        } else if (entry.isDirectory()) {
          if (depth < maxDepth && !entry.name.startsWith('.') && !notListed.has(entry.name))
            await walk(path, depth + 1)
        } else if (entry.name.endsWith(ending) && !entry.name.startsWith('.')) {
          const known = await this.notebook(path, entry)
          if (known === null) continue
          if ('reason' in known) problems.push(known)
          else found.push(known)
        }
      }
    }
    await walk('', 0)
    return { found: found.sort((a, b) => (a.path < b.path ? -1 : 1)), problems }
  }

  private async entries(folder: string, problems: Problem[]): Promise<readonly Dirent[]> {
    try {
      return await readdir(join(this.root, folder), { withFileTypes: true })
    } catch (error) {
      // Deleted since the parent folder was read.
      if (isMissing(error) && folder !== '') return []
      const unreadable = asUnreadable(error)
      if (!(unreadable instanceof Unreadable)) throw error
      problems.push({ path: folder, reason: unreadable.message })
      return []
    }
  }

  /** Null: deleted by now. */
  private async notebook(path: string, entry: Dirent): Promise<FileEntry<NotebookPath> | Problem | null> {
    const parsed = parsePath(path)
    if (parsed === null) return { path, reason: whyNoPath(path) }
    if (!entry.isFile() && !entry.isSymbolicLink()) return { path, reason: noFile }
    try {
      const found = await stat(await this.locate(parsed), { bigint: true })
      return found.isFile() ? entryOf(parsed, found) : { path, reason: noFile }
    } catch (error) {
      if (error instanceof OutsideFolder) return { path, reason: error.message }
      if (isMissing(error))
        return entry.isSymbolicLink() ? { path, reason: 'its symlink leads to nothing' } : null
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
      // Renamed by now, or in a folder without write permission.
      if (!isMissing(error) && !(asUnreadable(error) instanceof Unreadable)) throw error
    }
  }

  /** Removes empty folders of the relay's own. */
  private async tidy(folder: string): Promise<void> {
    for (let at = folder; relative(this.root, at).split(sep).length > 2; at = dirname(at)) {
      try {
        await rmdir(at)
      } catch (error) {
        if (['ENOTEMPTY', 'EEXIST'].includes(errorCode(error))) return
        if (!isMissing(error)) throw error
      }
    }
  }
}
