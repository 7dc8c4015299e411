// Tools that look beside the notebook: at the files and the notebooks of its folder and below.
import { posix } from 'node:path'
import { isUtf8 } from 'node:buffer'
import * as z from 'zod/mini'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { foundLines, linesWith, query } from '../../shared/tools/reading.ts'
import { relayTool, type RelayTool } from '../../shared/tools/tool.ts'
import { failed, worked } from '../../shared/tools/tool-result.ts'
import type { NotebookFiles } from '../files/notebook-files.ts'
import { parseFilePath } from '../files/path.ts'
import type { PlainFiles } from '../files/plain.ts'

/** Bytes of a file that is read as text. */
const maxFile = 2 << 20
const linesAtOnce = 400
const maxNotebooks = 500

export interface Folder {
  readonly files: NotebookFiles
  readonly plain: PlainFiles
}

const folderOf = (notebook: string): string => {
  const folder = posix.dirname(notebook)
  return folder === '.' ? '' : `${folder}/`
}

/** `notebook` is the path of the notebook at present. */
export const folderTools = ({ files, plain }: Folder, notebook: () => string): readonly RelayTool[] => [
  relayTool(
    'read',
    {
      name: 'read_file',
      description: `Reads a text file beside the notebook, by its path from the notebook’s folder; ${linesAtOnce} lines from line \`from\` (1 if absent).`,
      input: z.object({ path: z.string(), from: z.optional(z.int().check(z.minimum(1))) }),
    },
    async ({ path, from = 1 }) => {
      const named = parseFilePath(folderOf(notebook()) + path)
      const file = named === null ? null : await plain.read(named)
      if (file === null) return failed(`There is no file ${path} beside the notebook.`)
      if (file.file.size > maxFile) {
        file.content.destroy()
        return failed(`${path} has ${file.file.size} bytes; at most ${maxFile} are read.`)
      }
      const bytes = Buffer.concat(await file.content.toArray())
      if (!isUtf8(bytes) || bytes.includes(0))
        return failed(`${path} is not a text file (${bytes.length} bytes).`)
      const lines = bytes.toString('utf8').split('\n')
      const shown = lines.slice(from - 1, from - 1 + linesAtOnce)
      const isWhole = shown.length === lines.length
      return worked(
        isWhole
          ? shown.join('\n')
          : `[lines ${from} to ${from - 1 + shown.length} of ${lines.length}]\n${shown.join('\n')}`,
      )
    },
  ),
  relayTool(
    'read',
    {
      name: 'search_notebooks',
      description:
        'Finds lines that contain a text, in any case, in the other notebooks of the folder and below.',
      input: query,
    },
    async ({ query }) => {
      const folder = folderOf(notebook())
      const { found } = await files.list()
      const others = found.filter(({ path }) => path.startsWith(folder) && path !== notebook())
      const lines: string[] = []
      for (const { path } of others.slice(0, maxNotebooks)) {
        const content = await files.read(path)
        const parsed = content === null ? null : parseNotebook(content.bytes)
        if (parsed?.ok !== true) continue
        for (const [index, cell] of parsed.notebook.cells.entries()) {
          if (cell.meta['skipped'] === true) continue
          for (const { text } of kindNamed(cell.kind).turns(cell))
            for (const line of linesWith(text, query))
              lines.push(`${path.slice(folder.length)}, cell ${index + 1}: ${line}`)
        }
      }
      return worked(foundLines(lines, query))
    },
  ),
]
