// CRAFT.ipynb: what the people of a folder tell models about its notebooks and those below, and code for their kernels.
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { note } from '../notebook/cell-kinds/note.ts'
import type { Leaf, Leaves, Notebook } from '../notebook/notebook.ts'
import { estimateTokens, omittedIndices } from './budget.ts'

export const craftName = 'CRAFT.ipynb'
/** Of the tokens of a request. */
const maxShare = 0.5
/** Key of the notebook's metadata: the `from` of those that are not for its models. */
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

/** Its notes and its code; skipped cells are for people. */
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

/** The change of the metadata that skips it, or no longer does. */
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

/** From the top folder down. Of too many, those of the nearest folders stay. */
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
