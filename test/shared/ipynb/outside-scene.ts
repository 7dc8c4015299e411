import * as Y from 'yjs'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import {
  mergeFile,
  readOutside,
  type KnownRevision,
  type OutsideMerge,
} from '../../../shared/ipynb/outside.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { cellId, type CellId } from '../../../shared/notebook/notebook.ts'
import { cellSource, readHead, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { notebookFile, type CellSketch } from '../../support/notebook-file.ts'
import { parsed } from './files.ts'

export interface JsonCell {
  id?: string
  cell_type: string
  source: string | string[]
  [key: string]: unknown
}
export interface JsonNotebook {
  cells: JsonCell[]
  metadata: Record<string, unknown>
  nbformat: number
  nbformat_minor: number
}

/** A live document, the file written from it now and then, and another program that edits the file. */
export class Scene {
  readonly doc = new Y.Doc()
  readonly versions: KnownRevision[] = []

  constructor(text: string) {
    Y.applyUpdate(this.doc, importNotebook(parsed(text), 'doc'))
    this.snapshot()
  }

  get file(): string {
    return formatNotebook(readNotebook(this.doc))
  }

  /** The relay writes the file. Returns the text it wrote. */
  snapshot(): string {
    const text = this.file
    const digest = textDigest(text)
    if (this.versions.at(-1)?.digest !== digest)
      this.versions.push({ digest, state: Y.encodeStateAsUpdate(this.doc) })
    return text
  }

  /** Another program saves this text. */
  outside(text: string, from?: string, followed = false): OutsideMerge {
    const read = readOutside(text)
    if (!read.ok) throw new Error(read.reason)
    const digest = textDigest(text)
    const versions = this.versions.filter((version) => from === undefined || version.digest === from)
    const merge = mergeFile(this.doc, versions, read.notebook, digest, { followed })
    this.versions.push({ digest, state: merge.state, outside: true })
    return merge
  }

  mark(index: number): unknown {
    return readHead(this.doc, this.id(index))?.mark
  }

  type(index: number, at: number, text: string): void {
    cellSource(this.doc, this.id(index))?.insert(at, text)
  }

  id(index: number): CellId {
    return visibleCells(this.doc)[index] ?? cellId('')
  }

  get sources(): string[] {
    return readNotebook(this.doc).cells.map((cell) => cell.source)
  }
}

export const edited = (text: string, edit: (notebook: JsonNotebook) => void): string => {
  const notebook = JSON.parse(text) as JsonNotebook
  edit(notebook)
  return `${JSON.stringify(notebook, null, 1)}\n`
}
export const code = (...sources: string[]): string =>
  notebookFile(...sources.map((source): CellSketch => ['code', source]))
