// All operations on a notebook. They are applied in one place, apply.ts.
import type { CellId, KindName, Leaf, Leaves, Result } from '../notebook.ts'
import type { By } from '../person.ts'

/** After this cell, or at the top. */
export type After = CellId | null

export type Operation =
  | {
      readonly type: 'insert-cell'
      readonly id: CellId
      readonly kind: KindName
      readonly after: After
      readonly source?: string
      readonly meta?: Leaves
      readonly attachments?: Leaves
    }
  | { readonly type: 'move-cell'; readonly id: CellId; readonly after: After }
  | ({ readonly type: 'delete-cell'; readonly id: CellId; readonly at: number } & By)
  | { readonly type: 'restore-cell'; readonly id: CellId }
  | { readonly type: 'set-kind'; readonly id: CellId; readonly kind: KindName }
  | {
      /** Replaces source[from, to) (UTF-16 offsets) by `insert`. */
      readonly type: 'splice-source'
      readonly id: CellId
      readonly from: number
      readonly to: number
      readonly insert: string
    }
  /** An undefined value removes the key. */
  | {
      readonly type: 'set-cell-meta'
      readonly id: CellId
      readonly key: string
      readonly value: Leaf | undefined
    }
  | {
      readonly type: 'set-attachment'
      readonly id: CellId
      readonly name: string
      readonly value: Leaf | undefined
    }
  | { readonly type: 'set-notebook-meta'; readonly key: string; readonly value: Leaf | undefined }
  /** Somebody has dismissed the cell's mark. */
  | { readonly type: 'clear-mark'; readonly id: CellId }
  | { readonly type: 'withdraw-request'; readonly id: CellId; readonly request: string }
  | { readonly type: 'request-stop'; readonly id: CellId }
  | { readonly type: 'clear-outputs'; readonly id: CellId }
  /** An earlier result, outputs and reply; null for none. It counts as imported. */
  | { readonly type: 'set-result'; readonly id: CellId; readonly result: Result | null }

/** A failure is an expected outcome: another replica may have been faster. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly reason: string }

export const done: Outcome = { ok: true }
export const refused = (reason: string): Outcome => ({ ok: false, reason })
export const noCell = refused('this cell does not exist')
