// Builds what is sent to the model for a prompt. Depends on the notebook alone, so that a page can show in advance what
// would be sent, and why each cell is included or not.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Cell, CellId, Notebook } from '../notebook/notebook.ts'
import type { Turn } from '../notebook/cell-kinds/cell-kind.ts'
import { estimateTokens, omittedIndices } from './budget.ts'
import { modeOf, systemPrompt, thinkingIn } from './mode.ts'

/** How a cell is used. `tokens` is its estimated size, included or not. */
type CellUse = { readonly id: CellId; readonly tokens: number } & (
  | { readonly use: 'included'; readonly why: 'asked' | 'pinned' | 'fits' }
  | { readonly use: 'omitted'; readonly why: 'budget' }
  | { readonly use: 'skipped'; readonly why: 'marked' | 'empty' }
)

export interface Context {
  readonly system: string
  /** Roles alternate, starting and ending with the user. */
  readonly messages: readonly Turn[]
  /** The cells from the top to the prompt, which is the last one. */
  readonly uses: readonly CellUse[]
  /** Estimated total. */
  readonly tokens: number
  /** Ask the model for reasoning. */
  readonly thinking: boolean
}

/** `budget` is in estimated tokens and includes the system prompt. Null if `prompt` is not a prompt cell. */
export const buildContext = (notebook: Notebook, prompt: CellId, budget: number): Context | null => {
  const end = notebook.cells.findIndex((cell) => cell.id === prompt)
  const asked = notebook.cells[end]
  if (asked === undefined || kindNamed(asked.kind).executor?.type !== 'model') return null
  const system = systemPrompt(modeOf(notebook.meta))

  const above = notebook.cells.slice(0, end).map((cell) => measure(cell, kindNamed(cell.kind).turns(cell)))
  // Without its current reply, which will be replaced.
  const question = measure(asked, [{ role: 'user', text: asked.source.trim() }])
  const candidates = [...above.filter(({ use }) => use !== 'skipped'), question]
  const omitted = omittedIndices(
    candidates.map(({ tokens, cell, use }) => ({ tokens, fixed: cell === asked || use === 'pinned' })),
    budget - estimateTokens(system),
  )
  const out = new Set(candidates.filter((_, index) => omitted.has(index)))

  const messages = alternating(turnsWithGaps(candidates, out))
  return {
    system,
    messages,
    uses: [...above, question].map((entry) => useOf(entry, entry === question, out.has(entry))),
    thinking: thinkingIn(notebook.meta, asked.meta),
    tokens: messages.reduce((sum, { text }) => sum + estimateTokens(text), estimateTokens(system)),
  }
}

interface Measured {
  readonly cell: Cell
  readonly turns: readonly Turn[]
  readonly tokens: number
  readonly use: 'skipped' | 'pinned' | 'plain'
}

const measure = (cell: Cell, turns: readonly Turn[]): Measured => {
  const skipped = cell.meta['skipped'] === true || turns.length === 0
  return {
    cell,
    turns,
    tokens: turns.reduce((sum, { text }) => sum + estimateTokens(text), 0),
    use: skipped ? 'skipped' : cell.meta['pinned'] === true ? 'pinned' : 'plain',
  }
}

const useOf = ({ cell, turns, tokens, use }: Measured, asked: boolean, out: boolean): CellUse => {
  const { id } = cell
  if (asked) return { id, tokens, use: 'included', why: 'asked' }
  if (use === 'skipped') return { id, tokens, use, why: turns.length === 0 ? 'empty' : 'marked' }
  if (out) return { id, tokens, use: 'omitted', why: 'budget' }
  return { id, tokens, use: 'included', why: use === 'pinned' ? 'pinned' : 'fits' }
}

/** The turns of the included cells, with a line wherever cells are omitted. */
const turnsWithGaps = (entries: readonly Measured[], out: ReadonlySet<Measured>): readonly Turn[] => {
  const turns: Turn[] = []
  let missing = 0
  for (const entry of entries) {
    if (out.has(entry)) {
      missing++
      continue
    }
    if (missing > 0)
      turns.push({ role: 'user', text: `[${missing} ${missing === 1 ? 'cell' : 'cells'} omitted]` })
    missing = 0
    turns.push(...entry.turns)
  }
  return turns
}

/** Merges consecutive turns of one role, because providers require alternating roles. */
const alternating = (turns: readonly Turn[]): readonly Turn[] => {
  const messages: Turn[] = []
  for (const turn of turns) {
    const last = messages.at(-1)
    if (last?.role === turn.role)
      messages[messages.length - 1] = { ...turn, text: `${last.text}\n\n${turn.text}` }
    else messages.push(turn)
  }
  return messages
}
