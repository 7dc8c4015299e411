// Deleted notebooks: a folder for each deletion in `.llm-notebook/bin`, named by its time, with the file under its
// path. An entry is identified by both. If the file was already gone, only the log has the notebook, under the same
// name.
import { randomBytes } from 'node:crypto'
import * as Y from 'yjs'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { fileText } from '../blobs/file-text.ts'
import type { Blobs } from '../blobs/store.ts'
import type { DocumentRecord } from '../log/document-catalogue.ts'
import type { Log } from '../log/log.ts'
import { ownPath, type Moved, type NotebookFiles, type OwnPath } from './notebook-files.ts'
import { parsePath, type NotebookPath } from './path.ts'

export interface Entry {
  /** Sorts by time as text; a valid folder name on every system. */
  readonly stamp: string
  /** The path before deletion. */
  readonly path: NotebookPath
}

export interface Deleted extends Entry {
  /** Null if it was never opened. */
  readonly docId: string | null
  /** ISO 8601. */
  readonly deleted: string
  readonly size: number
}

export interface BinOptions {
  readonly files: NotebookFiles
  readonly log: Log
  readonly blobs: Blobs
}

export const newStamp = (): string =>
  `${new Date().toISOString().replaceAll(/[:.]/g, '-')}-${randomBytes(2).toString('hex')}`

const stampForm = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-[0-9a-f]{4}$/

const root = ownPath('bin')

export const nameOf = ({ stamp, path }: Entry): string => `${stamp}/${path}`

const fileOf = (entry: Entry): OwnPath => ownPath('bin', nameOf(entry))

/** Null if the text is not a valid entry. */
export const parseEntry = (text: string): Entry | null => {
  const [stamp = '', ...rest] = text.split('/')
  const path = parsePath(rest.join('/'))
  return path !== null && stampForm.test(stamp) ? { stamp, path } : null
}

export class Bin {
  constructor(private readonly options: BinOptions) {}

  put(entry: Entry, from: NotebookPath): Promise<Moved> {
    return this.options.files.move(from, fileOf(entry))
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
    for (const { docId, path, binned } of await this.options.log.catalogue.binned()) {
      const entry = parseEntry(`${binned ?? ''}/${path}`)
      if (entry) add(entry, 0, docId)
    }
    for (const { path, size } of await this.options.files.listOwn(root)) {
      const name = path.slice(root.length + 1)
      const entry = parseEntry(name)
      if (entry) add(entry, size, found.get(name)?.docId ?? null)
    }
    return [...found.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? 1 : -1))
  }

  async latest(path: NotebookPath): Promise<Entry | null> {
    return (await this.list()).find((entry) => entry.path === path) ?? null
  }

  async has(entry: Entry): Promise<boolean> {
    const files = await this.options.files.listOwn(ownPath('bin', entry.stamp))
    return files.some(({ path }) => path === fileOf(entry)) || (await this.record(entry)) !== null
  }

  /** The document of an entry; null if it was never opened. */
  async record({ stamp, path }: Entry): Promise<DocumentRecord | null> {
    return (await this.options.log.catalogue.binned(path)).find(({ binned }) => binned === stamp) ?? null
  }

  /** Moves the file back to `target`, which must not exist. */
  async take(entry: Entry, target: NotebookPath): Promise<void> {
    const { files } = this.options
    const moved = await files.move(fileOf(entry), target)
    if (moved === 'moved') return
    const record = await this.record(entry)
    if (record === null) throw new Error(`${nameOf(entry)} is not in the bin`)
    if (moved === 'exists' || !(await files.replace(target, await this.textOf(record.docId), null)))
      throw new Error(`there is another ${target} by now`)
  }

  /** Permanently. */
  async discard(entry: Entry): Promise<void> {
    const record = await this.record(entry)
    await this.options.files.remove(fileOf(entry))
    if (record) await this.options.log.catalogue.forget(record.docId)
  }

  private async textOf(docId: string): Promise<string> {
    const doc = new Y.Doc()
    try {
      for (const update of await this.options.log.updates.load(docId)) Y.applyUpdate(doc, update)
      return (await fileText(readNotebook(doc), this.options.blobs)).text
    } finally {
      doc.destroy()
    }
  }
}
