// The plain value of a notebook: what a file is parsed into, what the document is read into, what a formatter
// gets. No Yjs here. How the same things lie in the document is layout.ts.
import type { By } from './person.ts'
import type { Thread } from './thread.ts'

declare const brand: unique symbol
export type CellId = string & { readonly [brand]: 'CellId' }
export const cellId = (text: string): CellId => text as CellId

/** 'code', 'note' and so on; a newer version may have others. What a name means is in cell-kinds/. */
export type KindName = string

/**
 * JSON as the document holds it. `{$json: text}` stands for a value whose text Yjs would not give back byte for
 * byte (`__proto__` or integer-like keys, 1.0, 2^53+1, NaN, lone surrogates, repeated keys, a key named `$json`).
 */
export type Leaf = null | boolean | number | string | readonly Leaf[] | { readonly [key: string]: Leaf }
export type Leaves = { readonly [key: string]: Leaf }

/** A stream output keeps its text apart from the rest, because it grows while a cell runs. */
export interface StreamOutput {
  readonly output_type: 'stream'
  readonly name: 'stdout' | 'stderr'
  readonly text: string
}
/** A live stream of a run in this app, or any output as the file had it (nbformat's own object form). */
export type Output =
  { readonly live: true; readonly stream: StreamOutput } | { readonly live: false; readonly leaf: Leaf }

export const runStatuses = ['running', 'done', 'error', 'interrupted'] as const
export type RunStatus = (typeof runStatuses)[number]

/** One execution. Times are milliseconds since 1970 by the executor's clock and only shown, never compared. */
export interface Run extends By {
  readonly id: string
  readonly executor: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly count: number | null
  readonly sourceDigest: string
}

export interface Result {
  /** null: the result came with the file. */
  readonly run: Run | null
  /** The n of In [n] of an imported result; a run made here has it in `run.count`. */
  readonly count: number | null
  readonly status: RunStatus
  readonly outputs: readonly Output[]
  /** null where there is none, as opposed to an empty one. */
  readonly reply: string | null
  readonly thinking: string | null
  readonly calls: readonly Leaf[]
}

/**
 * A wish to run, written by whoever asked. `to` names a kernel, or is 'model'. `saw` is the run whose result that
 * person was looking at: a wish that waited offline must not replace a newer reply. `sourceDigest` is of the text they
 * saw: another one is not run (asked.ts). Stock clients may leave it out.
 */
export interface RunRequest extends By {
  readonly id: string
  readonly to: string
  readonly at: number
  readonly saw: string | null
  readonly sourceDigest?: string
  readonly stop?: true
}

/**
 * What an edit of the file made outside met in a cell. both: the same lines were changed here and there, and both
 * changes are in the text · kept: the file came without what was written since it was read, or without the cell, and
 * that was kept · deleted: the file came with the cell, which was deleted here, and it stays deleted · outputs: only
 * its outputs are others · mended: a program put something else in the place of the cell's text, which was brought
 * back (mend.ts).
 */
export const markReasons = ['both', 'kept', 'deleted', 'outputs', 'mended'] as const
export interface Mark {
  readonly why: (typeof markReasons)[number]
  /** The cell's source as the file has it; null where the file lacks the cell. */
  readonly theirs: string | null
  /** What the file has as the cell's result, where that is another and ours was kept: null for none. */
  readonly result?: Result | null
}

export interface Cell {
  readonly id: CellId
  readonly kind: KindName
  /** LF line ends only. */
  readonly source: string
  readonly meta: Leaves
  readonly attachments: Leaves
  /** What the file says of this cell beyond all this, for the way back; null when nothing. Only ipynb/ reads it. */
  readonly extra: Leaf
  readonly result: Result | null
  /** Absent where there are none. */
  readonly comments?: readonly Thread[]
}

/** How the file was written, for the way back; the record's further keys belong to ipynb/ alone. */
export interface FileFormat {
  readonly nbformat: number
  readonly minor: number
  readonly [key: string]: Leaf
}

export interface Notebook {
  readonly format: FileFormat
  readonly meta: Leaves
  /** Unknown top-level keys. */
  readonly extra: Leaves
  /** On the notebook as a whole; absent where there are none. */
  readonly comments?: readonly Thread[]
  readonly cells: readonly Cell[]
}
