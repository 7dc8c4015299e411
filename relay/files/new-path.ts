// What is listed; and where nothing new is made, because it would not be, or would not read as what it is.
import type { FilePath } from './path.ts'

export const notListed = new Set(['node_modules', '__pycache__'])
export const maxDepth = 12

/** Whether what has this path is shown: nothing of it is hidden, or lies where nobody looks. */
export const isListed = (path: string): boolean => {
  const names = path.split('/')
  const folders = names.slice(0, -1)
  return (
    folders.length <= maxDepth &&
    !names.some((name) => name.startsWith('.')) &&
    !folders.some((name) => notListed.has(name))
  )
}

/** What turns the direction of what follows, breaks the line or is not seen: such a name does not read as what it is. */
const misleading = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u00ad\u200b\u2028\u2029\u2060\ufeff]/u

/** Why nothing new may have this path, for a person; null where it may. What is there already is opened all the same. */
export const whyNotNew = (path: FilePath): string | null => {
  const folders = path.split('/').slice(0, -1)
  const unseen = folders.find((name) => notListed.has(name))
  if (unseen !== undefined) return `what lies in ${unseen} is not listed`
  if (folders.length > maxDepth) return `folders are at most ${maxDepth} deep`
  return misleading.test(path) ? 'a name has no invisible characters and none that turn the direction' : null
}
