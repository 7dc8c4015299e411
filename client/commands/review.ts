// Deciding on what models changed, going from one change to the next, and asking for one. Loads when it is used.
import type { EditorView } from '@codemirror/view'
import { askForEdit, forgetEditRequest } from '../../shared/notebook/document/edit-request.ts'
import { stopAnswer } from '../../shared/notebook/document/commenting.ts'
import { passageAt } from '../../shared/notebook/document/passage.ts'
import { visibleCells, cellSource } from '../../shared/notebook/document/read.ts'
import {
  keepChanges,
  listChanges,
  takeBackChanges,
  type Change,
} from '../../shared/notebook/document/review.ts'
import type { LiveThread } from '../../shared/notebook/document/threads.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { byPerson } from '../../shared/notebook/person.ts'
import { mayWrite } from './cells.ts'
import type { CellContext, NotebookContext } from './context.ts'
import { now } from '../document/clock.ts'

export type ReviewContext = CellContext & Pick<NotebookContext, 'review' | 'shortcuts'>

const decide =
  (decision: typeof keepChanges, word: string) =>
  (context: CellContext, changes: readonly Change[]): void => {
    const { notebook, announce } = context
    if (changes.length === 0) return announce('There is no change to decide on.')
    if (!mayWrite(context)) return
    const who = { ...byPerson(context.person()), at: now() }
    notebook.undo.step(() => decision(notebook.doc, changes, who))
    announce(changes.length === 1 ? `${word}.` : `${changes.length} changes ${word.toLowerCase()}.`)
  }

export const keep = decide(keepChanges, 'Kept')
export const takeBack = decide(takeBackChanges, 'Taken back')

const hunks = (): readonly HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-change]')]

/** The change that has the focus, or else all of the current cell. */
export const currentChanges = ({ notebook, selection }: CellContext): readonly Change[] => {
  const all = listChanges(notebook.doc)
  const focused = document.activeElement?.closest<HTMLElement>('[data-change]')?.dataset['change']
  return focused === undefined
    ? all.filter(({ cell }) => cell === selection.cell)
    : all.filter(({ key }) => key === focused)
}

export const allChanges = ({ notebook }: CellContext): readonly Change[] => listChanges(notebook.doc)

const focusHunk = (hunk: HTMLElement | undefined): void => {
  hunk?.focus({ preventScroll: true })
  hunk?.scrollIntoView({ block: 'nearest' })
}

/** Goes to the next change in the notebook, from the last to the first again. */
export const goToChange = async (context: ReviewContext, direction: 1 | -1): Promise<void> => {
  const { notebook, selection, announce, focusCell } = context
  const changes = listChanges(notebook.doc)
  if (changes.length === 0) return announce('There is no change to decide on.')
  const shown = hunks()
  const here = shown.findIndex((hunk) => hunk.contains(document.activeElement))
  const near = shown[here + direction]
  if (here >= 0 && near?.closest('nb-cell') === shown[here]?.closest('nb-cell')) return focusHunk(near)
  const visible = visibleCells(notebook.doc)
  const changed = visible.filter((id) => changes.some(({ cell }) => cell === id))
  const at = selection.cell === null ? -1 : visible.indexOf(selection.cell)
  const isBeyond = (id: CellId): boolean =>
    direction === 1 ? visible.indexOf(id) > at : visible.indexOf(id) < at
  const ahead = changed.filter(isBeyond)
  const inCell =
    here < 0 && selection.cell !== null && changed.includes(selection.cell) ? selection.cell : null
  const next = inCell ?? ahead.at(direction === 1 ? 0 : -1) ?? changed.at(direction === 1 ? 0 : -1)
  // Only cells that were deleted, or are proposed, have changes.
  if (next === undefined) return focusHunk(shown.at(direction === 1 ? 0 : -1))
  focusCell(next, 'command', null)
  // Far from the viewport a cell draws its changes only now.
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const inNext = hunks().filter((hunk) => hunk.closest('nb-cell')?.dataset['cellId'] === next)
  focusHunk(inNext.at(direction === 1 ? 0 : -1))
}

/** Opens the field for what to change: in the selected text, or in the cell. */
export const beginEdit = (context: ReviewContext, text: EditorView | null): void => {
  const { selection, review, notebook } = context
  const { cell } = selection
  if (cell === null || !mayWrite(context)) return
  const source = cellSource(notebook.doc, cell)?.toString() ?? ''
  const range = text?.state.selection.main
  // The text may be a reply, and that is the model's already.
  const isSource = text !== null && text.state.doc.toString() === source
  const passage =
    !isSource || range === undefined || range.empty ? null : passageAt('source', source, range.from, range.to)
  review.begin({ cell, passage })
}

export const askModel = (context: ReviewContext, instruction: string): void => {
  const { notebook, review, focusCell, announce } = context
  const { draft } = review
  if (draft === null || !mayWrite(context)) return
  const writing = { who: context.person(), at: now(), text: instruction }
  askForEdit(notebook.doc, draft.cell, draft.passage, writing)
  review.begin(null)
  focusCell(draft.cell, 'command', null)
  if (!notebook.connected) announce('Queued: the model is asked when the relay is reachable.')
}

export const leaveEdit = ({ review, focusCell }: ReviewContext): void => {
  const { draft } = review
  review.begin(null)
  if (draft !== null) focusCell(draft.cell, draft.passage === null ? 'command' : 'edit', null)
}

export const stopEdit = (context: ReviewContext, { id, messages: [question] }: LiveThread): void => {
  if (question !== undefined && mayWrite(context))
    stopAnswer(context.notebook.doc, id, question.id, context.person())
}

export const dismissEdit = (context: ReviewContext, { id }: LiveThread): void => {
  if (mayWrite(context)) forgetEditRequest(context.notebook.doc, id)
}
