import type * as Y from 'yjs'
import { placeAfterMerge } from '../../shared/notebook/document/moved-text.ts'
import type { CellEntry } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { SelectedText } from '../commands/context.ts'

/** A cell that somebody deleted while this page's person was editing it: it stays visible with their text. */
export interface OrphanedText {
  readonly id: CellId
  readonly text: string
  /** In its source, at the moment. */
  readonly caret: SelectedText | null
}

/** Where its text is if its cell was merged with others. */
export const mergedInto = (
  doc: Y.Doc,
  { id, caret }: OrphanedText,
  all: readonly CellEntry[],
): { readonly cell: CellId; readonly selected: SelectedText } | null => {
  const isDeleted = all.some((entry) => entry.id === id && entry.deleted !== null)
  if (caret === null || !isDeleted) return null
  const [anchor, head] = [caret.anchor, caret.head].map((offset) => placeAfterMerge(doc, id, offset))
  if (!anchor || !head) return null
  return {
    cell: head.cell,
    selected: { anchor: anchor.cell === head.cell ? anchor.at : head.at, head: head.at },
  }
}
