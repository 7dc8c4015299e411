// Builds what is sent to the model for a question in a thread: the cells down to the one the thread is on, then the
// conversation. It is built as if the conversation were prompt cells there, so the rules for prompts apply.
import { prompt } from '../notebook/cell-kinds/prompt.ts'
import {
  cellId,
  importedResult,
  newCell,
  type Cell,
  type CellId,
  type Notebook,
} from '../notebook/notebook.ts'
import type { Passage, ThreadMessage } from '../notebook/thread.ts'
import type { FindBlob } from '../notebook/document/blob-references.ts'
import { buildContext, type Context, type Surroundings } from './build.ts'
import { untrusted } from './untrusted.ts'

export interface ThreadQuestion {
  /** Null for a thread on the notebook. */
  readonly cell: CellId | null
  readonly passage: Passage | null
  /** In order. */
  readonly messages: readonly ThreadMessage[]
  /** The id of the message to answer. */
  readonly question: string
}

const quoted = (text: string): string => text.replace(/^/gm, '> ')

/** Each line is quoted, so that nobody can write in the name of another person or of the model. */
const wrote = ({ by, text }: ThreadMessage): string => `${by || 'Somebody'} wrote:\n${quoted(text)}`

const opening = (position: number | null, passage: Passage | null): string => {
  const place = position === null ? 'this notebook' : `cell ${position}, the last one above`
  const about = passage === null ? '' : `\nThe selected text:\n${untrusted('the selection', passage.quote)}`
  return `People discuss ${place} in its comments. Answer in the thread, in a few sentences unless asked for more.${about}`
}

/** A prompt outside of any notebook. */
export const promptCell = (id: string, source: string, reply: string | null): Cell => ({
  ...newCell(prompt.name, source, cellId(id)),
  result: reply === null ? null : importedResult({ reply }),
})

export const buildThreadContext = (
  notebook: Notebook,
  { cell, passage, messages, question }: ThreadQuestion,
  around: Surroundings,
  find?: FindBlob,
): Context => {
  const at = notebook.cells.findIndex(({ id }) => id === cell)
  const above = cell === null ? notebook.cells : notebook.cells.slice(0, at + 1)
  // A cell hidden from the model is not quoted either.
  const isHidden = notebook.cells[at]?.meta['skipped'] === true
  const turns: Cell[] = []
  let questions = [opening(cell === null ? null : at + 1, isHidden ? null : passage)]
  // Not a valid cell id, so no cell of the notebook has it.
  const idOf = (): string => `thread ${turns.length}`
  for (const message of messages) {
    if (message.id === question) {
      questions.push(`${message.by || 'Somebody'} asks you:\n\n${message.text}`)
      break
    }
    if (message.answers === undefined) questions.push(wrote(message))
    else {
      turns.push(promptCell(idOf(), questions.join('\n\n'), message.text))
      questions = []
    }
  }
  const asked = promptCell(idOf(), questions.join('\n\n'), null)
  const context = buildContext({ ...notebook, cells: [...above, ...turns, asked] }, asked.id, around, find)
  if (context === null) throw new Error('the question is a prompt')
  return context
}
