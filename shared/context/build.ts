// Builds what is sent to the model for a prompt. Depends on the notebook alone, so that a page can show in advance what
// would be sent, and why each cell is included or not.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { importedResult, type Cell, type CellId, type Notebook } from '../notebook/notebook.ts'
import { questionText } from '../notebook/cell-kinds/turns.ts'
import { mentionedIn } from '../notebook/mentioned.ts'
import { defaultSight, type PartedTurn, type Part, type Sight } from '../model/provider.ts'
import { blobsIn, withBlobs, type FindBlob } from '../notebook/document/blob-references.ts'
import type { BlobRef } from '../notebook/output/blob.ts'
import type { Turn } from '../notebook/cell-kinds/cell-kind.ts'
import { estimateTokens, omittedIndices } from './budget.ts'
import { craftText, useCraft, type Craft, type CraftUse } from './craft.ts'
import { correctionAt } from './correction.ts'
import { untrusted } from './untrusted.ts'
import { modeOf, systemPrompt, thinkingIn, type Mode } from './mode.ts'
import { usePictures, type PictureUse } from './pictures.ts'

/** How a cell is used. `tokens` is its size, included or not; 0 below the prompt. */
export type CellUse = {
  readonly id: CellId
  readonly tokens: number
  /** Sent only with their cell. */
  readonly pictures: readonly PictureUse[]
} & (
  | { readonly use: 'included'; readonly why: 'asked' | 'pinned' | 'fits' }
  | { readonly use: 'omitted'; readonly why: 'budget' }
  | { readonly use: 'skipped'; readonly why: 'marked' | 'empty' | 'below' }
)

export interface Context {
  readonly mode: Mode
  readonly system: string
  /** Of the system prompt without the folders' instructions. */
  readonly systemTokens: number
  /** From the top folder down. */
  readonly craft: readonly CraftUse[]
  /** Roles alternate, starting and ending with the user. */
  readonly messages: readonly PartedTurn[]
  /** All cells, in order. */
  readonly uses: readonly CellUse[]
  /** The total, estimated and then corrected, as are all counts here. */
  readonly tokens: number
  /** The total before the correction. */
  readonly estimated: number
  /** Factor for estimates; null if no reply has reported its tokens yet. */
  readonly correction: number | null
  /** Ask the model for reasoning. */
  readonly thinking: boolean
}

/** What a prompt's context depends on besides the notebook. */
export interface Surroundings {
  /** Tokens, including the system prompt. */
  readonly budget: number
  readonly sight: Sight
  readonly craft: readonly Craft[]
}

export const surroundings = (budget: number, rest: Partial<Surroundings> = {}): Surroundings => ({
  sight: defaultSight,
  craft: [],
  ...rest,
  budget,
})

interface Chosen {
  readonly asked: Cell
  /** Up to and including the asked cell. */
  readonly cells: readonly Cell[]
  readonly pictures: ReadonlyMap<Cell, readonly PictureUse[]>
}

const isSkipped = ({ meta }: Cell): boolean => meta['skipped'] === true
const isPinned = ({ meta }: Cell): boolean => meta['pinned'] === true

/** Without its reply, which will be replaced, but with the known values of its references. */
const toBeAsked = (cell: Cell): Cell => {
  const known = cell.result?.references ?? []
  const references = mentionedIn(cell.source).values.map(
    (value) =>
      known.find((reference) => 'value' in reference && reference.value === value) ??
      ({ value, text: 'It was not looked up.', failed: true } as const),
  )
  return { ...cell, result: references.length === 0 ? null : importedResult({ references }) }
}

/** Null if `prompt` is not a prompt cell. */
const choose = (notebook: Notebook, prompt: CellId, { budget, sight }: Surroundings): Chosen | null => {
  const cells = notebook.cells.slice(0, notebook.cells.findIndex(({ id }) => id === prompt) + 1)
  const asked = cells.at(-1)
  if (asked === undefined || kindNamed(asked.kind).executor?.type !== 'model') return null
  const seen = cells.map((cell) => (cell === asked ? toBeAsked(cell) : cell))
  const question = seen.at(-1) ?? asked
  const shown = seen.filter((cell) => cell === question || !isSkipped(cell))
  const isFixed = (cell: Cell): boolean => cell === question || isPinned(cell)
  return { asked: question, cells: seen, pictures: usePictures(shown, isFixed, sight, budget) }
}

/** The blobs whose values the context needs. */
export const blobsGiven = (notebook: Notebook, prompt: CellId, around: Surroundings): readonly BlobRef[] => [
  ...blobsIn(notebook).filter(({ mime }) => mime.startsWith('text/')),
  ...[...(choose(notebook, prompt, around)?.pictures.values() ?? [])]
    .flat()
    .flatMap(({ blob }) => blob ?? []),
]

