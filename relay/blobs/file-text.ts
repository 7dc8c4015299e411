import { formatNotebook } from '../../shared/ipynb/format.ts'
import { inlineBlobs, blobsIn } from '../../shared/notebook/document/blob-references.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import type { Blobs } from './store.ts'

export interface FileText {
  readonly text: string
  /** Names of missing blobs, whose values are not in the text. */
  readonly missing: readonly string[]
}

/** The .ipynb of a notebook with the values of its blobs. */
export const fileText = async (notebook: Notebook, blobs: Blobs): Promise<FileText> => {
  const found = new Map<string, Uint8Array>()
  const missing: string[] = []
  for (const { $blob } of blobsIn(notebook)) {
    const bytes = await blobs.read($blob)
    if (bytes === null) missing.push($blob)
    else found.set($blob, bytes)
  }
  return { text: formatNotebook(inlineBlobs(notebook, ({ $blob }) => found.get($blob))), missing }
}
