// `llm-notebook convert IN OUT`: converts a file, without a relay and without its lock.
import { readFile, realpath, stat } from 'node:fs/promises'
import { basename, dirname, resolve, sep } from 'node:path'
import {
  endingOf,
  isReadable,
  isWritable,
  leftOut,
  readable,
  readForm,
  type ReadImage,
  titleOf,
  writable,
  writeWithImages,
} from '../shared/convert/convert.ts'
import type { Parsed } from './config.ts'
import { isMissing, writeAtomically } from './disk/atomic.ts'
import { errorCode } from './disk/disk-errors.ts'
import { readRegular } from './files/regular-file.ts'
import { decoded } from './http/decoded.ts'
import { messageOf } from './logging/logger.ts'

/** A conversion that failed; has the one-line message. */
class ConvertProblem extends Error {}

const listed = (forms: readonly string[]): string => forms.map((form) => `.${form}`).join(' ')
const usage = `usage: llm-notebook convert IN OUT, from ${listed(readable)} to ${listed(writable)}`

/** A one-line summary, or why it failed. */
export const convert = async (args: readonly string[]): Promise<Parsed<string>> => {
  try {
    return { ok: true, value: await convertFile(args) }
  } catch (error) {
    if (error instanceof ConvertProblem) return { ok: false, problem: error.message }
    throw error
  }
}

const convertFile = async (args: readonly string[]): Promise<string> => {
  const files = args[0] === '--' ? args.slice(1) : args
  const [from, to] = files
  const option = args === files ? args.find((arg) => arg.startsWith('-')) : undefined
  if (option !== undefined) throw new ConvertProblem(`unknown option ${option}; ${usage}`)
  if (from === undefined || to === undefined || files.length > 2) throw new ConvertProblem(usage)
  const [fromForm, toForm] = [endingOf(from), endingOf(to)]
  if (!isReadable(fromForm)) throw new ConvertProblem(`${from}: the input must be ${listed(readable)}`)
  if (!isWritable(toForm)) throw new ConvertProblem(`${to}: the output must be ${listed(writable)}`)
  const bytes = await readFile(from).catch((error: unknown) => {
    throw new ConvertProblem(`${from} cannot be read: ${whyNot(error)}`)
  })
  if (await isSameFile(from, to)) throw new ConvertProblem(`${to} is the input file; nothing was written`)
  const read = readForm(fromForm, bytes)
  if (!read.ok) throw new ConvertProblem(`${from}: ${read.reason}`)
  const text = await writeWithImages(toForm, read.notebook, titleOf(basename(from)), imagesAt(from))
  await writeAtomically(to, text).catch((error: unknown) => {
    throw new ConvertProblem(`${to} cannot be written: ${whyNot(error)}`)
  })
  const without = leftOut(toForm, read.notebook)
  return `wrote ${to}${without === null ? '' : `, without ${without}, which .${toForm} cannot contain`}`
}

/** Only in the notebook's folder and below: a notebook from elsewhere may name any file. */
const imagesAt =
  (notebook: string): ReadImage =>
  async (url) => {
    const folder = dirname(await realpath(notebook))
    const path = await realpath(resolve(folder, decoded(url) ?? url)).catch(() => null)
    return path === null || !path.startsWith(folder + sep)
      ? null
      : readRegular(path).then(
          ({ bytes }) => bytes,
          () => null,
        )
  }

const whyNot = (error: unknown): string => {
  if (isMissing(error)) return 'no such file or folder'
  const code = errorCode(error)
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied'
  return messageOf(error).split('\n')[0] ?? ''
}

/** Even by another path, a symlink or a hard link. */
const isSameFile = async (from: string, to: string): Promise<boolean> => {
  try {
    const [a, b] = await Promise.all(
      [from, to].map(async (path) => stat(await realpath(path), { bigint: true })),
    )
    return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
  } catch (error) {
    if (isMissing(error)) return false
    throw new ConvertProblem(`${to} cannot be written: ${whyNot(error)}`)
  }
}
