// Reads and writes notebooks in several file formats, chosen by the file extension. What is read goes through the document,
// so that the result is what the app would show.
import { decodeUtf8 } from 'lib0/string'
import * as Y from 'yjs'
import { withoutMark } from '../ipynb/byte-order-mark.ts'
import { formatNotebook } from '../ipynb/format.ts'
import { parseNotebook, type NotebookRead } from '../ipynb/parse.ts'
import { importNotebook } from '../notebook/document/import.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { readNotebook } from '../notebook/document/read.ts'
import { imagesBeside, withImages } from './beside.ts'
import { writeHtml } from './html.ts'
import { readMarkdown, writeMarkdown } from './markdown.ts'
import { readPython, writePython } from './python.ts'

export const readable = ['ipynb', 'py', 'md'] as const
export type Readable = (typeof readable)[number]
export const writable = [...readable, 'html'] as const
export type Writable = (typeof writable)[number]

/** In lower case, without the dot. */
export const endingOf = (name: string): string => /\.([^./\\]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
export const isReadable = (ending: string): ending is Readable => readable.some((form) => form === ending)
export const isWritable = (ending: string): ending is Writable => writable.some((form) => form === ending)

/** The file name without folders and extension. */
export const titleOf = (name: string): string => name.replace(/^.*[/\\]/s, '').replace(/(?<=.)\.[^.]+$/, '')

/** `reason` is shown to the user. */
export const readForm = (form: Readable, bytes: Uint8Array): NotebookRead => {
  const read = form === 'ipynb' ? parseNotebook(bytes) : readText(form, bytes)
  return read.ok ? { ok: true, notebook: throughDocument(read.notebook) } : read
}

const readText = (form: Exclude<Readable, 'ipynb'>, bytes: Uint8Array): NotebookRead => {
  let text: string
  try {
    text = decodeUtf8(bytes)
      .replace(/^\ufeff/, '')
      .replace(/\r\n?/g, '\n')
  } catch {
    return { ok: false, reason: 'not UTF-8 text' }
  }
  if (text.includes('\0')) return { ok: false, reason: 'not text: it contains null characters' }
  if (text.trim() === '') return { ok: false, reason: 'the file is empty' }
  const conflict = /^(?:<{7}|>{7}) .*$/m.exec(text)
  if (conflict) {
    const line = text.slice(0, conflict.index).split('\n').length
    return { ok: false, reason: `line ${line}: merge-conflict markers (${conflict[0].slice(0, 7)})` }
  }
  return form === 'py' ? readPython(text) : readMarkdown(text)
}

const throughDocument = (notebook: Notebook): Notebook => {
  const doc = new Y.Doc()
  try {
    // A constant id makes generated cell ids reproducible.
    Y.applyUpdate(doc, importNotebook(notebook, 'convert'))
    return readNotebook(doc)
  } finally {
    doc.destroy()
  }
}

/** Reads an image beside the notebook, by its URL; null if it cannot be read. */
export type ReadImage = (url: string) => Promise<Uint8Array | null>

/** As `writeForm`, with the images beside the notebook where the form has images. */
export const writeWithImages = async (
  form: Writable,
  notebook: Notebook,
  title: string,
  read: ReadImage,
): Promise<string> => {
  if (form !== 'html') return writeForm(form, notebook, title)
  const images = new Map<string, Uint8Array>()
  for (const url of imagesBeside(notebook)) {
    const bytes = await read(url)
    if (bytes !== null) images.set(url, bytes)
  }
  return writeForm(form, withImages(notebook, images), title)
}

export const writeForm = (form: Writable, notebook: Notebook, title: string): string => {
  switch (form) {
    case 'ipynb':
      return formatNotebook(withoutMark(notebook))
    case 'py':
      return writePython(notebook)
    case 'md':
      return writeMarkdown(notebook)
    case 'html':
      return writeHtml(notebook, title)
    default:
      return form satisfies never
  }
}

/** Describes what this format cannot contain; null if nothing is lost. */
export const leftOut = (form: Writable, { cells, comments = [] }: Notebook): string | null => {
  if (form === 'ipynb') return null
  const outputs = cells.reduce((sum, { result }) => sum + (result?.outputs.length ?? 0), 0)
  const attachments = cells.reduce((sum, cell) => sum + Object.keys(cell.attachments).length, 0)
  const threads = [...comments, ...cells.flatMap((cell) => cell.comments ?? [])]
  const messages = threads.reduce((sum, thread) => sum + thread.messages.length, 0)
  const parts = [
    ...(form === 'html' ? [] : [counted(outputs, 'output'), counted(attachments, 'attachment')]),
    counted(messages, 'comment'),
  ].filter((part) => part !== null)
  const last = parts.pop()
  if (last === undefined) return null
  return parts.length === 0 ? last : `${parts.join(', ')} and ${last}`
}

const counted = (count: number, what: string): string | null =>
  count === 0 ? null : `${count} ${what}${count === 1 ? '' : 's'}`
