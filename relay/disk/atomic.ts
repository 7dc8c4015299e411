// Atomic writes: at every moment, even after a power loss, the file is either the old or the new one.
import { randomBytes } from 'node:crypto'
import { open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Suffix of temporary files, by which one left by a crash is recognised. */
export const temporaryEnding = '.llm-notebook-new'

export interface Staged {
  /** Replaces the file by the new content. */
  commit(): Promise<void>
  /** Undoes it; no effect after `commit`. */
  discard(): Promise<void>
}

/** A name longer than the disk allows, or a path below a file, cannot exist. */
const missing: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ENAMETOOLONG']

export const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && missing.includes(error.code)

const syncFolder = async (folder: string): Promise<void> => {
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
    } finally {
      await handle.close()
    }
  } catch (error) {
    await discard()
    throw error
  }
  return {
    commit: async () => {
      await rename(temporary, target)
      there = false
      await syncFolder(folder)
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

/** Writes a new file completely or not at all, e.g. if the disk is full. */
export const writeNew = async (target: string, content: string): Promise<void> => {
  const handle = await open(target, 'wx')
  try {
    await handle.writeFile(content)
    await handle.sync()
  } catch (error) {
    await unlink(target)
    throw error
  } finally {
    await handle.close()
  }
}

/** Moves a file and makes both names durable. The target must not exist. */
export const moveFile = async (from: string, to: string): Promise<void> => {
  await rename(from, to)
  await syncFolder(dirname(to))
  if (dirname(from) !== dirname(to)) await syncFolder(dirname(from))
}
