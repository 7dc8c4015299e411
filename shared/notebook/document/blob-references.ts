// Converts between files, where outputs contain their values, and the document, which has references for large ones.
import * as Y from 'yjs'
import { blobValue, readBlobRef, toBlob, type OutputBlob, type BlobRef } from '../output/blob.ts'
import { cellsOf, resultOf } from './layout.ts'
import type { Leaf, Leaves, Notebook, Output } from '../notebook.ts'
import { isRecord } from '../../record.ts'

/** The bytes of a blob, if available. */
export type FindBlob = (ref: BlobRef) => Uint8Array | undefined

export interface Detached {
  readonly notebook: Notebook
  /** By name. */
  readonly blobs: ReadonlyMap<string, Uint8Array>
}

/** Key in an output's metadata in a file: references, by media type, whose bytes were missing when it was written. */
const missingKey = 'llm_notebook_missing'

/** `Object.entries` and back keep a key named `__proto__`. */
const mapLeaves = (leaves: Leaves, to: (key: string, leaf: Leaf) => Leaf): Leaves =>
  Object.fromEntries(Object.entries(leaves).map(([key, leaf]) => [key, to(key, leaf)]))

/**
 * Replaces values over 16 kB of an nbformat output by references; values missing in the file become references again.
 */
export const detachOutput = (
  output: Leaf,
): { readonly output: Leaf; readonly blobs: readonly OutputBlob[] } => {
  if (!isRecord(output) || !isRecord(output['data'])) return { output, blobs: [] }
  const blobs: OutputBlob[] = []
  const data = mapLeaves(output['data'], (mime, value) => {
    const blob = toBlob(mime, value)
    if (blob === null) return value
    blobs.push(blob)
    return { ...blob.ref }
  })
  const { [missingKey]: missing, ...metadata } = isRecord(output['metadata']) ? output['metadata'] : {}
  const refs = isRecord(missing) ? Object.entries(missing) : []
  const lost = refs.filter(([mime, ref]) => !Object.hasOwn(data, mime) && readBlobRef(ref) !== null)
  if (lost.length === 0) return { output: blobs.length === 0 ? output : { ...output, data }, blobs }
  return { output: { ...output, data: { ...data, ...Object.fromEntries(lost) }, metadata }, blobs }
}

const refsIn = (output: Leaf): readonly (readonly [mime: string, ref: BlobRef])[] => {
  if (!isRecord(output) || !isRecord(output['data'])) return []
  return Object.entries(output['data']).flatMap(([mime, value]) => {
    const ref = readBlobRef(value)
    return ref === null ? [] : [[mime, ref] as const]
  })
}

/** `missing`: whether a missing value stays a reference, or is noted in the metadata, as a file has no references. */
const attachOutput = (output: Leaf, find: FindBlob, missing: 'stays' | 'is noted'): Leaf => {
  const refs = new Map(refsIn(output))
  if (refs.size === 0 || !isRecord(output) || !isRecord(output['data'])) return output
  const lost: (readonly [string, Leaf])[] = []
  const data = Object.entries(output['data']).flatMap(([mime, leaf]): (readonly [string, Leaf])[] => {
    const ref = refs.get(mime)
    if (ref === undefined) return [[mime, leaf]]
    const bytes = find(ref)
    const value = bytes === undefined ? undefined : blobValue(ref, bytes)
    if (value !== undefined) return [[mime, value]]
    if (missing === 'stays') return [[mime, leaf]]
    lost.push([mime, { ...ref }])
    return []
  })
  const whole = { ...output, data: Object.fromEntries(data) }
  if (lost.length === 0) return whole
  const metadata = isRecord(output['metadata']) ? output['metadata'] : {}
  return { ...whole, metadata: { ...metadata, [missingKey]: Object.fromEntries(lost) } }
}

const mapOutputs = (notebook: Notebook, to: (output: Output) => Output): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) =>
    cell.result === null || cell.result.outputs.length === 0
      ? cell
      : { ...cell, result: { ...cell.result, outputs: cell.result.outputs.map(to) } },
  ),
})

/** From a file, for the document. */
export const extractBlobs = (notebook: Notebook): Detached => {
  const blobs = new Map<string, Uint8Array>()
  const detached = mapOutputs(notebook, (output) => {
    if (output.live) return output
    const { output: leaf, blobs: found } = detachOutput(output.leaf)
    for (const { ref, bytes } of found) blobs.set(ref.$blob, bytes)
    return { live: false, leaf }
  })
  return { notebook: detached, blobs }
}

const mapLeavesOf = (notebook: Notebook, to: (leaf: Leaf) => Leaf): Notebook =>
  mapOutputs(notebook, (output) => (output.live ? output : { live: false, leaf: to(output.leaf) }))

/** From the document, for a reader: missing values stay references. */
export const withBlobs = (notebook: Notebook, find: FindBlob): Notebook =>
  mapLeavesOf(notebook, (leaf) => attachOutput(leaf, find, 'stays'))

/** From the document, for a file: missing values are omitted and noted. */
export const inlineBlobs = (notebook: Notebook, find: FindBlob): Notebook =>
  mapLeavesOf(notebook, (leaf) => attachOutput(leaf, find, 'is noted'))

/** The blobs a notebook refers to, without duplicates. */
export const blobsIn = (notebook: Notebook): readonly BlobRef[] => {
  const found = new Map<string, BlobRef>()
  for (const { result } of notebook.cells)
    for (const output of result?.outputs ?? [])
      if (!output.live) for (const [, ref] of refsIn(output.leaf)) found.set(ref.$blob, ref)
  return [...found.values()]
}

/** The blobs a document refers to, including deleted cells, without duplicates. Reads outputs only. */
export const documentBlobs = (doc: Y.Doc): readonly BlobRef[] => {
  const found = new Map<string, BlobRef>()
  for (const id of cellsOf(doc).keys()) {
    const outputs = resultOf(doc, id)?.get('outputs')
    if (!(outputs instanceof Y.Array)) continue
    for (const output of outputs)
      if (!(output instanceof Y.AbstractType)) for (const [, ref] of refsIn(output)) found.set(ref.$blob, ref)
  }
  return [...found.values()]
}
