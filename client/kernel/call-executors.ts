// How this page's kernel executes the tool calls of a model.
import type * as Y from 'yjs'
import { outputText } from '../../shared/notebook/cell-kinds/turns.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { isAnswer } from '../../shared/notebook/document/calls.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import { readHead, readOutputs, visibleCells } from '../../shared/notebook/document/read.ts'
import { cellId, type CellId, type Leaf } from '../../shared/notebook/notebook.ts'
import { isRecord } from '../../shared/record.ts'
import { sourcesToRun } from '../../shared/tools/exact.ts'
import {
  kernelToolNames,
  readVariableName,
  runCellsName,
  runPythonName,
} from '../../shared/tools/tool-names.ts'
import { failed, worked, type ToolResult } from '../../shared/tools/tool-result.ts'
import type { Kernel } from './kernel.ts'
import type { KernelPeer } from './peer.ts'
import { runApart } from './run-apart.ts'
import { isStrings } from './shapes.ts'
import type { CallExecutor } from './tool-calls.ts'

interface Page {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly python: KernelPeer
}

const noOutput = '(no output)'
const member = (input: Leaf, key: string): unknown => (isRecord(input) ? input[key] : undefined)

/** Resolves when the request's run has ended, or the request was withdrawn. */
const ended = ({ doc, observer }: Page, cell: CellId, request: string): Promise<string> =>
  new Promise((resolve) => {
    const look = (): boolean => {
      const head = readHead(doc, cell)
      const isRun = head?.run?.id === request
      if (isRun ? head.status === 'running' : head?.request?.id === request) return false
      resolve(isRun ? (head.status ?? 'done') : 'not run')
      return true
    }
    if (look()) return
    const stop = observer.onCell(cell, (changes) => {
      if (changes.has('head') && look()) stop()
    })
  })

const runCells = async (
  page: Page,
  exact: string,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ToolResult> => {
  const { doc, python } = page
  const sources = sourcesToRun(doc, ids)
  // What was approved is what was shown.
  if (!sources.ok || sources.text !== exact)
    return failed('A cell was changed since this was asked. Nothing was run.')
  const cells = ids.map(cellId)
  python.run(cells)
  const requests = cells.map((cell) => readHead(doc, cell)?.request?.id ?? '')
  const stop = (): void => {
    for (const [at, id] of cells.entries())
      if (readHead(doc, id)?.request?.id === requests[at]) apply(doc, { type: 'request-stop', id })
  }
  signal.addEventListener('abort', stop, { once: true })
  const lines: string[] = []
  let ok = true
  for (const [at, cell] of cells.entries()) {
    const status = await ended(page, cell, requests[at] ?? '')
    ok &&= status === 'done'
    const output = status === 'not run' ? '' : outputText(readOutputs(doc, cell))
    lines.push(`cell ${visibleCells(doc).indexOf(cell) + 1} (id ${cell}): ${status}\n${output || noOutput}`)
  }
  signal.removeEventListener('abort', stop)
  return { ok, text: lines.join('\n\n') }
}

/** When it can be asked; false if it is off or does not become idle in time. */
const idle = (kernel: Kernel, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const settle = (isIdle: boolean): void => {
      stop()
      signal.removeEventListener('abort', give)
      resolve(isIdle)
    }
    const give = (): void => settle(false)
    const look = (): void => {
      const { status } = kernel
      if (status === 'idle') settle(true)
      else if (status === 'off' || status === 'failed') give()
    }
    const stop = kernel.onChange(look)
    signal.addEventListener('abort', give, { once: true })
    look()
  })

const readVariable = async ({ python }: Page, name: string, signal: AbortSignal): Promise<ToolResult> => {
  const { kernel } = python
  if (!(await idle(kernel, signal))) return failed('Python is not running, so there are no variables.')
  const found = await kernel.ask({ type: 'hint', before: name, hover: false })
  if (found === null) return failed(`There is no variable ${name}, or it could not be read in time.`)
  const { title, size, value, text } = found
  return worked(
    [size === '' ? title : `${title}, ${size}`, value, text].filter((part) => part !== '').join('\n'),
  )
}

/** The text that the person has been shown. */
const runExact =
  ({ doc, python }: Page): CallExecutor['execute'] =>
  async ({ caller, call }, signal) => {
    const cell = isAnswer(caller) ? null : caller
    const { status, outputs } = await runApart({ doc, python, cell, code: call.exact }, signal)
    return { ok: status === 'done', text: outputText(outputs) || (status === 'done' ? noOutput : status) }
  }

const only = (name: string, execute: CallExecutor['execute']): CallExecutor => ({
  takes: (asked) => asked === name,
  execute,
})

export const callExecutors = (page: Page): readonly CallExecutor[] => [
  only(runCellsName, ({ call }, signal) => {
    const ids = member(call.input, 'ids')
    return isStrings(ids) ? runCells(page, call.exact, ids, signal) : Promise.resolve(failed('No ids.'))
  }),
  only(runPythonName, runExact(page)),
  only(readVariableName, ({ call }, signal) => readVariable(page, call.exact, signal)),
  // A function of the notebook, see functions.ts.
  { takes: (name) => !kernelToolNames.includes(name), execute: runExact(page) },
]
