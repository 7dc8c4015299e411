// Starts a comment on the selected text of a source, note or reply, or on the cell.
import type { EditorView } from '@codemirror/view'
import { passageAt } from '../../shared/notebook/document/passage.ts'
import type { LiveThread } from '../../shared/notebook/document/threads.ts'
import { cellId, type CellId } from '../../shared/notebook/notebook.ts'
import { maxQuote, wholeText, type Passage } from '../../shared/notebook/thread.ts'
import type { Draft } from '../comments/comments.ts'
import { typeAhead } from '../elements/type-ahead.ts'
import type { NotebookContext } from './context.ts'

export type CommentContext = Pick<
  NotebookContext,
  'notebook' | 'selection' | 'comments' | 'panels' | 'showError' | 'focusCell'
>

/** nb-source. */
interface SourceElement extends HTMLElement {
  readonly view: EditorView | null
}

interface Selected {
  readonly cell: CellId
  readonly passage: Passage | null
}

const around = (node: Node | null, selector: string): HTMLElement | null => {
  const element = node instanceof Element ? node : node?.parentElement
  return element?.closest<HTMLElement>(selector) ?? null
}

const cellAround = (node: Node | null): CellId | null => {
  const id = around(node, 'nb-cell')?.dataset['cellId']
  return id === undefined ? null : cellId(id)
}

const where = (node: Node | null): Passage['in'] => (around(node, 'nb-reply') === null ? 'source' : 'reply')

const inEditor = (view: EditorView): Selected | null => {
  const cell = cellAround(view.dom)
  if (cell === null) return null
  const { from, to, empty } = view.state.selection.main
  return { cell, passage: empty ? null : passageAt(where(view.dom), view.state.doc.toString(), from, to) }
}

/** A selection in rendered text has no source offsets, only its words. */
const inPage = (selection: globalThis.Selection | null): Selected | null => {
  const node = selection?.anchorNode ?? null
  const cell = cellAround(node)
  if (selection === null || cell === null) return null
  const view = (around(node, 'nb-source') as SourceElement | null)?.view
  if (view) return inEditor(view)
  const quote = wholeText(selection.toString().trim(), maxQuote)
  const isText = around(node, 'nb-markdown, nb-source') !== null
  return {
    cell,
    passage: quote === '' || !isText ? null : { in: where(node), quote, place: null },
  }
}

/** The comment that is typed before the panel is loaded. */
const awaitField = ({ comments, panels, focusCell }: CommentContext, draft: Draft): Promise<void> => {
  const panel = panels.all.find(({ id }) => id === 'comments')
  return typeAhead(panel?.load() ?? Promise.resolve(), {
    onLeave: (_, event) => {
      if (event === null) return
      comments.begin(null)
      if (!(event instanceof KeyboardEvent)) return
      event.preventDefault()
      if (draft.cell !== null) focusCell(draft.cell, 'command', null)
    },
  })
}

/** `cell` is the one whose button was pressed. */
export const beginComment = (
  context: CommentContext,
  text: EditorView | null,
  cell: CellId | null = context.selection.cell,
): void => {
  const { notebook, comments, panels, showError } = context
  if (!notebook.commentable)
    return showError(
      notebook.loaded ? 'Read only: you cannot comment on this notebook.' : 'The notebook is not open yet.',
    )
  const selected = text === null ? inPage(getSelection()) : inEditor(text)
  const isHere = selected !== null && (cell === null || selected.cell === cell)
  const draft = isHere ? selected : { cell, passage: null }
  comments.begin(draft)
  if (!panels.isOpen('comments')) panels.toggle('comments')
  if (customElements.get('nb-comment-field') === undefined) void awaitField(context, draft)
}

export const showThread = (context: CommentContext, { id, cell, passage }: LiveThread): void => {
  const { comments, panels, focusCell } = context
  if (!panels.isOpen('comments')) panels.toggle('comments')
  comments.choose(id)
  if (cell !== null)
    focusCell(cell, 'command', passage?.in === 'source' ? (passage.place?.from ?? null) : null)
}
