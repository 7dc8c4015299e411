// Atomic writes: at every moment, even after a power loss, the file is either the old or the new one.
import { randomBytes } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import { link, lstat, open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { errorCode } from './disk-errors.ts'

/** Suffix of temporary files, by which one left by a crash is recognised. */
export const temporaryEnding = '.llm-notebook-new'

export interface Staged {
  /** The new file. */
  readonly found: BigIntStats
  /** Replaces the file by the new content. */
  commit(): Promise<void>
  /** Creates the file; false if it exists by now. */
  commitNew(): Promise<boolean>
  /** Removes the temporary file; no effect after `commit`. */
  discard(): Promise<void>
}

/** A name longer than the disk allows, or a path below a file, cannot exist. */
const missing: readonly string[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']

export const isMissing = (error: unknown): boolean => missing.includes(errorCode(error))

const noLinks: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** Whether anything has this name, including a dangling symlink. */
export const isThere = async (path: string): Promise<boolean> => {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** Makes the names in a folder durable. */
export const syncFolder = async (folder: string): Promise<void> => {
  // Windows does not have this and does not need it.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The file behind a symlink, and its mode. */
const existing = async (path: string): Promise<{ target: string; mode: number | null }> => {
  try {
    const target = await realpath(path)
    return { target, mode: (await stat(target)).mode & 0o7777 }
  } catch (error) {
    if (isMissing(error)) return { target: path, mode: null }
    throw error
  }
}

/** Writes the content next to the file and syncs it. Rejects with the system's error. */
export const stage = async (path: string, content: string | Uint8Array): Promise<Staged> => {
  const { target, mode } = await existing(path)
  const folder = dirname(target)
  const temporary = join(folder, `.${basename(target)}.${randomBytes(4).toString('hex')}${temporaryEnding}`)
  let there = false
  let found: BigIntStats
  const discard = async (): Promise<void> => {
    if (!there) return
    there = false
    await unlink(temporary)
  }
  try {
    const handle = await open(temporary, 'wx')
    there = true
    try {
      if (mode !== null) await handle.chmod(mode)
      await handle.writeFile(content)
      await handle.sync()
      found = await handle.stat({ bigint: true })
    } finally {
      await handle.close()
    }
  } catch (error) {
    await discard()
    throw error
  }
  return {
    found,
    commit: async () => {
      await rename(temporary, target)
      there = false
      await syncFolder(folder)
    },
    commitNew: async () => {
      try {
        await link(temporary, path)
      } catch (error) {
        const code = errorCode(error)
        if (code === 'EEXIST') return false
        // The file system has no hard links.
        if (!noLinks.includes(code)) throw error
        if (await isThere(path)) return false
        await rename(temporary, path)
        there = false
      }
      await syncFolder(folder)
      return true
    },
    discard,
  }
}

export const writeAtomically = async (path: string, content: string | Uint8Array): Promise<void> => {
  const staged = await stage(path, content)
  try {
    await staged.commit()
  } finally {
    await staged.discard()
  }
}

/** Moves a file and makes both names durable. The target must not exist. */
export const moveFile = async (from: string, to: string): Promise<void> => {
  await rename(from, to)
  await syncFolder(dirname(to))
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from))
}
