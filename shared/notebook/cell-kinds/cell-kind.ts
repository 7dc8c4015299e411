// The description of a kind of cell; kinds.ts has the list. All differences between kinds are here, so that no other
// code names a kind.
import type { CellFlag } from './flags.ts'
import type { Cell, KindName, Leaf, Leaves } from '../notebook.ts'
import type { PromptText } from './prompt-text.ts'

export interface CellKind {
  /** As in the document. */
  readonly name: KindName
  /** For people, as in "Code cell 3". */
  readonly label: string
  readonly language: CellLanguage
  /** Placeholder of an empty cell. */
  readonly hint: string
  /** Who runs it; null if it does not run. */
  readonly executor: Executor | null
  /** Flags beyond those of every cell. */
  readonly flags: readonly CellFlag[]
  /** The level, 1 to 6, of the heading at the start of a source. */
  readonly heading?: (source: string) => number | null
  readonly file: FileForm
  /** Tells a model how such cells are presented; null if that needs no explanation. */
  readonly given: string | null
  /** By which signs its text refers to the kernel, see references.ts; none if absent. */
  readonly references?: readonly ReferenceSign[]
  /** The messages a cell adds to the context of a later prompt. */
  readonly turns: (cell: Cell) => readonly Turn[]
  /** The cell in an exported page; '' for nothing. */
  readonly html: (cell: Cell, write: HtmlParts) => string
}

export type ReferenceSign = '$' | '&'

export type CellLanguage = 'python' | 'sql' | 'markdown' | 'plain'

export type Executor =
  /** `code` is the Python code for a source. */
  | { readonly type: 'kernel'; readonly code: (source: string) => string }
  | { readonly type: 'model'; readonly answer: 'text' | 'picture' }

/** Its form in a file. A different form found in a file is kept as text (ipynb/verbatim.ts) until the cell changes. */
export interface FileForm {
  /** nbformat's type. Only code cells have outputs in a file. */
  readonly cellType: 'code' | 'markdown' | 'raw'
  readonly accepts: (cellType: string) => boolean
  /** The metadata that distinguishes it from other kinds of its type; null for the default kind of the type. */
  readonly mark: readonly [key: string, value: Leaf] | null
  /** Metadata for other programs, written with the mark. */
  readonly besides: Leaves
  /** How the file's text contains the source, if it is not the source itself. */
  readonly text: TextForm | null
}

export interface TextForm {
  readonly read: (text: string) => PromptText
  readonly write: (text: PromptText) => string
  /** Whether a text is of this kind even without the mark. */
  readonly matches: (text: string) => boolean
  /** The text also has a model's reply, and its further details are in the metadata. */
  readonly hasReply: boolean
}

/** Metadata key that names a kind unknown to nbformat. Such a cell's source and outputs are in their usual places. */
export const kindKey = 'llm_notebook_type'

/** A part of a model's context. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** Set if the text is material: whose it is. It is sent inside a boundary, see context/untrusted.ts. */
  readonly from?: string
}

/** Parts of a cell in an exported page. */
export interface HtmlParts {
  readonly section: (name: string, inner: string, who?: string) => string
  readonly markdown: (text: string) => string
  readonly text: (text: string) => string
  /** A source with the cell's number and outputs, in the notebook's language by default. */
  readonly code: (name: string, language?: CellLanguage) => string
  /** The cell's outputs alone. */
  readonly outputs: () => string
  readonly reply: (text: string) => string
  readonly folded: (title: string, text: string) => string
}
