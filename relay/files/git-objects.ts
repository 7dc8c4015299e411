// Whether git has a text among its objects: loose ones, each a file, and those in packs, which have sorted indexes.
// Read here because git may be missing where the relay runs, and because git runs programs that a repository names.
import { createHash } from 'node:crypto'
import { open, readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isMissing } from '../disk/atomic.ts'

const missingAs =
  <T>(value: T) =>
  (error: unknown): T => {
    if (isMissing(error)) return value
    throw error
  }

const blobName = (content: Uint8Array): Buffer =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest()

/** The counts after the header of an index: of names whose first byte is at most that. */
const [header, counts, nameLength] = [8, 256, 20]
const firstName = header + counts * 4
const magic = Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2])

const isInIndex = async (path: string, name: Buffer): Promise<boolean> => {
  const file = await open(path)
  try {
    const start = Buffer.alloc(firstName)
    await file.read(start, 0, firstName, 0)
    if (!start.subarray(0, header).equals(magic)) return false
    const first = name[0] ?? 0
    const upTo = (byte: number): number => (byte < 0 ? 0 : start.readUInt32BE(header + byte * 4))
    const [from, to] = [upTo(first - 1), upTo(first)]
    const names = Buffer.alloc((to - from) * nameLength)
    await file.read(names, 0, names.length, firstName + from * nameLength)
    for (let at = 0; at < names.length; at += nameLength)
      if (names.subarray(at, at + nameLength).equals(name)) return true
    return false
  } finally {
    await file.close()
  }
}

/** Of the repository; `git` may be that of a worktree, which names the other. */
export const commonFolder = async (git: string): Promise<string> =>
  resolve(git, (await readFile(join(git, 'commondir'), 'utf8').catch(missingAs('.'))).trim())

export const looseObject = (objects: string, name: string): string =>
  join(objects, name.slice(0, 2), name.slice(2))

export const hasGitObject = async (git: string, content: Uint8Array): Promise<boolean> => {
  const objects = join(await commonFolder(git), 'objects')
  const name = blobName(content)
  const loose = await stat(looseObject(objects, name.toString('hex'))).catch(missingAs(null))
  if (loose !== null) return true
  const packs = await readdir(join(objects, 'pack')).catch(missingAs<string[]>([]))
  for (const pack of packs)
    if (pack.endsWith('.idx') && (await isInIndex(join(objects, 'pack', pack), name).catch(missingAs(false))))
      return true
  return false
}
