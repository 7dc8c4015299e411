// What was deleted: a folder for each deletion in `.llm-notebook/bin`, named by its time, with the file under its path.
// An entry is named by both. Of a notebook whose file was gone already only the log has it, under the same name.
import { randomBytes } from 'node:crypto'
import { lstat, mkdir, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import * as Y from 'yjs'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { DocumentRecord, LogStore } from '../log/store.ts'
import { isMissing, moveFile, writeNew } from '../disk/atomic.ts'
import type { Folder } from './folder.ts'
import { ending, parsePath, type NotebookPath } from './path.ts'

export interface Entry {
  /** Sorts by time as text; also a folder name on every system. */
  readonly stamp: string
  /** Where the notebook lay. */
  readonly path: NotebookPath
}

export interface Deleted extends Entry {
  /** null where it was never opened. */
  readonly docId: string | null
  /** ISO 8601. */
  readonly deleted: string
  readonly size: number
}

export interface BinOptions {
  readonly folder: Folder
  readonly log: LogStore
  readonly blobs: Blobs
}

export const newStamp = (): string =>
  `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(2).toString('hex')}`

const stampForm = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-[0-9a-f]{4}$/

export const nameOf = ({ stamp, path }: Entry): string => `${stamp}/${path}`

/** null where the text names no entry there could be. */
export const parseEntry = (text: string): Entry | null => {
  const [stamp = '', ...rest] = text.split('/')
  const path = parsePath(rest.join('/'))
  return path !== null && stampForm.test(stamp) ? { stamp, path } : null
}

export class Bin {
  private readonly parts: BinOptions

  constructor(parts: BinOptions) {
    this.parts = parts
  }

  async put(entry: Entry, from: string): Promise<void> {
    const target = this.fileOf(entry)
    await mkdir(dirname(target), { recursive: true })
    await moveFile(from, target)
  }

  /** The latest first. */
  async list(): Promise<readonly Deleted[]> {
    const found = new Map<string, Deleted>()
    const add = (entry: Entry, size: number, docId: string | null): void => {
      const [, day = '', ...time] = stampForm.exec(entry.stamp) ?? []
      const [hours, minutes, seconds, rest] = time
      const deleted = `${day}T${hours}:${minutes}:${seconds}.${rest}Z`
      found.set(nameOf(entry), { ...entry, docId, deleted, size })
    }
    for (const { docId, path, binned } of await this.parts.log.deletedAs()) {
      const entry = parseEntry(`${binned ?? ''}/${path}`)
      if (entry) add(entry, 0, docId)
    }
    for (const name of await entriesOf(this.root)) {
      const entry = parseEntry(name)
      const there = entry && (await sizeOf(this.fileOf(entry)))
      if (entry && there !== null) add(entry, there, found.get(name)?.docId ?? null)
    }
    return [...found.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1))
  }

  async latest(path: NotebookPath): Promise<Entry | null> {
    return (await this.list()).find((entry) => entry.path === path) ?? null
  }

  async has(entry: Entry): Promise<boolean> {
    return (await sizeOf(this.fileOf(entry))) !== null || (await this.record(entry)) !== null
  }

  /** The document behind an entry; null where it was never opened. */
  async record({ stamp, path }: Entry): Promise<DocumentRecord | null> {
    return (await this.parts.log.binnedAt(path)).find(({ binned }) => binned === stamp) ?? null
  }

  /** Brings the file back to `target`, where there must be none. */
  async take(entry: Entry, target: string): Promise<void> {
    if ((await sizeOf(this.fileOf(entry))) !== null) {
      await moveFile(this.fileOf(entry), target)
      return this.tidy(entry)
    }
    const record = await this.record(entry)
    if (record === null) throw new Error(`${nameOf(entry)} is not in the bin`)
    await writeNew(target, await this.textOf(record.docId))
  }

  /** For good. */
  async discard(entry: Entry): Promise<void> {
    const record = await this.record(entry)
    await rm(this.fileOf(entry), { force: true })
    await this.tidy(entry)
    if (record) await this.parts.log.forget(record.docId)
  }

  private get root(): string {
    return this.parts.folder.own('bin')
  }

  private fileOf({ stamp, path }: Entry): string {
    return join(this.root, stamp, ...path.split('/'))
  }

  /** Folders that hold nothing any more. */
  private async tidy({ stamp }: Entry): Promise<void> {
    const folder = join(this.root, stamp)
    const left = (await entriesOf(folder)).filter((name) => name.endsWith(ending))
    if (left.length === 0) await rm(folder, { recursive: true, force: true })
  }

  private async textOf(docId: string): Promise<string> {
    const doc = new Y.Doc()
    try {
      for (const update of await this.parts.log.load(docId)) Y.applyUpdate(doc, update)
      return (await fileText(readNotebook(doc), this.parts.blobs)).text
    } finally {
      doc.destroy()
    }
  }
}

const entriesOf = async (folder: string): Promise<readonly string[]> => {
  try {
    const names = await readdir(folder, { recursive: true })
    return names.map((name) => name.replaceAll('\\', '/'))
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

const sizeOf = async (file: string): Promise<number | null> => {
  try {
    const found = await lstat(file)
    return found.isDirectory() ? null : found.size
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
