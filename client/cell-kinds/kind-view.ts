// How a kind of cell is drawn and offered, in one description; views.ts has the list.
import type { nothing, TemplateResult } from 'lit'
import type { CellKind } from '../../shared/notebook/cell-kinds/cell-kind.ts'

type Part = TemplateResult | typeof nothing

/** The parts a cell can have below its source, each created on demand. */
export interface CellParts {
  readonly reply: () => Part
  readonly outputs: () => Part
}

export interface KindView {
  readonly kind: CellKind
  /** The button between two cells: accessible name and label; null for none. */
  readonly add: { readonly name: string; readonly word: string } | null
  /** The command that changes a cell to this kind, and its keys in command mode. */
  readonly change: { readonly title: string; readonly keys: readonly string[] }
  /** The appearance of the source: code, a page of prose, a question. */
  readonly look: 'code' | 'page' | 'question'
  /** Shown rendered while nobody edits it. */
  readonly rendered: boolean
  /** A pasted image becomes an attachment. */
  readonly takesImages: boolean
  readonly results: (parts: CellParts) => Part
}
