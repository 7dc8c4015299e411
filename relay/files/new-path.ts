// Which paths are listed; and which new ones are refused, because they would not be listed or would be misleading.
import type { FilePath } from './path.ts'

export const notListed = new Set(['node_modules', '__pycache__', 'site-packages'])
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

/**
 * Characters that change the text direction, break the line or are invisible: such a name is misleading.
 */
const misleading = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u200b\u2028\u2029\u2060\ufeff]/u

/** Why a new file cannot have this path; null if it can. Existing files are opened all the same. */
export const whyNotNew = (path: FilePath): string | null => {
  const folders = path.split('/').slice(0, -1)
  const unseen = folders.find((name) => notListed.has(name))
  if (unseen !== undefined) return `files in ${unseen} are not listed`
  if (folders.length > maxDepth) return `folders are at most ${maxDepth} deep`
  return misleading.test(path)
    ? 'a name has no invisible characters and none that change the text direction'
    : null
}
