// The plain value of a notebook, as parsed from a file or read from the document. No Yjs here; its form in the document
// is in layout.ts.
import type { By } from './person.ts'
import type { Receipt } from './receipt.ts'
import type { Reference } from './references.ts'
import type { Thread } from './thread.ts'

declare const brand: unique symbol
export type CellId = string & { readonly [brand]: 'CellId' }
export const cellId = (text: string): CellId => text as CellId

/** 'code', 'note' and so on; a newer version may have others. See cell-kinds/. */
export type KindName = string

/**
 * JSON as the document holds it. `{$json: text}` stands for a value that Yjs would not preserve byte for byte
 * (`__proto__` or integer-like keys, 1.0, 2^53+1, NaN, lone surrogates, repeated keys, a key named `$json`).
 */
export type Leaf = null | boolean | number | string | readonly Leaf[] | { readonly [key: string]: Leaf }
export type Leaves = { readonly [key: string]: Leaf }

/** A stream output has a separate text, because it grows while a cell runs. */
export interface StreamOutput {
  readonly output_type: 'stream'
  readonly name: 'stdout' | 'stderr'
  readonly text: string
}
/** A live stream of a run in this app, or any output in nbformat's object form. */
export type Output =
  { readonly live: true; readonly stream: StreamOutput } | { readonly live: false; readonly leaf: Leaf }

export const runStatuses = ['running', 'done', 'error', 'interrupted'] as const
export type RunStatus = (typeof runStatuses)[number]

/** One execution. Times are milliseconds since 1970 by the executor's clock; they are only shown, never compared. */
export interface Run extends By {
  readonly id: string
  readonly executor: string
  readonly startedAt: number
  readonly endedAt: number | null
  readonly count: number | null
  readonly sourceDigest: string
}

export interface Result {
  /** Null: the result came with the file. */
  readonly run: Run | null
  /** The n of In [n] of an imported result; a run made here has it in `run.count`. */
  readonly count: number | null
  readonly status: RunStatus
  readonly outputs: readonly Output[]
  /** Null if missing, as opposed to empty. */
  readonly reply: string | null
  readonly thinking: string | null
  readonly calls: readonly Leaf[]
  readonly receipt?: Receipt
  /** As they were when the prompt ran; absent if it has none. */
  readonly references?: readonly Reference[]
}

/**
 * A request to run a cell. `to` is a kernel id, or 'model'. `saw` is the run whose result the person was looking at: a
 * request queued offline must not replace a newer reply. `sourceDigest` is of the text they saw: no other text is run
 * (requested-texts.ts). Stock clients may omit it.
 */
export interface RunRequest extends By {
  readonly id: string
  readonly to: string
  readonly at: number
  readonly saw: string | null
  readonly sourceDigest?: string
  /** Continues the existing reply. */
  readonly goOn?: true
  /** As looked up in the kernel of the person who asks. */
  readonly references?: readonly Reference[]
  readonly stop?: true
}

/**
 * The conflict of an outside edit with a cell. both: the same lines were changed on both sides, and both changes are in
 * the text · kept: the file lacks what was written since it was read, or the cell itself, and that was kept · deleted:
 * the file has a cell that was deleted here and stays deleted · outputs: only its outputs differ · mended: a program
 * replaced the cell's text with something else, and it was restored (text-repair.ts).
 */
export const markReasons = ['both', 'kept', 'deleted', 'outputs', 'mended'] as const
export interface Mark {
  readonly why: (typeof markReasons)[number]
  /** The cell's source in the file; null if the file lacks the cell. */
  readonly theirs: string | null
  /** The cell's result in the file, if it differs and ours was kept; null for none. */
  readonly result?: Result | null
}

export interface Cell {
  readonly id: CellId
  readonly kind: KindName
  /** LF line ends only. */
  readonly source: string
  readonly meta: Leaves
  readonly attachments: Leaves
  /** Further content of the file's cell, for writing it back; null if none. Only ipynb/ reads it. */
  readonly extra: Leaf
  readonly result: Result | null
  /** Absent where there are none. */
  readonly comments?: readonly Thread[]
}

/** If `id` is empty, the file gets an id derived from the source. */
export const newCell = (kind: KindName, source: string, id: CellId = cellId('')): Cell => ({
  id,
  kind,
  source,
  meta: {},
  attachments: {},
  extra: null,
  result: null,
})

/** A result that did not come from a run here. */
export const importedResult = (result: Partial<Result> = {}): Result => ({
  run: null,
  count: null,
  status: 'done',
  outputs: [],
  reply: null,
  thinking: null,
  calls: [],
  ...result,
})

/** How the file was written, for writing it back; all further keys belong to ipynb/. */
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
