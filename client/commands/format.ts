// Formats code with Black, in this page's own kernel.
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import type { Operation } from '../../shared/notebook/document/operations.ts'
import { lineStart } from '../../shared/notebook/lines.ts'
import { sourceEdits } from '../../shared/notebook/merge/source-edits.ts'
import { shownOutputs } from '../../shared/notebook/output/output.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { runApart } from '../kernel/run-apart.ts'
import { readKeptPackages } from '../kernel/kept-packages.ts'
import type { Formatted } from '../kernel/answers.ts'
import { actAll, mayWrite } from './cells.ts'
import type { RunContext } from './context.ts'

/** Black needs the other for cells. */
const projects = 'black tokenize-rt'

type Answered = readonly { readonly cell: CellId; readonly source: string; readonly formatted: Formatted }[]

const isPython = ({ notebook: { doc } }: RunContext, cell: CellId): boolean =>
  kindNamed(readHead(doc, cell)?.kind ?? '').language === 'python'

const sourceOf = ({ notebook: { doc } }: RunContext, cell: CellId): string | undefined =>
  cellSource(doc, cell)?.toString()

export const formatAll = (context: RunContext): Promise<void> =>
  format(context, visibleCells(context.notebook.doc))

export const format = async (context: RunContext, cells: readonly CellId[]): Promise<void> => {
  const { python, announce, showError } = context
  if (!mayWrite(context)) return
  const code = cells.filter((cell) => isPython(context, cell))
  const [first] = code
  if (first === undefined) return announce('Only Python code can be formatted.')
  if (python.kernel.status !== 'idle') announce('Formatting waits for Python.')
  await python.kernel.start()
  if (python.kernel.status === 'failed') return showError('Nothing was formatted: Python could not start.')
  const answered = await ask(context, code)
  if (answered === null) return showError('Nothing was formatted: Python did not answer.')
  if (!answered.some(({ formatted }) => formatted.outcome === 'missing')) return write(context, answered)
  const install = async (): Promise<void> => {
    if (await installed(context, first)) await format(context, cells)
  }
  // The notebook has it, but this Python has not loaded it yet.
  if (readKeptPackages(context.notebook.doc).some(({ name }) => name === 'black')) return install()
  context.confirm('Formatting needs Black. Install it for this notebook?', 'Install', () => void install())
}

/** A cell at a time, so that runs need not wait for all. */
const ask = async (context: RunContext, cells: readonly CellId[]): Promise<Answered | null> => {
  const { python } = context
  const answered: Answered[number][] = []
  for (const cell of cells) {
    const source = sourceOf(context, cell)
    if (source === undefined) continue
    const formatted = await python.apart(() => python.kernel.ask({ type: 'format', source }))
    if (formatted === null) return null
    answered.push({ cell, source, formatted })
    if (formatted.outcome === 'missing') break
  }
  return answered
}

const installed = async (context: RunContext, cell: CellId): Promise<boolean> => {
  const { python, notebook, announce, showError } = context
  announce('Installing Black…')
  const run = { doc: notebook.doc, python, cell, code: `%pip install -q ${projects}` }
  const { status, outputs } = await runApart(run)
  if (status === 'done') return true
  const error = shownOutputs(outputs).findLast(({ type }) => type === 'error')
  const why = error?.type === 'error' ? error.evalue : status
  showError(`Black could not be installed: ${why}`)
  return false
}

/** One undo step. What somebody changed meanwhile stays as they wrote it. */
const write = (context: RunContext, answered: Answered): void => {
  const { notebook, announce, showError } = context
  const operations: Operation[] = []
  const places = visibleCells(notebook.doc)
  const number = (cell: CellId): number => places.indexOf(cell) + 1
  const problems: string[] = []
  let changed = 0
  for (const { cell, source, formatted } of answered) {
    if (!places.includes(cell)) continue
    if (sourceOf(context, cell) !== source) problems.push(`cell ${number(cell)} was changed meanwhile`)
    else if (formatted.outcome === 'fault')
      problems.push(`cell ${number(cell)}, line ${formatted.line}: ${formatted.why}`)
    else if (formatted.outcome === 'text' && formatted.text !== source) {
      changed += 1
      operations.push(...sourceEdits(cell, source, formatted.text))
    }
  }
  if (operations.length > 0 && !actAll(context, operations)) return
  if (problems.length > 0) showError(`Not formatted: ${problems.join('; ')}.`)
  else if (changed === 0) announce('Already formatted.')
  else announce(changed === 1 ? 'Cell formatted.' : `${changed} cells formatted.`)
  goToFault(context, answered)
}

/** The caret of a person who formatted that cell alone, and is still there. */
const goToFault = (context: RunContext, answered: Answered): void => {
  const [only] = answered
  if (only === undefined || answered.length > 1 || only.formatted.outcome !== 'fault') return
  if (context.selection.cell !== only.cell || sourceOf(context, only.cell) !== only.source) return
  const { line, column } = only.formatted
  const start = lineStart(only.source, line - 1)
  const { length } = only.source.split('\n')[line - 1] ?? ''
  context.focusCell(only.cell, 'edit', start + Math.min(column - 1, length))
}
