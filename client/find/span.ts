// A part of a source that stays the same part while its text changes.
import * as Y from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { Match } from './search.ts'

export interface Span {
  /** Whether a match lies within it. */
  readonly has: (match: Pick<Match, 'cell' | 'part' | 'from' | 'to'>) => boolean
}

export const rememberSpan = (
  doc: Y.Doc,
  id: CellId,
  { from, to }: { readonly from: number; readonly to: number },
): Span | null => {
  const source = cellSource(doc, id)
  if (source === undefined) return null
  const start = Y.createRelativePositionFromTypeIndex(source, from)
  const end = Y.createRelativePositionFromTypeIndex(source, to, -1)
  const at = (position: Y.RelativePosition): number =>
    Y.createAbsolutePositionFromRelativePosition(position, doc)?.index ?? 0
  return {
    has: ({ cell, part, from: first, to: last }) =>
      cell === id && part === 'source' && first >= at(start) && last <= at(end),
  }
}
