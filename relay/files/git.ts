// Whether git wrote a file: it switches branches, and removes what another branch had.
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isMissing } from '../disk/atomic.ts'

/** Milliseconds between a file and the index, which git writes last. */
const together = 3_000

const changedAt = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).ctimeMs
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** The repository's own folder, above `folder`; in a worktree `.git` is a file that names it. */
const findGit = async (folder: string): Promise<string | null> => {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, '.git')
    try {
      if ((await stat(git)).isDirectory()) return git
      const [, named] = /^gitdir: (.+)$/m.exec(await readFile(git, 'utf8')) ?? []
      return named === undefined ? null : resolve(at, named)
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    if (dirname(at) === at) return null
  }
}

export const isByGit = async (root: string, path: string): Promise<boolean> => {
  const file = join(root, ...path.split('/'))
  const git = await findGit(dirname(file))
  if (git === null) return false
  const [written, index, lock] = await Promise.all(
    [file, join(git, 'index'), join(git, 'index.lock')].map(changedAt),
  )
  return lock !== null || (written != null && index != null && Math.abs(index - written) < together)
}
