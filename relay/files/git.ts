// What git did to a file: it switches branches, and removes what another branch had.
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { isMissing } from '../disk/atomic.ts'
import { recentContents } from './git-history.ts'
import { hasGitObject } from './git-objects.ts'

export interface Git {
  /** Whether git wrote this content of the file: git has it, and the file is as old as git's index. */
  readonly wrote: (path: string, content: Uint8Array) => Promise<boolean>
  /** Whether the file was committed, staged or stashed with this content, in its repository. */
  readonly has: (path: string, content: Uint8Array) => Promise<boolean>
  /** What it had in the commits that were left last and in the stash, as a filter of git may have changed it. */
  readonly recent: (path: string) => Promise<readonly Uint8Array[]>
}

/** Where there are no folders. */
export const noGit: Git = {
  wrote: () => Promise.resolve(false),
  has: () => Promise.resolve(false),
  recent: () => Promise.resolve([]),
}

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
const findGit = async (folder: string): Promise<{ readonly git: string; readonly tree: string } | null> => {
  for (let at = folder; ; at = dirname(at)) {
    const git = join(at, '.git')
    try {
      if ((await stat(git)).isDirectory()) return { git, tree: at }
      const [, named] = /^gitdir: (.+)$/m.exec(await readFile(git, 'utf8')) ?? []
      return named === undefined ? null : { git: resolve(at, named), tree: at }
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    if (dirname(at) === at) return null
  }
}

/** With `core.autocrlf` git has the lines without carriage returns. */
const withoutReturns = (content: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(content).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')

const hasContent = async (git: string, content: Uint8Array): Promise<boolean> =>
  (await hasGitObject(git, content)) || (await hasGitObject(git, withoutReturns(content)))

/** What a repository says that cannot be read, or is damaged. */
const orNo = (answer: Promise<boolean>): Promise<boolean> => answer.catch(() => false)

export const gitAbove = (root: string): Git => {
  const fileAt = (path: string): string => join(root, ...path.split('/'))
  const wrote = async (file: string, content: Uint8Array): Promise<boolean> => {
    const found = await findGit(dirname(file))
    if (found === null) return false
    const { git } = found
    const [written, index, lock] = await Promise.all(
      [file, join(git, 'index'), join(git, 'index.lock')].map(changedAt),
    )
    const isRecent = written != null && index != null && Math.abs(index - written) < together
    return (lock !== null || isRecent) && hasContent(git, content)
  }
  const has = async (file: string, content: Uint8Array): Promise<boolean> => {
    const found = await findGit(dirname(file))
    return found !== null && hasContent(found.git, content)
  }
  return {
    wrote: (path, content) => orNo(wrote(fileAt(path), content)),
    has: (path, content) => orNo(has(fileAt(path), content)),
    recent: async (path) => {
      const file = fileAt(path)
      const found = await findGit(dirname(file)).catch(() => null)
      if (found === null) return []
      return recentContents(found.git, relative(found.tree, file).split(sep).join('/')).catch(() => [])
    },
  }
}
