// What a kind of cell is, in one description; kinds.ts has the list. Whatever differs from kind to kind is said here and
// asked of the description, so that nothing else names a kind.
import type { CellFlag } from './flags.ts'
import type { Cell, KindName, Leaf, Leaves } from '../notebook.ts'
import type { PromptText } from './prompt-text.ts'

export interface CellKind {
  /** As the document has it. */
  readonly name: KindName
  /** For people, as in "Code cell 3". */
  readonly label: string
  readonly language: CellLanguage
  /** Stands in an empty cell. */
  readonly hint: string
  /** Who runs it; null for what is only read. */
  readonly executor: Executor | null
  /** What a person can set besides what every cell has. */
  readonly flags: readonly CellFlag[]
  /** The level, 1 to 6, of the heading that a source begins with. */
  readonly heading?: (source: string) => number | null
  readonly file: FileForm
  /** Tells a model how it will find such cells; null where nothing has to be said. */
  readonly given: string | null
  /** What a cell says to a model above its prompt; nothing where it is empty. */
  readonly turns: (cell: Cell) => readonly Turn[]
  /** The cell in an exported page; '' for nothing. */
  readonly html: (cell: Cell, write: HtmlParts) => string
}

export type CellLanguage = 'python' | 'sql' | 'markdown' | 'plain'

export type Executor =
  /** `code` is what its Python runs for a source. */
  | { readonly type: 'kernel'; readonly code: (source: string) => string }
  | { readonly type: 'model'; readonly answer: 'text' | 'picture' }

/** How a file holds it. What the file says otherwise is kept by its text (ipynb/verbatim.ts) until the cell changes. */
export interface FileForm {
  /** nbformat's type. Only a code cell has outputs in a file. */
  readonly cellType: 'code' | 'markdown' | 'raw'
  /** Whether a cell of that type may be one. */
  readonly accepts: (cellType: string) => boolean
  /** The metadata that tells it from other cells of its type; null for the kind that all others of the type are. */
  readonly mark: readonly [key: string, value: Leaf] | null
  /** Metadata for other programs, written with the mark. */
  readonly besides: Leaves
  /** How the file's text holds the source, where it is not the source itself. */
  readonly text: TextForm | null
}

export interface TextForm {
  readonly read: (text: string) => PromptText
  readonly write: (text: PromptText) => string
  /** Whether a text is of this kind even without the mark. */
  readonly tells: (text: string) => boolean
  /** A model's answer is in the text too, and what it did besides lies in the metadata. */
  readonly hasReply: boolean
}

/** Metadata that names a kind which nbformat does not have. Its source is the file's text, its outputs are the file's. */
export const kindKey = 'llm_notebook_type'

/** A part of what a model is given. */
export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly text: string
}

/** The parts that a cell of an exported page is made of. */
export interface HtmlParts {
  readonly section: (name: string, inner: string, who?: string) => string
  readonly markdown: (text: string) => string
  readonly text: (text: string) => string
  /** A source with the cell's number and outputs; the notebook's own language where none is named. */
  readonly code: (name: string, language?: CellLanguage) => string
  /** The cell's outputs alone. */
  readonly outputs: () => string
  readonly reply: (text: string) => string
  readonly folded: (title: string, text: string) => string
}
