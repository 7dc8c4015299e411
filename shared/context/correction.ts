// Corrects token estimates by the count that the provider reported for an earlier prompt.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Cell } from '../notebook/notebook.ts'

/** Coarse, so that it rarely changes: a change can omit other cells, which invalidates the provider's cache. */
const step = 1 / 8
const [least, most] = [0.25, 4]

const ratioOf = ({ kind, result }: Cell): number | null => {
  const { executor } = kindNamed(kind)
  if (executor?.type !== 'model' || executor.answer !== 'text') return null
  const { input = 0, estimated = 0 } = result?.receipt ?? {}
  return input > 0 && estimated > 0 ? input / estimated : null
}

/** From the last receipt with token counts; null if there is none. */
export const correctionAt = (cells: readonly Cell[]): number | null => {
  for (const cell of cells.toReversed()) {
    const ratio = ratioOf(cell)
    if (ratio !== null) return Math.min(most, Math.max(least, Math.round(ratio / step) * step))
  }
  return null
}
