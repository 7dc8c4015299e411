// What became of the runs that this page's person started, for a screen reader: a cell by itself, many in one sentence.
import { readHead, readOutputs, visibleCells, type CellHead } from '../../shared/notebook/document/read.ts'
import { isQueued } from '../../shared/notebook/document/status.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { shownOutputs } from '../../shared/notebook/output/output.ts'
import { stripAnsi } from '../../shared/notebook/output/terminal.ts'
import type { OpenNotebook } from './open.ts'

/** Characters of a result that are said with its cell. */
const saidOfResult = 120

/** The last output as text, if it is one short line. */
const shortResult = (outputs: ReturnType<typeof shownOutputs>): string => {
  const last = outputs.at(-1)
  const text =
    last?.type === 'stream' ? last.text : last?.type === 'rich' ? last.data['text/plain'] : undefined
  // Terminal codes included.
  if (typeof text !== 'string' || text.length > 2 * saidOfResult) return '.'
  const line = stripAnsi(text).trim()
  return line === '' || line.includes('\n') || line.length > saidOfResult ? '.' : `: ${line}`
}

const outcome = ({ doc }: OpenNotebook, cell: CellId, name: string, { status, run }: CellHead): string => {
  if (status === 'interrupted') return `${name} was interrupted.`
  const outputs = shownOutputs(readOutputs(doc, cell))
  const error = outputs.findLast((output) => output.type === 'error')
  if (error !== undefined) return `${name}: ${error.ename}: ${error.evalue.slice(0, saidOfResult)}`
  return `${name} is done${run?.count === null ? '.' : shortResult(outputs)}`
}

/** Calls `say` until the returned function is called. */
export const followOwnRuns = (
  notebook: OpenNotebook,
  user: () => string,
  say: (words: string) => void,
): (() => void) => {
  const running = new Set<CellId>()
  const queued = new Set<CellId>()
  let done = 0
  return notebook.observer.onAnyCell((cell, changes) => {
    if (!changes.has('head')) return
    const head = readHead(notebook.doc, cell)
    const isOwn = (by: { readonly user?: string } | null | undefined): boolean => by?.user === user()
    if (head !== undefined && isQueued(head) && isOwn(head.request)) queued.add(cell)
    else queued.delete(cell)
    if (head?.status === 'running' && isOwn(head.run)) {
      running.add(cell)
      return
    }
    if (!running.delete(cell) || head === undefined || head.status === null) return
    const cells = visibleCells(notebook.doc)
    const position = cells.indexOf(cell) + 1
    if (position === 0) return
    done++
    if (head.status === 'done' && cells.some((other) => running.has(other) || queued.has(other))) return
    if (head.status === 'done' && done > 1) say(`${done} cells are done.`)
    else say(outcome(notebook, cell, `Cell ${position}`, head))
    done = 0
  })
}