/** Null if `prompt` is not a prompt cell. */
export const buildContext = (
  bare: Notebook,
  prompt: CellId,
  around: Surroundings,
  find: FindBlob = () => undefined,
): Context | null => {
  const given = new Set(blobsGiven(bare, prompt, around).map(({ $blob }) => $blob))
  const notebook = withBlobs(bare, (ref) => (given.has(ref.$blob) ? find(ref) : undefined))
  const chosen = choose(notebook, prompt, around)
  if (chosen === null) return null
  const { asked, cells, pictures } = chosen
  const mode = modeOf(notebook.meta)
  const craft = useCraft(around.craft, notebook.meta, around.budget)
  const instructions = craft.flatMap((use) => (use.use === 'included' ? [craftText(use.craft)] : []))
  const system = [systemPrompt(mode), ...instructions].join('\n\n')
  const correction = correctionAt(notebook.cells.slice(0, cells.length))
  const corrected = (estimate: number): number => Math.ceil(estimate * (correction ?? 1))
  const entries = cells.map((cell): Measured => {
    const turns: readonly Turn[] =
      cell === asked ? [{ role: 'user', text: questionText(asked) }] : kindNamed(cell.kind).turns(cell)
    const seen = pictures.get(cell) ?? []
    return { cell, turns, pictures: seen, tokens: corrected(tokensOf(turns, seen)) }
  })
  const candidates = entries.filter((entry) => entry.cell === asked || !isOut(entry))
  const systemTokens = corrected(estimateTokens(systemPrompt(mode)))
  const omitted = omittedIndices(
    candidates.map(({ tokens, cell }) => ({ tokens, fixed: cell === asked || isPinned(cell) })),
    around.budget - corrected(estimateTokens(system)),
  )
  const left = new Set(candidates.filter((_, index) => omitted.has(index)))

  const messages = alternating(turnsWithGaps(candidates, left))
  const sent = candidates.filter((entry) => !left.has(entry)).flatMap((entry) => entry.pictures)
  const estimated = tokensOf([{ role: 'user', text: system }, ...messages], sent)
  return {
    mode,
    system,
    systemTokens,
    craft: craft.map((use) => ({ ...use, tokens: corrected(use.tokens) })),
    messages,
    uses: [
      ...entries.map((entry) => useOf(entry, entry.cell === asked, left.has(entry))),
      ...notebook.cells.slice(cells.length).map(({ id }) => below(id)),
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
  readonly pictures: readonly PictureUse[]
  readonly tokens: number
}

const isOut = ({ cell, turns }: Measured): boolean => isSkipped(cell) || turns.length === 0

const tokensOf = (turns: readonly Turn[], pictures: readonly PictureUse[]): number =>
  turns.reduce((sum, turn) => sum + estimateTokens(textOf(turn)), 0) +
  pictures.reduce((sum, { tokens }) => sum + tokens, 0)

const useOf = (entry: Measured, asked: boolean, left: boolean): CellUse => {
  const { cell, turns, tokens, pictures } = entry
  const of = { id: cell.id, tokens, pictures }
  if (asked) return { ...of, use: 'included', why: 'asked' }
  if (isOut(entry)) return { ...of, use: 'skipped', why: turns.length === 0 ? 'empty' : 'marked' }
  if (left) return { ...of, use: 'omitted', why: 'budget' }
  return { ...of, use: 'included', why: isPinned(cell) ? 'pinned' : 'fits' }
}

const below = (id: CellId): CellUse => ({ id, tokens: 0, pictures: [], use: 'skipped', why: 'below' })

/** The turns of the included cells, with a line wherever cells are omitted. A cell's images follow its first text. */
const turnsWithGaps = (entries: readonly Measured[], left: ReadonlySet<Measured>): readonly PartedTurn[] => {
  const turns: PartedTurn[] = []
  let missing = 0
  for (const entry of entries) {
    if (left.has(entry)) {
      missing++
      continue
    }
    if (missing > 0)
      turns.push(userTurn({ text: `[${missing} ${missing === 1 ? 'cell' : 'cells'} omitted]`, pictures: [] }))
    missing = 0
    const pictures = entry.pictures.flatMap(({ picture }) => picture ?? [])
    entry.turns.forEach((turn, nth) => {
      const text = textOf(turn)
      const part = { text, pictures: nth === 0 ? pictures : [] }
      turns.push(turn.role === 'user' ? userTurn(part) : { role: turn.role, text })
    })
  }
  return turns
}

/** The text as sent. */
const textOf = ({ text, from }: Turn): string => (from === undefined ? text : untrusted(from, text))

const userTurn = (part: Part): PartedTurn => ({ role: 'user', text: part.text, parts: [part] })

/** Merges consecutive turns of one role, because providers require alternating roles. */
export const alternating = (turns: readonly PartedTurn[]): readonly PartedTurn[] => {
  const messages: PartedTurn[] = []
  for (const { from: _, ...turn } of turns.map((each) => ({ ...each, text: textOf(each) }))) {
    const last = messages.at(-1)
    if (last?.role !== turn.role) messages.push(turn)
    else
      messages[messages.length - 1] = {
        role: turn.role,
        text: `${last.text}\n\n${turn.text}`,
        ...(turn.role === 'assistant' ? {} : { parts: [...partsOf(last), ...partsOf(turn)] }),
      }
  }
  return messages
}

export const partsOf = ({ text, parts }: PartedTurn): readonly Part[] => parts ?? [{ text, pictures: [] }]
