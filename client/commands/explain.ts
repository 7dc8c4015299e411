// Asks the model about the error of a cell, by a prompt below it that everybody sees and can edit.
import { flagsOf } from '../../shared/notebook/cell-kinds/flags.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { prompt } from '../../shared/notebook/cell-kinds/prompt.ts'
import { readHead, readOutputs, visibleCells } from '../../shared/notebook/document/read.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { shownOutputs, type ShownOutput } from '../../shared/notebook/output/output.ts'
import { act } from './cells.ts'
import type { RunContext } from './context.ts'
import { runCell } from './runs.ts'

type Question = 'explain' | 'fix'

/** Without the error's message: it may come from anywhere, and a model obeys its prompt. It is in the output. */
const questions: Readonly<Record<Question, (error: string, position: number) => string>> = {
  explain: (error, position) =>
    `Explain the ${error} in cell ${position}, just above: what it means, and what in the code causes it.`,
  fix: (error, position) =>
    `Fix the ${error} in cell ${position}, just above: say in a sentence what is wrong, then give the whole corrected cell.`,
}

/** Errors that need no explanation. */
const ownDoing = new Set(['KeyboardInterrupt', 'KernelEnded'])

/** The error's name; null if there is none to ask about. */
export const errorToAskAbout = (
  { notebook }: Pick<RunContext, 'notebook'>,
  cell: CellId,
  outputs: readonly ShownOutput[],
): string | null => {
  const head = readHead(notebook.doc, cell)
  const error = outputs.findLast((output) => output.type === 'error')
  if (head === undefined || error === undefined || ownDoing.has(error.ename)) return null
  // The model would not see what it is asked about.
  if (flagsOf(head.meta).includes('skipped')) return null
  if (kindNamed(head.kind).executor?.type !== 'kernel') return null
  return /^\w{1,60}$/.test(error.ename) ? error.ename : 'error'
}

export const askAbout = (context: RunContext, cell: CellId, question: Question): void => {
  const { doc } = context.notebook
  const error = errorToAskAbout(context, cell, shownOutputs(readOutputs(doc, cell)))
  if (error === null) return context.announce('This cell has no error that the model sees.')
  const id = newCellId()
  const source = questions[question](error, visibleCells(doc).indexOf(cell) + 1)
  if (act(context, { type: 'insert-cell', id, kind: prompt.name, after: cell, source })) runCell(context, id)
}
