// The end of a text that others took away while its person is in it, as a split of the cell does.
import { EditorView } from '@codemirror/view'
import type { Text, Transaction } from '@codemirror/state'
import { fromOthers, released, takenComposition } from './sync.ts'

/** What was typed there meanwhile, and is left over. */
export interface Remainder {
  readonly from: number
  readonly to: number
  /** Where it was, in `CutOff.text`. */
  readonly at: number
}

export interface CutOff {
  readonly text: string
  /** The ends of the selection, in `text`; negative before it. */
  readonly anchor: number
  readonly head: number
  readonly remainders: readonly Remainder[]
  /** The part of `text` that was being composed: what was composed in the end is among the remainders. */
  readonly composed: { readonly at: number; readonly text: string } | null
  /** It was held back during a composition. */
  readonly isHeld: boolean
}

const cutOff = (transaction: Transaction): CutOff | null => {
  const { changes, startState } = transaction
  const { doc, selection } = startState
  const removed: { readonly from: number; readonly to: number }[] = []
  let inserts = false
  changes.iterChanges((from, to, _from, _to, inserted: Text) => {
    removed.push({ from, to })
    inserts ||= inserted.length > 0
  })
  const first = removed[0]
  if (first === undefined || inserts) return null
  const inText = (position: number): number =>
    position < first.from
      ? position - first.from
      : removed.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(position, to) - from), 0)
  const ends = [...removed.slice(1).map(({ from }) => from), doc.length]
  const remainders = removed.flatMap(({ to }, i) => {
    const end = ends[i] ?? to
    return end > to ? [{ from: changes.mapPos(to, -1), to: changes.mapPos(end, -1), at: inText(to) }] : []
  })
  const { anchor, head } = selection.main
  // At the cut itself it stays where it is.
  if (head <= first.from) return null
  const taken = removed.map(({ from, to }) => doc.sliceString(from, to)).join('')
  const composition = transaction.annotation(takenComposition)
  const composed = composition === undefined ? null : { at: inText(composition.at), text: composition.text }
  const text =
    composed === null ? taken : taken.slice(0, composed.at) + composed.text + taken.slice(composed.at)
  const isHeld = transaction.annotation(released) === true
  return { text, anchor: inText(anchor), head: inText(head), remainders, composed, isHeld }
}

/** Calls `onCutOff` when others deleted where the caret of the focused editor is. */
export const watchCutOff = (onCutOff: (cut: CutOff) => void) =>
  EditorView.updateListener.of(({ transactions, view }) => {
    if (view.root.activeElement !== view.contentDOM) return
    for (const transaction of transactions) {
      if (transaction.annotation(fromOthers) !== true) continue
      const cut = cutOff(transaction)
      if (cut !== null) onCutOff(cut)
    }
  })
