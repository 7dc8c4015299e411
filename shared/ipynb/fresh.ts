import { toHexString } from 'lib0/buffer'
import { digest } from 'lib0/hash/sha256'
import { encodeUtf8 } from 'lib0/string'
import { cellId, type Cell, type CellId, type KindName, type Notebook } from '../notebook/notebook.ts'

/** An empty Python notebook with Jupyter's metadata. */
export const newNotebook = (): Notebook => ({
  format: { nbformat: 4, minor: 5 },
  meta: {
    kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' },
    language_info: {
      codemirror_mode: { name: 'ipython', version: 3 },
      file_extension: '.py',
      mimetype: 'text/x-python',
      name: 'python',
      nbconvert_exporter: 'python',
      pygments_lexer: 'ipython3',
    },
  },
  extra: {},
  cells: [],
})

/** If `id` is empty, the file gets an id derived from the source. */
export const newCell = (kind: KindName, source: string, id: CellId = cellId('')): Cell => ({
  id,
  kind,
  source,
  meta: {},
  attachments: {},
  extra: null,
  result: null,
})

/** Eight hex digits like Jupyter's, derived from the source. Adds the id to `taken`. */
export const freshId = (source: string, taken: Set<string>): string => {
  for (let occurrence = 0; ; occurrence++) {
    const id = toHexString(digest(encodeUtf8(`${occurrence}\0${source}`))).slice(0, 8)
    if (taken.has(id)) continue
    taken.add(id)
    return id
  }
}
