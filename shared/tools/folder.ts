// Tools that read the files and notebooks in the notebook's folder and below.
import * as z from 'zod/mini'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Notebook } from '../notebook/notebook.ts'
import { foundLines, linesWith, query } from './reading.ts'
import { relayTool, type RelayTool } from './tool.ts'
import { worked, type ToolResult } from './tool-result.ts'

const linesAtOnce = 400

/** Paths are from the notebook's folder. */
export interface FolderReader {
  /** A text file, or why it cannot be read. */
  readonly readText: (path: string) => Promise<ToolResult>
  /** All but the notebook itself. */
  readonly notebooks: () => AsyncIterable<{ readonly path: string; readonly notebook: Notebook }>
}

const linesFrom = (text: string, from: number): string => {
  const lines = text.split('\n')
  const shown = lines.slice(from - 1, from - 1 + linesAtOnce)
  if (shown.length === lines.length) return text
  return `[lines ${from} to ${from - 1 + shown.length} of ${lines.length}]\n${shown.join('\n')}`
}

export const folderTools = ({ readText, notebooks }: FolderReader): readonly RelayTool[] => [
  relayTool(
    'read',
    {
      name: 'read_file',
      description: `Reads a text file beside the notebook, by its path from the notebook’s folder; ${linesAtOnce} lines from line \`from\` (1 if absent).`,
      input: z.object({ path: z.string(), from: z.optional(z.int().check(z.minimum(1))) }),
    },
    async ({ path, from = 1 }) => {
      const read = await readText(path)
      return read.ok ? worked(linesFrom(read.text, from)) : read
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
      const lines: string[] = []
      for await (const { path, notebook } of notebooks())
        for (const [index, cell] of notebook.cells.entries()) {
          if (cell.meta['skipped'] === true) continue
          for (const { text } of kindNamed(cell.kind).turns(cell))
            for (const line of linesWith(text, query)) lines.push(`${path}, cell ${index + 1}: ${line}`)
        }
      return worked(foundLines(lines, query))
    },
  ),
]
