// How a kind of cell is drawn and offered, in one description; views.ts has the list.
import type { nothing, TemplateResult } from 'lit'
import type { CellKind } from '../../shared/notebook/cell-kinds/cell-kind.ts'

type Part = TemplateResult | typeof nothing

/** What a cell can have below its source, each made where it is asked for. */
export interface CellParts {
  readonly reply: () => Part
  readonly outputs: () => Part
}

export interface KindView {
  readonly kind: CellKind
  /** The button between two cells: its accessible name, and its word; null for none. */
  readonly add: { readonly name: string; readonly word: string } | null
  /** The command that makes a cell one of these, and its keys in command mode. */
  readonly change: { readonly title: string; readonly keys: readonly string[] }
  /** What its source looks like: code, a page that is written on, a question. */
  readonly look: 'code' | 'page' | 'question'
  /** Shown rendered while nobody writes in it. */
  readonly rendered: boolean
  /** An image that is pasted into the source becomes an attachment. */
  readonly takesImages: boolean
  readonly results: (parts: CellParts) => Part
}
