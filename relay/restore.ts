// `llm-notebook restore FILE [N]`: lists the stored revisions of a notebook, or restores one while no relay is running.
// Restoring is a new edit, so nothing is lost.
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import * as Y from 'yjs'
import { readOutside } from '../shared/ipynb/outside.ts'
import { readNotebook } from '../shared/notebook/document/read.ts'
import { fileText } from './blobs/file-text.ts'
import { Blobs } from './blobs/store.ts'
import type { Parsed } from './config.ts'
import { KeyedLock } from './files/keyed-lock.ts'
import { digestOf } from './disk/digest.ts'
import { applyEdit, keepEdit } from './files/outside-edit.ts'
import { ownFolder, parsePath, type NotebookPath } from './files/path.ts'
import { recordOwn } from './files/own-revision.ts'
import { openFolder, type Home, type HomeFiles } from './home.ts'
import { takeLock } from './log/lock.ts'
import { SqliteLog } from './log/sqlite.ts'
import type { Log } from './log/log.ts'
import type { Revision } from './log/revisions.ts'
import { messageOf } from './logging/logger.ts'

const fail = (problem: string): Parsed<string> => ({ ok: false, problem })
const usage = 'llm-notebook restore FILE lists the stored versions; llm-notebook restore FILE N restores one'

/** The notebooks folder of a file: the nearest parent that a relay has served. */
const findRoot = (file: string): string | null => {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ownFolder, 'log.sqlite'))) return folder
    if (dirname(folder) === folder) return null
  }
}

/** `args`: the file, and the version number from the list. */
export const restore = async (args: readonly string[]): Promise<Parsed<string>> => {
  const [name, number, ...rest] = args
  if (name === undefined || rest.length > 0) return fail(usage)
  const wanted = number === undefined ? null : Number(number)
  if (wanted !== null && !/^[1-9]\d*$/.test(number ?? ''))
    return fail(`"${number}" is not a version number; ${usage}`)
  const file = resolve(name)
  const real = existsSync(file) ? realpathSync(file) : file
  const root = findRoot(real)
  if (root === null) return fail(`${name} is not in a folder served by LLM Notebook`)
  const path = parsePath(relative(root, real).split(sep).join('/'))
  if (path === null) return fail(`${name} is not a notebook`)
  try {
    return await restoreIn(root, path, wanted)
  } catch (error) {
    return fail(`${name} could not be restored: ${messageOf(error)}`)
  }
}

const restoreIn = async (
  root: string,
  path: NotebookPath,
  wanted: number | null,
): Promise<Parsed<string>> => {
  const home = await openFolder(root)
  const unlock = takeLock(home.data.at('lock.sqlite'))
  if (!unlock) return fail(`LLM Notebook is serving ${root}: use History on its page, or stop it first`)
  try {
    const log = await SqliteLog.open(home.log)
    try {
      return await restoreFrom(log, home, path, wanted)
    } finally {
      await log.close()
    }
  } finally {
    unlock()
  }
}

/** The same with a folder and log that the caller owns; without a number, the list. */
export const restoreFrom = async (
  log: Log,
  { files, data }: Pick<Home & HomeFiles, 'files' | 'data'>,
  path: NotebookPath,
  wanted: number | null,
): Promise<Parsed<string>> => {
  const record = await log.catalogue.at(path)
  if (record === null) return fail(`no version of ${path} is stored`)
  // The newest first, as numbered in the list.
  const versions = (await log.revisions.of(record.docId)).filter((base) => base.written).reverse()
  if (wanted === null) return { ok: true, value: versions.map(describe).join('\n') }
  const version = versions[wanted - 1]
  if (version === undefined) return fail(`${path} has no version ${wanted}, only ${versions.length}`)
  const there = await files.read(path)
  if (there !== null && there.digest !== versions[0]?.digest)
    return fail(`${path} was changed by another program: start LLM Notebook once to merge the change`)

  const { docId } = record
  // Edits from here on are not part of the restored difference, and stay.
  const now = { digest: 'now', state: Y.encodeStateAsUpdate(documentOf(await log.updates.load(docId))) }
  const blobs = new Blobs(data.at('blobs'))
  const then = await fileText(readNotebook(documentOf([version.state])), blobs)
  const read = readOutside(then.text)
  if (!read.ok) throw new Error(`a version of our own cannot be read: ${read.reason}`)
  const edit = await keepEdit(blobs, read, version.digest)
  const written = await new KeyedLock().run(docId, async (lock) => {
    const doc = documentOf(await log.updates.load(docId))
    const updates: Uint8Array[] = []
    doc.on('update', (update: Uint8Array) => updates.push(update))
    applyEdit(lock, { docId, doc }, edit, [now])
    const time = Date.now()
    await log.updates.append(updates.map((bytes) => ({ docId, time, user: 'restore', client: 0, bytes })))
    const { text } = await fileText(readNotebook(doc), blobs)
    const base = { digest: digestOf(text), state: Y.encodeStateAsUpdate(doc), time }
    const replaced = await files.replace(path, text, there, () => recordOwn(log, docId, base))
    if (replaced !== null) await log.revisions.markWritten(docId, base.digest)
    return replaced
  })
  if (written === null)
    return fail(`${path} was changed by another program meanwhile: start LLM Notebook to merge both changes`)
  return { ok: true, value: `${path} was restored to version ${wanted}` }
}

const documentOf = (updates: readonly Uint8Array[]): Y.Doc => {
  const doc = new Y.Doc()
  doc.transact(() => {
    for (const update of updates) Y.applyUpdate(doc, update)
  })
  return doc
}

const describe = ({ state, time, outside }: Revision, index: number): string => {
  const { cells } = readNotebook(documentOf([state]))
  const lines = cells.reduce((sum, { source }) => sum + source.split('\n').length, 0)
  // For revisions by another program only the order is known.
  const when = time === 0 ? '' : new Date(time).toISOString()
  const by = outside ? ', saved by another program' : ''
  return `${String(index + 1).padStart(3)}  ${when.padEnd(24)}  ${cells.length} cells, ${lines} lines${by}`
}
