// Requests for runs and for stopping them. All are writes to the document, which the executors observe.
import { apply } from '../../shared/notebook/document/apply.ts'
import type { Executor } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import { kindNamed, defaultKind } from '../../shared/notebook/cell-kinds/kinds.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Reference } from '../../shared/notebook/references.ts'
import { choiceFor, modelInBrowser } from '../../shared/notebook/model-choice.ts'
import { byPerson, isBy } from '../../shared/notebook/person.ts'
import { shownOutputs, type ShownOutput } from '../../shared/notebook/output/output.ts'
import {
  cellSource,
  readHead,
  readNotebookMeta,
  readOutputs,
  visibleCells,
} from '../../shared/notebook/document/read.ts'
import { isQueued } from '../../shared/notebook/document/status.ts'
import { folderOf } from '../files/folder.ts'
import { missingPackage } from '../kernel/missing-module.ts'
import { cellBehind, insertCell, mayRun, mayWrite } from './cells.ts'
import type { RunContext } from './context.ts'
import { now } from '../document/clock.ts'

const outputsOf = (context: RunContext, cell: CellId): readonly ShownOutput[] =>
  shownOutputs(readOutputs(context.notebook.doc, cell))

const ask = (context: RunContext, cell: CellId, goOn = false): void => {
  if (mayRefer(context, cell)) void lookUpAndSend(context, cell, goOn)
  else send(context, cell, goOn, [])
}

