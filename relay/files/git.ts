// What git did to a file: it switches branches, and removes what another branch had.
import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isMissing } from '../disk/atomic.ts'
import { hasGitObject } from './git-objects.ts'

export interface Git {
  /** Whether git wrote this content of the file: git has it, and the file is as old as git's index. */
  readonly wrote: (path: string, content: Uint8Array) => Promise<boolean>
  /** Whether the file was committed, staged or stashed with this content, in its repository. */
  readonly has: (path: string, content: Uint8Array) => Promise<boolean>
}

/** Where there are no folders. */
export const noGit: Git = { wrote: () => Promise.resolve(false), has: () => Promise.resolve(false) }

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

/** With `core.autocrlf` git has the lines without carriage returns. */
const withoutReturns = (content: Uint8Array): Buffer =>
  Buffer.from(Buffer.from(content).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')

const hasContent = async (git: string, content: Uint8Array): Promise<boolean> =>
  (await hasGitObject(git, content)) || (await hasGitObject(git, withoutReturns(content)))

export const gitAbove = (root: string): Git => {
  const fileAt = (path: string): string => join(root, ...path.split('/'))
  return {
    wrote: async (path, content) => {
      const file = fileAt(path)
      const git = await findGit(dirname(file))
      if (git === null) return false
      const [written, index, lock] = await Promise.all(
        [file, join(git, 'index'), join(git, 'index.lock')].map(changedAt),
      )
      const isRecent = written != null && index != null && Math.abs(index - written) < together
      return (lock !== null || isRecent) && hasContent(git, content)
    },
    has: async (path, content) => {
      const git = await findGit(dirname(fileAt(path)))
      return git !== null && hasContent(git, content)
    },
  }
}
