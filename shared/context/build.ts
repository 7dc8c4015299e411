// Builds what is sent to the model for a prompt. Depends on the notebook alone, so that a page can show in advance what
// would be sent, and why each cell is included or not.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import type { Cell, CellId, Notebook } from '../notebook/notebook.ts'
import type { BlobRef } from '../notebook/output/blob.ts'
import type { Turn } from '../notebook/cell-kinds/cell-kind.ts'
import { shownOutputs } from '../notebook/output/output.ts'
import { estimateTokens, omittedIndices } from './budget.ts'
import { correctionAt } from './correction.ts'
import { untrusted } from './untrusted.ts'
import { modeOf, systemPrompt, thinkingIn, type Mode } from './mode.ts'

/** How a cell is used. `tokens` is its size, included or not; 0 below the prompt. `images` are not sent. */
export type CellUse = { readonly id: CellId; readonly tokens: number; readonly images: number } & (
  | { readonly use: 'included'; readonly why: 'asked' | 'pinned' | 'fits' }
  | { readonly use: 'omitted'; readonly why: 'budget' }
  | { readonly use: 'skipped'; readonly why: 'marked' | 'empty' | 'below' }
)

export interface Context {
  readonly mode: Mode
  readonly system: string
  readonly systemTokens: number
  /** Roles alternate, starting and ending with the user. */
  readonly messages: readonly Turn[]
  /** All cells, in order. */
  readonly uses: readonly CellUse[]
  /** The total, estimated and then corrected, as are all counts here. */
  readonly tokens: number
  /** The total before the correction. */
  readonly estimated: number
  /** By which estimates are multiplied; null if no reply has told yet. */
  readonly correction: number | null
  /** Ask the model for reasoning. */
  readonly thinking: boolean
}

/** Models are given text only: the values of other blobs need not be there. */
export const isGiven = ({ mime }: BlobRef): boolean => mime.startsWith('text/')

/** `budget` is in tokens and includes the system prompt. Null if `prompt` is not a prompt cell. */
export const buildContext = (notebook: Notebook, prompt: CellId, budget: number): Context | null => {
  const end = notebook.cells.findIndex((cell) => cell.id === prompt)
  const asked = notebook.cells[end]
  if (asked === undefined || kindNamed(asked.kind).executor?.type !== 'model') return null
  const mode = modeOf(notebook.meta)
  const system = systemPrompt(mode)
  const above = notebook.cells.slice(0, end)
  const correction = correctionAt(notebook.cells.slice(0, end + 1))
  const corrected = (estimate: number): number => Math.ceil(estimate * (correction ?? 1))
  const measured = (cell: Cell, turns: readonly Turn[]): Measured => {
    const { tokens, ...rest } = measure(cell, turns)
    return { ...rest, tokens: corrected(tokens) }
  }

  const measuredAbove = above.map((cell) => measured(cell, kindNamed(cell.kind).turns(cell)))
  // Without its current reply, which will be replaced.
  const question = measured(asked, [{ role: 'user', text: asked.source.trim() }])
  const candidates = [...measuredAbove.filter(({ use }) => use !== 'skipped'), question]
  const systemTokens = corrected(estimateTokens(system))
  const omitted = omittedIndices(
    candidates.map(({ tokens, cell, use }) => ({ tokens, fixed: cell === asked || use === 'pinned' })),
    budget - systemTokens,
  )
  const out = new Set(candidates.filter((_, index) => omitted.has(index)))

  const messages = alternating(turnsWithGaps(candidates, out))
  const estimated = messages.reduce((sum, { text }) => sum + estimateTokens(text), estimateTokens(system))
  return {
    mode,
    system,
    systemTokens,
    messages,
    uses: [
      ...[...measuredAbove, question].map((entry) => useOf(entry, entry === question, out.has(entry))),
      ...notebook.cells.slice(end + 1).map(({ id }) => below(id)),
    ],
    thinking: thinkingIn(notebook.meta, asked.meta),
    tokens: corrected(estimated),
    estimated,
    correction,
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
    tokens: turns.reduce((sum, turn) => sum + estimateTokens(textOf(turn)), 0),
    use: skipped ? 'skipped' : cell.meta['pinned'] === true ? 'pinned' : 'plain',
  }
}

const useOf = ({ cell, turns, tokens, use }: Measured, asked: boolean, out: boolean): CellUse => {
  const of = { id: cell.id, tokens, images: asked ? 0 : imagesOf(cell) }
  if (asked) return { ...of, use: 'included', why: 'asked' }
  if (use === 'skipped') return { ...of, use, why: turns.length === 0 ? 'empty' : 'marked' }
  if (out) return { ...of, use: 'omitted', why: 'budget' }
  return { ...of, use: 'included', why: use === 'pinned' ? 'pinned' : 'fits' }
}

const below = (id: CellId): CellUse => ({ id, tokens: 0, images: 0, use: 'skipped', why: 'below' })

const imagesOf = ({ result, attachments }: Cell): number =>
  Object.keys(attachments).length +
  shownOutputs(result?.outputs ?? []).filter(
    (output) => output.type === 'rich' && Object.keys(output.data).some((mime) => mime.startsWith('image/')),
  ).length

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

/** As it is sent. */
const textOf = ({ text, from }: Turn): string => (from === undefined ? text : untrusted(from, text))

/** Merges consecutive turns of one role, because providers require alternating roles. */
export const alternating = (turns: readonly Turn[]): readonly Turn[] => {
  const messages: Turn[] = []
  for (const turn of turns) {
    const { role } = turn
    const last = messages.at(-1)
    if (last?.role === role) messages[messages.length - 1] = { role, text: `${last.text}\n\n${textOf(turn)}` }
    else messages.push({ role, text: textOf(turn) })
  }
  return messages
}
