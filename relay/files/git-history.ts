// What a file had in the commits that git came from last, and in the stash. Only loose objects are read: what was
// committed or stashed just now is not in a pack yet.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { isMissing } from '../disk/atomic.ts'
import { commonFolder, looseObject } from './git-objects.ts'

/** Commits looked at: a rebase goes through several. */
const recent = 10

const textOf = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return ''
    throw error
  })

/** The content of an object; null if it is not loose. */
const read = async (objects: string, name: string): Promise<Buffer | null> => {
  const packed = await readFile(looseObject(objects, name)).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (packed === null) return null
  const object = await promisify(inflate)(packed)
  return object.subarray(object.indexOf(0) + 1)
}

/** A tree has entries of the form `mode name`, a zero byte, and 20 bytes of the object's name. */
const entryIn = (tree: Buffer, name: string): string | null => {
  for (let at = 0; at < tree.length;) {
    const end = tree.indexOf(0, at)
    if (end < 0) return null
    const found = tree.toString('utf8', tree.indexOf(32, at) + 1, end)
    if (found === name) return tree.toString('hex', end + 1, end + 21)
    at = end + 21
  }
  return null
}

const fileIn = async (objects: string, commit: string, path: string): Promise<Buffer | null> => {
  const text = (await read(objects, commit))?.toString('latin1')
  let [, name = null] = /^tree ([\da-f]{40})\n/.exec(text ?? '') ?? []
  for (const part of path.split('/')) {
    const tree = name === null ? null : await read(objects, name)
    name = tree === null ? null : entryIn(tree, part)
  }
  return name === null ? null : read(objects, name)
}

/** `path`: in the work tree. The newest first. */
export const recentContents = async (git: string, path: string): Promise<readonly Uint8Array[]> => {
  const common = await commonFolder(git)
  const [log, stash] = await Promise.all(
    [join(git, 'logs', 'HEAD'), join(common, 'refs', 'stash')].map(textOf),
  )
  const left = (log ?? '').trimEnd().split('\n').slice(-recent).reverse()
  const commits = [stash ?? '', ...left].map((line) => line.slice(0, 40))
  const isName = (name: string): boolean => /^[\da-f]{40}$/.test(name)
  const files = [...new Set(commits.filter(isName))].map((commit) =>
    fileIn(join(common, 'objects'), commit, path),
  )
  return (await Promise.all(files)).filter((content) => content !== null)
}
