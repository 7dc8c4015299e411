// Cells as in nbformat but without results: the common model for .py and .md. A prompt is a markdown cell with flag and
// separator here too, so that Jupytext and Solveit understand these files.
import { fileTextOf, metaMembers, typeOf } from '../ipynb/cell-write.ts'
import { readExtra, toExtra } from '../ipynb/extra.ts'
import { newNotebook } from '../ipynb/fresh.ts'
import { membersOf, stringOf, type Member } from '../ipynb/json-read.ts'
import { writeMembers } from '../ipynb/json-write.ts'
import { fromLeaves } from '../ipynb/keys.ts'
import { parseNotebook, type NotebookRead } from '../ipynb/parse.ts'
import { promptFlag } from '../notebook/cell-kinds/prompt-text.ts'
import { writeText } from '../ipynb/source.ts'
import type { Cell, Notebook } from '../notebook/notebook.ts'

export interface FileCell {
  readonly type: 'code' | 'markdown' | 'raw'
  /** '' if there is none. */
  readonly id: string
  readonly meta: readonly Member[]
  readonly source: string
}

/** JSON on one line, like Python's. */
export const oneLine = { indent: '', spaced: true, ascii: false } as const

/** Metadata about viewing and running, which Jupytext does not write to text files, and Solveit's equivalent. */
const transientKeys: ReadonlySet<string> = new Set([
  'autoscroll',
  'collapsed',
  'scrolled',
  'trusted',
  'execution',
  'ExecuteTime',
  'time_run',
])

export const fileCell = (cell: Cell): FileCell => {
  const extra = readExtra(cell.extra)
  const type = typeOf(cell, extra)
  return {
    type: type === 'code' || type === 'markdown' ? type : 'raw',
    id: cell.id,
    meta: metaMembers(cell, extra)
      .filter(([key]) => !transientKeys.has(key))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    source: fileTextOf(cell, extra),
  }
}

/** The metadata Jupytext writes to the header; language_info is omitted, because every kernel provides it again. */
const headerKeys: ReadonlySet<string> = new Set([
  'jupytext',
  'kernelspec',
  'kernel_info',
  'orphan',
  'tocdepth',
])

export const headerMembers = (notebook: Notebook): Member[] =>
  fromLeaves(notebook.meta).filter(([key]) => headerKeys.has(key))

/** In lower case; the default is Python. */
export const languageOf = (meta: readonly Member[]): string => {
  const at = new Map(meta)
  const kernel = new Map(membersOf(at.get('kernelspec'))).get('language')
  const language = stringOf(kernel) ?? stringOf(new Map(membersOf(at.get('language_info'))).get('name'))
  return (language ?? 'python').toLowerCase()
}

export const promptMember: Member = [promptFlag, true]

/** `meta` is null if the file has no notebook metadata; `more` comes besides. Missing and duplicate ids are replaced. */
export const notebookOf = (
  meta: readonly Member[] | null,
  cells: readonly FileCell[],
  more: readonly Member[] = [],
): NotebookRead => {
  const defaults = fromLeaves(newNotebook().meta)
  const isPython = languageOf(meta ?? []) === 'python'
  const all =
    meta === null
      ? defaults
      : [...(isPython ? defaults.filter(([key]) => key === 'language_info') : []), ...meta]
  const texts = cells.map((cell) => cellText(cell))
  const read = parseNotebook(
    `{"cells": [${texts.join(', ')}], "metadata": ${writeMembers([...all, ...more], oneLine, '')}, "nbformat": 4, "nbformat_minor": 5}`,
  )
  if (!read.ok) return read
  const { notebook } = read
  return {
    ok: true,
    notebook: {
      ...notebook,
      format: newNotebook().format,
      cells: notebook.cells.map((cell) => {
        const { prompt } = readExtra(cell.extra)
        return { ...cell, extra: toExtra(prompt ? { prompt } : {}) }
      }),
    },
  }
}

const cellText = ({ type, id, meta, source }: FileCell): string => {
  const members: Member[] = [
    ['cell_type', type],
    ...(type === 'code' ? ([['execution_count', null]] as const) : []),
    ...(id === '' ? [] : ([['id', id]] as const)),
    ...(type === 'code' ? ([['outputs', []]] as const) : []),
    ['source', writeText({ text: source, form: 'string', newline: '\n' })],
  ]
  return `${writeMembers(members, oneLine, '').slice(0, -1)}, "metadata": ${writeMembers(meta, oneLine, '')}}`
}
