// CRAFT.ipynb: instructions for models, and code for kernels, for all notebooks in a folder and below.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { note } from '../notebook/cell-kinds/note.ts'
import type { Leaf, Leaves, Notebook } from '../notebook/notebook.ts'
import { estimateTokens, omittedIndices } from './budget.ts'

export const craftName = 'CRAFT.ipynb'
/** Share of the token budget. */
const maxShare = 0.5
/** Key of the notebook's metadata: the `from` of those it skips. */
const skippedKey = 'llm_notebook_skipped_craft'

export interface Craft {
  readonly path: string
  /** The path from the notebook, as in ../CRAFT.ipynb. */
  readonly from: string
  /** Instructions. */
  readonly notes: string
  /** Python, cell by cell. */
  readonly code: readonly string[]
  /** Why it cannot be read; null if it can. */
  readonly problem: string | null
}

export interface CraftUse {
  readonly craft: Craft
  readonly tokens: number
  readonly use: 'included' | 'skipped' | 'omitted'
}

/** Without skipped cells, which are for people. */
export const readCraft = (path: string, from: string, { cells }: Notebook): Craft => {
  const read = cells.filter(({ meta, source }) => meta['skipped'] !== true && source.trim() !== '')
  return {
    path,
    from,
    notes: read.flatMap(({ kind, source }) => (kind === note.name ? [source.trim()] : [])).join('\n\n'),
    code: read.flatMap(({ kind, source }) => {
      const { executor } = kindNamed(kind)
      return executor?.type === 'kernel' ? [executor.code(source)] : []
    }),
    problem: null,
  }
}

const skipped = (meta: Leaves): readonly Leaf[] => {
  const found = meta[skippedKey]
  return Array.isArray(found) ? found : []
}

/** The change of the metadata that skips it or includes it again. */
export const toggledCraft = (
  meta: Leaves,
  { from }: Craft,
): { readonly key: string; readonly value: Leaf | undefined } => {
  const before = skipped(meta)
  const value = before.includes(from) ? before.filter((each) => each !== from) : [...before, from]
  return { key: skippedKey, value: value.length === 0 ? undefined : value }
}

/** As a part of the system prompt. */
export const craftText = ({ from, notes }: Craft): string =>
  `The people of this folder ask you, in ${from}:\n\n${notes}`

/** From the top folder down. If they exceed the budget, the nearest folders stay. */
export const useCraft = (all: readonly Craft[], meta: Leaves, budget: number): readonly CraftUse[] => {
  const withNotes = all.filter(({ notes }) => notes !== '')
  const uses = withNotes.map((craft): CraftUse => {
    const isSkipped = skipped(meta).includes(craft.from)
    return { craft, tokens: estimateTokens(craftText(craft)), use: isSkipped ? 'skipped' : 'included' }
  })
  const sent = uses.filter(({ use }) => use === 'included')
  const omitted = omittedIndices(
    sent.map(({ tokens }) => ({ tokens, fixed: false })),
    budget * maxShare,
  )
  const out = new Set(sent.filter((_, index) => omitted.has(index)))
  return uses.map((use) => (out.has(use) ? { ...use, use: 'omitted' } : use))
}
