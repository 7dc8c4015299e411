import type { Leaf, Leaves } from '../notebook/notebook.ts'
import type { KeyOrder } from './keys.ts'
import type { PromptForm } from '../notebook/cell-kinds/prompt-text.ts'
import type { SourceForm, SourceNewline } from './source.ts'
import { readKeys } from './style.ts'
import { readVerbatim, type Verbatim } from './verbatim.ts'
import { isRecord } from '../record.ts'

/** `Cell.extra` opened: what a file said of a cell that the cell itself does not. Mostly empty, then null. */
export interface CellExtra {
  /** What the file has for the cell's id where it is not the cell's id: null for nothing. See repair.ts. */
  readonly id?: Leaf
  /** The file's cell type, where it is not the one its kind is saved as (see FileForm). */
  readonly cellType?: string
  /** Where not the file's. */
  readonly form?: SourceForm
  readonly newline?: Exclude<SourceNewline, '\n'>
  /** Where neither the file's nor sorted. */
  readonly keys?: KeyOrder
  readonly metaKeys?: KeyOrder
  readonly attachmentKeys?: KeyOrder
  readonly unknown?: Leaves
  readonly prompt?: PromptForm
  readonly verbatim?: Verbatim
}

/** A peer may have written anything: what is not of its type is as if it were absent. */
export function readExtra(leaf: Leaf): CellExtra {
  if (!isRecord(leaf)) return {}
  const { cellType, form, newline, unknown, prompt } = leaf
  const keys = readKeys(leaf.keys)
  const metaKeys = readKeys(leaf.metaKeys)
  const attachmentKeys = readKeys(leaf.attachmentKeys)
  const verbatim = readVerbatim(leaf.verbatim)
  return {
    ...(leaf.id === undefined ? {} : { id: leaf.id }),
    ...(typeof cellType === 'string' ? { cellType } : {}),
    ...(form === 'list' || form === 'string' ? { form } : {}),
    ...(newline === '\r\n' || newline === '\r' ? { newline } : {}),
    ...(keys ? { keys } : {}),
    ...(metaKeys ? { metaKeys } : {}),
    ...(attachmentKeys ? { attachmentKeys } : {}),
    ...(isRecord(unknown) ? { unknown } : {}),
    ...(isRecord(prompt) ? { prompt: readForm(prompt) } : {}),
    ...(verbatim ? { verbatim } : {}),
  }
}

export const toExtra = (extra: CellExtra): Leaf =>
  Object.keys(extra).length === 0 ? null : (extra as unknown as Leaves)

function readForm({ hex, robots, before, after, flag }: Leaves): PromptForm {
  return {
    ...(typeof hex === 'string' && /^[0-9a-fA-F]{8}$/.test(hex) ? { hex } : {}),
    ...(robots === false ? { robots } : {}),
    ...(isGap(before) ? { before } : {}),
    ...(isGap(after) ? { after } : {}),
    ...(flag === false ? { flag } : {}),
  }
}

const isGap = (leaf: Leaf | undefined): leaf is string => leaf === '' || leaf === '\n' || leaf === '\n\n'
