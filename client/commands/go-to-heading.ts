// Goes to a heading of a note: its cell becomes the current one, and its line is shown.
import type { Heading } from '../../shared/notebook/document/outline.ts'
import type { NotebookContext } from './context.ts'

export const goToHeading = (
  { focusCell, showMatch }: Pick<NotebookContext, 'focusCell' | 'showMatch'>,
  { cell, at, text }: Heading,
): void => {
  focusCell(cell, 'command', null)
  showMatch({ cell, part: 'source', from: at, to: at + text.length, text, nth: 0 })
}
