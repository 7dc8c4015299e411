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

/** Where its text is if its cell was merged with one beside it. */
export const mergedInto = (
  doc: Y.Doc,
  { id, text, caret }: OrphanedText,
  all: readonly CellEntry[],
): { readonly cell: CellId; readonly selected: SelectedText } | null => {
  const before = all.slice(
    0,
    all.findIndex((entry) => entry.id === id),
  )
  const isVisible = ({ deleted }: CellEntry): boolean => deleted === null
  const beside = [before.findLast(isVisible), all.slice(before.length).find(isVisible)]
  const place =
    caret === null
      ? null
      : placeAfterMerge(
          doc,
          id,
          text,
          beside.flatMap((entry) => entry?.id ?? []),
        )
  if (caret === null || place === null) return null
  const selected = { anchor: place.at + caret.anchor, head: place.at + caret.head }
  return { cell: place.cell, selected }
}
