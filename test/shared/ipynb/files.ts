import * as Y from 'yjs'
import { expect } from 'vitest'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { inlineBlobs, extractBlobs } from '../../../shared/notebook/document/blob-references.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import type { Leaf, Notebook } from '../../../shared/notebook/notebook.ts'
import { readNotebook } from '../../../shared/notebook/document/read.ts'

export type Json = { readonly [key: string]: unknown }

/** Cells as the file has them. */
export const code = (source: unknown = ['1 + 1'], other: Json = {}): Json => ({
  cell_type: 'code',
  execution_count: null,
  id: 'code',
  metadata: {},
  outputs: [],
  source,
  ...other,
})
export const markdown = (source: unknown = ['# Title'], other: Json = {}): Json => ({
  cell_type: 'markdown',
  id: 'markdown',
  metadata: {},
  source,
  ...other,
})
export const file = (cells: readonly Json[], other: Json = {}): Json => ({
  cells,
  metadata: {},
  nbformat: 4,
  nbformat_minor: 5,
  ...other,
})

/** JSON formatted as Jupyter does. */
export const written = (json: Json): string => JSON.stringify(json, null, 1) + '\n'

export const parsed = (text: string | Uint8Array): Notebook => {
  const read = parseNotebook(text)
  if (!read.ok) throw new Error(read.reason)
  return read.notebook
}

export const reasonOf = (text: string | Uint8Array): string => {
  const read = parseNotebook(text)
  if (read.ok) throw new Error('it was read')
  return read.reason
}

/** Sends the notebook through the update of a real document, as to a browser, with its blobs apart. */
export const throughDocument = (notebook: Notebook): Notebook => {
  const doc = new Y.Doc()
  const { notebook: detached, blobs } = extractBlobs(notebook)
  Y.applyUpdate(doc, importNotebook(detached, 'doc'))
  const read = readNotebook(doc)
  doc.destroy()
  return inlineBlobs(read, ({ $blob }) => blobs.get($blob))
}

export const expectSameBytes = (text: string): Notebook => {
  const notebook = parsed(text)
  expect(formatNotebook(notebook)).toBe(text)
  expect(formatNotebook(throughDocument(notebook))).toBe(text)
  return notebook
}

export const withSource = (notebook: Notebook, index: number, source: string): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell, at) => (at === index ? { ...cell, source } : cell)),
})

/** The lines of b that differ from a, between the common lines at the start and at the end. */
export const changedLines = (a: string, b: string): readonly string[] => {
  const [before, after] = [a.split('\n'), b.split('\n')]
  let start = 0
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++
  let end = 0
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end))
    end++
  return after.slice(start, after.length - end)
}

export const leafOf = (notebook: Notebook, index: number): Leaf => {
  const output = notebook.cells[index]?.result?.outputs[0]
  if (!output || output.live) throw new Error('no output of a file')
  return output.leaf
}
