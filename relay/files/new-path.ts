// Which paths are listed; and which new ones are refused, because they would not be listed or would be misleading.
import type { FilePath } from './path.ts'

export const notListed = new Set(['node_modules', '__pycache__'])
export const maxDepth = 12

/** Whether a path is shown: no part of it is hidden. */
export const isListed = (path: string): boolean => {
  const names = path.split('/')
  const folders = names.slice(0, -1)
  return (
    folders.length <= maxDepth &&
    !names.some((name) => name.startsWith('.')) &&
    !folders.some((name) => notListed.has(name))
  )
}

/** Characters that change the text direction, break the line or are invisible: such a name is misleading. */
const misleading = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u200b\u2028\u2029\u2060\ufeff]/u
const foreign = /[\\:*?"<>|]/

const whyNoNewName = (name: string): string | null => {
  if (name.trim() !== name) return 'its name begins or ends with a blank'
  const [found] = foreign.exec(name) ?? []
  if (found !== undefined) return `its name has a ${found}, which other systems forbid`
  return misleading.test(name)
    ? 'a name has no invisible characters and none that change the text direction'
    : null
}

/**
 * Why nothing new can have this path; null if it can. Names in it that are there already are not its fault: `there` has
 * them. What other programs have named is opened all the same (`whyNoName`).
 */
export const whyNotNew = (path: FilePath, there: readonly string[] = []): string | null => {
  const names = path.split('/')
  const folders = names.slice(0, -1)
  const unseen = folders.find((name) => notListed.has(name))
  if (unseen !== undefined) return `files in ${unseen} are not listed`
  if (folders.length > maxDepth) return `folders are at most ${maxDepth} deep`
  const reasons = names.filter((name) => !there.includes(name)).map(whyNoNewName)
  return reasons.find((reason) => reason !== null) ?? null
}
