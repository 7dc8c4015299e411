import { textDigest } from '../notebook/digest.ts'
import type { Notebook } from '../notebook/notebook.ts'

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

/** Eight hex digits like Jupyter's, derived from the source. Adds the id to `taken`. */
export const freshId = (source: string, taken: Set<string>): string => {
  for (let occurrence = 0; ; occurrence++) {
    const id = textDigest(`${occurrence}\0${source}`).slice(0, 8)
    if (taken.has(id)) continue
    taken.add(id)
    return id
  }
}
