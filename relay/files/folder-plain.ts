// The files next to the notebooks of a folder, excluding targets of symlinks outside it or with a hidden name.
import type { BigIntStats } from 'node:fs'
import { open, readdir, realpath, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { Readable } from 'node:stream'
import type { FolderFile, FolderListing } from '../../shared/api/routes.ts'
import { isMissing, stage } from '../disk/atomic.ts'
import { KeyedLock } from './keyed-lock.ts'
import { entryOf, type Folder } from './folder.ts'
import { maxDepth, notListed } from './new-path.ts'
import { OutsideFolder, Unreadable, type Problem } from './notebook-files.ts'
import { ending, parseFilePath, whyNoName, type FilePath } from './path.ts'
import { maxListed, type PlainFile, type PlainFiles, type Written } from './plain.ts'
import { asUnreadable } from './regular-file.ts'
import { isUndecodable, undecodable } from './undecodable.ts'

const describe = (path: string, found: BigIntStats): FolderFile | null => {
  if (!found.isFile()) return null
  const { size, modified, tag } = entryOf(path, found)
  return { path, size, modified, tag }
}

interface Found {
  readonly target: string
  readonly file: FolderFile
}

export class FolderPlainFiles implements PlainFiles {
  private readonly lock = new KeyedLock()

  constructor(private readonly folder: Folder) {}

  async list(folder: FilePath | ''): Promise<FolderListing | null> {
    const root = folder === '' ? this.folder.root : await this.real(folder)
    if (root === null || !(await stat(root)).isDirectory()) return null
    const [files, folders, unnamed]: [FolderFile[], string[], Problem[]] = [[], [], []]
    for (let level = ['']; level.length > 0;) {
      const next: string[] = []
      for (const at of level) {
        const room = maxListed - files.length - folders.length - unnamed.length
        const { found, below, bad, more } = await this.listOne(folder, at, room)
        files.push(...found)
        folders.push(...below)
        unnamed.push(...bad)
        if (more) return { files, folders, unnamed, more }
        next.push(...below.filter((path) => path.split('/').length < maxDepth))
      }
      level = next
    }
    return { files, folders, unnamed, more: false }
  }

  private async listOne(
    folder: string,
    at: string,
    room: number,
  ): Promise<{
    readonly found: FolderFile[]
    readonly below: string[]
    readonly bad: Problem[]
    readonly more: boolean
  }> {
    const below: string[] = []
    const bad: Problem[] = []
    const looks: Promise<FolderFile | null>[] = []
    const entries = await readdir(join(this.folder.root, folder, at), { withFileTypes: true }).catch(
      (error: unknown) => {
        // Deleted since the parent folder was read; or unreadable, which shows as empty.
        if (isMissing(error) || asUnreadable(error) instanceof Unreadable) return []
        throw error
      },
    )
    // Names that begin with a dot are hidden on purpose.
    const shown = entries
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
    for (const entry of shown.slice(0, room)) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`
      const reason =
        whyNoName(entry.name) ??
        ((await isUndecodable(join(this.folder.root, folder, path))) ? undecodable : null)
      if (reason !== null) bad.push({ path, reason })
      else if (entry.isFile()) looks.push(this.lookPlainly(folder, path))
      else if (entry.isSymbolicLink()) looks.push(this.lookQuietly(folder, path))
      else if (entry.isDirectory() && !notListed.has(entry.name)) below.push(path)
    }
    const looked = await Promise.all(looks)
    return { found: looked.filter((file) => file !== null), below, bad, more: shown.length > room }
  }

  /** Symlinks cannot occur here: the walk enters real folders only. */
  private async lookPlainly(folder: string, path: string): Promise<FolderFile | null> {
    try {
      return describe(path, await stat(join(this.folder.root, folder, path), { bigint: true }))
    } catch (error) {
      if (isMissing(error) || asUnreadable(error) instanceof Unreadable) return null
      throw error
    }
  }

  private async lookQuietly(folder: string, path: string): Promise<FolderFile | null> {
    const whole = parseFilePath(folder === '' ? path : `${folder}/${path}`)
    if (whole === null) return null
    try {
      const found = await this.look(whole)
      return found === null ? null : { ...found.file, path }
    } catch (error) {
      if (error instanceof OutsideFolder || error instanceof Unreadable) return null
      throw error
    }
  }

  /** The real path; null if nothing exists. */
  private async real(path: FilePath): Promise<string | null> {
    try {
      const real = await realpath(await this.folder.locate(path))
      if (
        relative(this.folder.root, real)
          .split(sep)
          .some((name) => name.startsWith('.'))
      )
        throw new OutsideFolder('the path leads to a hidden file or folder')
      return real
    } catch (error) {
      if (isMissing(error)) return null
      throw asUnreadable(error)
    }
  }

  private async look(path: FilePath): Promise<Found | null> {
    const target = await this.real(path)
    if (target === null) return null
    const file = describe(path, await stat(target, { bigint: true }))
    return file === null ? null : { target, file }
  }

  async read(path: FilePath): Promise<PlainFile | null> {
    const found = await this.look(path)
    if (found === null) return null
    const { file, target } = found
    if (file.size === 0) return { file, content: Readable.from([]) }
    const handle = await open(target, 'r')
    // Not past the announced size, if it grows meanwhile.
    return { file, content: handle.createReadStream({ start: 0, end: file.size - 1 }) }
  }

  async write(path: FilePath, content: Uint8Array, over: string | null): Promise<Written> {
    return this.lock.run(path, async () => {
      const refusal = await this.refusal(path, over)
      if (refusal !== null) return { ok: false, problem: refusal }
      const staged = await stage(await this.folder.place(path), content)
      try {
        // Checked again: staging a large file takes time.
        const late = await this.refusal(path, over)
        if (late !== null) return { ok: false, problem: late }
        await staged.commit()
      } finally {
        await staged.discard()
      }
      const written = await this.look(path)
      return written === null ? { ok: false, problem: 'no-file' } : { ok: true, file: written.file }
    })
  }

  private async refusal(
    path: FilePath,
    over: string | null,
  ): Promise<'exists' | 'other-version' | 'no-file' | null> {
    const real = await this.real(path)
    if (real === null) return over === null ? null : 'other-version'
    const found = await this.look(path)
    // A folder; or, through a symlink, a notebook.
    if (found === null || real.toLowerCase().endsWith(ending)) return 'no-file'
    if (over === null) return 'exists'
    return over === '*' || over === found.file.tag ? null : 'other-version'
  }
}
