// Real folders of the disk.
import { mkdir, readdir, rmdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, isThere, moveFile } from '../disk/atomic.ts'
import type { Folder } from './folder.ts'
import type { Folders } from './folders.ts'
import { maxDepth, notListed } from './new-path.ts'
import { Unreadable, type Moved } from './notebook-files.ts'
import { isName, type FilePath } from './path.ts'
import { asUnreadable } from './regular-file.ts'

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null)

export class DiskFolders implements Folders {
  constructor(private readonly folder: Folder) {}

  async list(): Promise<readonly string[]> {
    const found: string[] = []
    const walk = async (at: string, depth: number): Promise<void> => {
      const entries = await readdir(join(this.folder.root, at), { withFileTypes: true }).catch(
        (error: unknown) => {
          // Deleted since, or not to be looked into.
          if (isMissing(error) || asUnreadable(error) instanceof Unreadable) return []
          throw error
        },
      )
      for (const entry of entries) {
        if (!entry.isDirectory() || !isName(entry.name) || notListed.has(entry.name)) continue
        const path = at === '' ? entry.name : `${at}/${entry.name}`
        found.push(path)
        if (depth + 1 < maxDepth) await walk(path, depth + 1)
      }
    }
    await walk('', 0)
    return found.sort()
  }

  async make(path: FilePath): Promise<'made' | 'exists'> {
    try {
      await mkdir(await this.folder.place(path))
      return 'made'
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return 'exists'
      throw error
    }
  }

  async move(from: FilePath, to: FilePath): Promise<Moved> {
    const source = await this.folder.locate(from)
    const isFolder = await stat(source).then(
      (found) => found.isDirectory(),
      (error: unknown) => {
        if (isMissing(error)) return false
        throw error
      },
    )
    if (!isFolder) return 'missing'
    const target = await this.folder.place(to)
    if (await isThere(target)) return 'exists'
    await moveFile(source, target)
    return 'moved'
  }

  async remove(path: FilePath): Promise<'removed' | 'missing' | 'not-empty'> {
    try {
      await rmdir(await this.folder.locate(path))
      return 'removed'
    } catch (error) {
      if (isMissing(error)) return 'missing'
      if (['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(String(codeOf(error)))) return 'not-empty'
      throw error
    }
  }
}