/** Whether the prompt or a cell above may refer to the kernel. */
const mayRefer = ({ notebook: { doc } }: RunContext, prompt: CellId): boolean => {
  const cells = visibleCells(doc)
  return cells
    .slice(0, cells.indexOf(prompt) + 1)
    .some((cell) => /[$&]`/.test(cellSource(doc, cell)?.toString() ?? ''))
}

/** The latest look-up for each prompt text, which cancels earlier ones. */
const latest = new WeakMap<object, object>()

const lookUpAndSend = async (context: RunContext, cell: CellId, goOn: boolean): Promise<void> => {
  const { python, announce } = context
  const { doc } = context.notebook
  const source = cellSource(doc, cell)
  if (source === undefined) return
  const [text, turn] = [source.toString(), {}]
  latest.set(source, turn)
  const { lookUp, mentionedBy } = await import('../kernel/prompt-references.ts')
  const mentioned = mentionedBy(doc, cell)
  const isNone = mentioned.values.length + mentioned.functions.length === 0
  if (!isNone && (python.working || python.kernel.status !== 'idle'))
    announce('The prompt waits for Python, to look up what it refers to.')
  const found = isNone ? [] : await lookUp(python, mentioned)
  if (latest.get(source) !== turn) return
  if (source.toString() === text) send(context, cell, goOn, found)
  else context.showError('The prompt was changed while it waited for Python. Run it again.')
}

/** The model in this page that is to answer; null where the relay's do. */
export const localModelFor = ({ notebook: { doc } }: RunContext, cell: CellId): string | null => {
  const head = readHead(doc, cell)
  const runs = kindNamed(head?.kind ?? '').executor
  if (head === undefined || runs?.type !== 'model' || runs.answer !== 'text') return null
  return modelInBrowser(choiceFor(readNotebookMeta(doc), head.meta))
}

const send = (context: RunContext, cell: CellId, goOn: boolean, references: readonly Reference[]): void => {
  const { notebook, localModel } = context
  const local = localModelFor(context, cell)
  if (local !== null) void localModel.want(folderOf(notebook.path), local)
  const who = {
    ...byPerson(context.person()),
    to: local === null ? 'model' : notebook.executor,
    at: now(),
    ...(references.length === 0 ? {} : { references }),
  }
  context.requestedTexts.ask(cell, goOn ? { ...who, goOn } : who)
  if (local === null && !notebook.connected)
    context.announce('Queued: the prompt runs when the relay is reachable.')
}

const executorOf = ({ notebook }: RunContext, cell: CellId): Executor['type'] | null => {
  const head = readHead(notebook.doc, cell)
  return head === undefined ? null : (kindNamed(head.kind).executor?.type ?? null)
}

/**
 * Code runs in the chosen kernel, prompts are sent to the model. `seen`: the sources at the time of the person's request, if
 * that was earlier.
 */
export const runCells = (
  context: RunContext,
  cells: readonly CellId[],
  seen?: ReadonlyMap<CellId, string>,
): void => {
  if (!mayRun(context)) return
  context.notebook.undo.boundary()
  context.python.run(
    cells.filter((cell) => executorOf(context, cell) === 'kernel'),
    context.choice.target,
    seen,
  )
  for (const cell of cells) if (executorOf(context, cell) === 'model') ask(context, cell)
}

/** Runs the cell again after installing its missing package; null: the cell that ran last. */
export const installMissing = (context: RunContext, cell: CellId | null): void => {
  if (!mayWrite(context)) return
  for (const each of [cell, context.python.lastRunCell]) {
    const missingPackages = each === null ? null : missingPackage(outputsOf(context, each))
    if (each === null || missingPackages === null) continue
    context.notebook.undo.boundary()
    return context.python.install(each, missingPackages)
  }
  context.showError('No missing package found.')
}

export const runCell = (context: RunContext, cell: CellId): void => {
  runCells(context, [cell])
  context.focusCell(cell, 'command', null)
}

/** Asks the model again, or to continue its reply. */
export const askAgain = (context: RunContext, cell: CellId, goOn: boolean): void => {
  if (!mayWrite(context)) return
  context.notebook.undo.boundary()
  ask(context, cell, goOn)
}

/** In this page's own kernel, whichever is chosen. */
export const runHere = (context: RunContext, cell: CellId): void => {
  if (!mayWrite(context)) return
  if (executorOf(context, cell) === 'kernel') context.python.run([cell])
  else runCells(context, [cell])
}

/** Requests an edited cell again, with its present text and the same executor. */
export const runAsItIs = (context: RunContext, cell: CellId): void => {
  if (!mayRun(context)) return
  const to = readHead(context.notebook.doc, cell)?.request?.to
  if (executorOf(context, cell) === 'model') ask(context, cell)
  else context.python.run([cell], to)
}

/** Interrupts the run in this page's chosen kernel, and cancels this person's queued requests there. */
export const interrupt = (context: RunContext): void => {
  const { choice, python, notebook } = context
  const { chosen } = choice
  if (chosen === null) return python.interrupt()
  if (!mayRun(context)) return
  for (const cell of visibleCells(notebook.doc)) {
    const head = readHead(notebook.doc, cell)
    if (head === undefined) continue
    const running = head.status === 'running' && head.run?.executor === chosen.executor
    const waiting =
      isQueued(head) && head.request?.to === chosen.executor && isBy(context.person(), head.request)
    if (running || waiting) apply(notebook.doc, { type: 'request-stop', id: cell })
  }
}

/** Confirms first if variables would be lost; what `prepare` returns acts once the kernel has started again. */
export const restart = (context: RunContext, prepare: () => () => void = () => () => undefined): void => {
  const { choice, python } = context
  const { chosen } = choice
  const restartNow = (): void => {
    const then = prepare()
    void python.restart().then(then)
  }
  if (chosen !== null)
    context.showError(`This is ${chosen.name}’s kernel: only ${chosen.name} can restart it.`)
  else if (python.hasVariables)
    context.confirm('Restart the kernel? All variables will be lost.', 'Restart', restartNow)
  else restartNow()
}

/** Shift+Enter: run and select below, with a new cell at the end. */
export const runAndAdvance = (context: RunContext, cells: readonly CellId[]): void => {
  const cell = cells.at(-1)
  if (cell === undefined) return
  runCells(context, cells)
  const next = cellBehind(context, cell)
  if (next === null) insertCell(context, defaultKind, cell, 'edit')
  else context.focusCell(next, 'command', null)
}

/** Alt+Enter: run and insert below. */
export const runAndInsert = (context: RunContext, cells: readonly CellId[]): void => {
  runCells(context, cells)
  insertCell(context, defaultKind, cells.at(-1) ?? null, 'edit')
}

/** The selected cells, which stay selected. */
export const runSelected = (context: RunContext, cells: readonly CellId[]): void => {
  const { cell, hasSeveral } = context.selection
  runCells(context, cells)
  if (cell !== null) context.focusCell(cell, hasSeveral ? 'extend' : 'command', null)
}

/** Those that a kernel runs. Not prompts: asking a model again costs money and replaces replies. */
const runCode = (context: RunContext, cells: readonly CellId[]): void =>
  runCells(
    context,
    cells.filter((cell) => executorOf(context, cell) === 'kernel'),
  )

/** Every cell, from the top. */
export const runAll = (context: RunContext): void => runCode(context, visibleCells(context.notebook.doc))

/** For later, up to a cell or all: another source than now waits for confirmation. */
export const runAsSeen = (context: RunContext, upTo: CellId | null): (() => void) => {
  const { doc } = context.notebook
  const cells = visibleCells(doc)
  const wanted = upTo === null ? cells : cells.slice(0, cells.indexOf(upTo) + 1)
  const code = wanted.filter((cell) => executorOf(context, cell) === 'kernel')
  const seen = new Map(code.map((cell) => [cell, cellSource(doc, cell)?.toString() ?? '']))
  return () => runCells(context, code, seen)
}

export const runAllAbove = (context: RunContext, cell: CellId): void => {
  const cells = visibleCells(context.notebook.doc)
  runCode(context, cells.slice(0, cells.indexOf(cell)))
}

export const runUpTo = (context: RunContext, cell: CellId): void => {
  const cells = visibleCells(context.notebook.doc)
  runCode(context, cells.slice(0, cells.indexOf(cell) + 1))
}

/** The cell and all below it. */
export const runAllBelow = (context: RunContext, cell: CellId): void => {
  const cells = visibleCells(context.notebook.doc)
  runCode(context, cells.slice(cells.indexOf(cell)))
}

/** Anyone may stop any run; a request that has not started is withdrawn. */
export const stopCell = (context: RunContext, cell: CellId): void => {
  if (mayRun(context)) apply(context.notebook.doc, { type: 'request-stop', id: cell })
}

export const clearOutputs = (context: RunContext, cells: readonly CellId[]): void => {
  if (!mayWrite(context)) return
  const outcomes = cells.map((id) => apply(context.notebook.doc, { type: 'clear-outputs', id }))
  const failed = outcomes.find((outcome) => !outcome.ok)
  if (failed?.ok === false) context.showError(`Failed: ${failed.reason}.`)
}

export const clearAllOutputs = (context: RunContext): void =>
  clearOutputs(context, visibleCells(context.notebook.doc))
