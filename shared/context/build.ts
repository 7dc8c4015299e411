// What a model is given with a prompt: a function of the notebook alone, so that a page can show beforehand exactly
// what would be sent, and an account of every cell above.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { type Cell, type CellId, type Notebook } from '../notebook/notebook.ts'
import { type Turn } from '../notebook/cell-kinds/cell-kind.ts'
import { estimateTokens, leftOut } from './budget.ts'
import { modeOf, systemPrompt, thinkingIn } from './mode.ts'

/** What became of one cell. `tokens` is the estimate of what it is, or would be, worth. */
type Share = { readonly id: CellId; readonly tokens: number } & (
  | { readonly use: 'included'; readonly why: 'asked' | 'pinned' | 'fits' }
  | { readonly use: 'omitted'; readonly why: 'budget' }
  | { readonly use: 'skipped'; readonly why: 'marked' | 'empty' }
)

export interface Context {
  readonly system: string
  /** User and assistant alternate, beginning and ending with the user. */
  readonly messages: readonly Turn[]
  /** The cells from the top down to the prompt, which is the last; those below are never part of it. */
  readonly shares: readonly Share[]
  /** Estimated tokens of all that is sent. */
  readonly tokens: number
  /** The model is asked to think first. */
  readonly thinking: boolean
}

/** `budget` is in estimated tokens, the system prompt included. Null where there is no such prompt cell. */
export function buildContext(notebook: Notebook, prompt: CellId, budget: number): Context | null {
  const end = notebook.cells.findIndex((cell) => cell.id === prompt)
  const asked = notebook.cells[end]
  if (asked === undefined || kindNamed(asked.kind).executor?.type !== 'model') return null
  const system = systemPrompt(modeOf(notebook.meta))

  const above = notebook.cells.slice(0, end).map((cell) => weigh(cell, kindNamed(cell.kind).turns(cell)))
  // Its old reply is what is to be replaced: only the question is sent.
  const question = weigh(asked, [{ role: 'user', text: asked.source.trim() }])
  const candidates = [...above.filter(({ use }) => use !== 'skipped'), question]
  const omitted = leftOut(
    candidates.map(({ tokens, cell, use }) => ({ tokens, fixed: cell === asked || use === 'pinned' })),
    budget - estimateTokens(system),
  )
  const out = new Set(candidates.filter((_, index) => omitted.has(index)))

  const messages = joined(spoken(candidates, out))
  return {
    system,
    messages,
    shares: [...above, question].map((entry) => shareOf(entry, entry === question, out.has(entry))),
    thinking: thinkingIn(notebook.meta, asked.meta),
    tokens: messages.reduce((sum, { text }) => sum + estimateTokens(text), estimateTokens(system)),
  }
}

interface Weighed {
  readonly cell: Cell
  readonly turns: readonly Turn[]
  readonly tokens: number
  readonly use: 'skipped' | 'pinned' | 'plain'
}

function weigh(cell: Cell, turns: readonly Turn[]): Weighed {
  const skipped = cell.meta['skipped'] === true || turns.length === 0
  return {
    cell,
    turns,
    tokens: turns.reduce((sum, { text }) => sum + estimateTokens(text), 0),
    use: skipped ? 'skipped' : cell.meta['pinned'] === true ? 'pinned' : 'plain',
  }
}

function shareOf({ cell, turns, tokens, use }: Weighed, asked: boolean, out: boolean): Share {
  const { id } = cell
  if (asked) return { id, tokens, use: 'included', why: 'asked' }
  if (use === 'skipped') return { id, tokens, use, why: turns.length === 0 ? 'empty' : 'marked' }
  if (out) return { id, tokens, use: 'omitted', why: 'budget' }
  return { id, tokens, use: 'included', why: use === 'pinned' ? 'pinned' : 'fits' }
}

/** The turns of what stays, with a line in each place where cells are missing. */
function spoken(entries: readonly Weighed[], out: ReadonlySet<Weighed>): readonly Turn[] {
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

/** Providers want the roles to alternate, beginning with the user's. */
function joined(turns: readonly Turn[]): readonly Turn[] {
  const messages: Turn[] = []
  for (const turn of turns) {
    const last = messages.at(-1)
    if (last?.role === turn.role)
      messages[messages.length - 1] = { ...turn, text: `${last.text}\n\n${turn.text}` }
    else messages.push(turn)
  }
  return messages
}
