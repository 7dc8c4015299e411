// What models may read next to a notebook.
import { isUtf8 } from 'node:buffer'
import { posix } from 'node:path'
import { parseNotebook } from '../shared/ipynb/parse.ts'
import type { FolderReader } from '../shared/tools/folder.ts'
import { failed, worked } from '../shared/tools/tool-result.ts'
import type { NotebookFiles } from './files/notebook-files.ts'
import { ending, parseFilePath } from './files/path.ts'
import type { PlainFiles } from './files/plain.ts'

/** Maximum bytes of a text file. */
const maxFile = 2 << 20
const maxNotebooks = 500

export interface Storage {
  readonly files: NotebookFiles
  readonly plain: PlainFiles
}

const folderOf = (notebook: string): string => {
  const folder = posix.dirname(notebook)
  return folder === '.' ? '' : `${folder}/`
}

/** `notebook` returns its current path. */
export const folderReader = ({ files, plain }: Storage, notebook: () => string): FolderReader => ({
  readText: async (path) => {
    // Its text would include the cells hidden from models.
    if (path.toLowerCase().endsWith(ending))
      return failed('Notebooks are not read as files; search_notebooks finds.')
    const named = parseFilePath(folderOf(notebook()) + path)
    const found = named === null ? null : await plain.read(named)
    if (found === null) return failed(`There is no file ${path} beside the notebook.`)
    const { file, content } = found
    if (file.size > maxFile) {
      content.destroy()
      return failed(`${path} has ${file.size} bytes; at most ${maxFile} are read.`)
    }
    const bytes = Buffer.concat(await content.toArray())
    if (!isUtf8(bytes) || bytes.includes(0))
      return failed(`${path} is not a text file (${bytes.length} bytes).`)
    return worked(bytes.toString('utf8'))
  },
  notebooks: async function* () {
    const folder = folderOf(notebook())
    const { found } = await files.list()
    const others = found.filter(({ path }) => path.startsWith(folder) && path !== notebook())
    for (const { path } of others.slice(0, maxNotebooks)) {
      const content = await files.read(path)
      const parsed = content === null ? null : parseNotebook(content.bytes)
      if (parsed?.ok === true) yield { path: path.slice(folder.length), notebook: parsed.notebook }
    }
  },
})
