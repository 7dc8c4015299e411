import type { Leaf, Leaves } from '../notebook/notebook.ts'
import type { KeyOrder } from './keys.ts'
import type { PromptForm } from '../notebook/cell-kinds/prompt-text.ts'
import type { SourceForm, SourceNewline } from './source.ts'
import { readKeys } from './style.ts'
import { readVerbatim, type Verbatim } from './verbatim.ts'
import { isRecord } from '../record.ts'

/** The parsed form of `Cell.extra`: details of a cell in the file that the cell does not have. Usually empty. */
export interface CellExtra {
  /** The file's value for the id, if it differs from the cell's id; null for none. */
  readonly id?: Leaf
  /** The file's cell type, if it differs from the one its kind is saved as (see FileForm). */
  readonly cellType?: string
  /** If different from the file's. */
  readonly form?: SourceForm
  readonly newline?: Exclude<SourceNewline, '\n'>
  /** If different from the file's and not sorted. */
  readonly keys?: KeyOrder
  readonly metaKeys?: KeyOrder
  readonly attachmentKeys?: KeyOrder
  readonly unknown?: Leaves
  readonly prompt?: PromptForm
  readonly verbatim?: Verbatim
}

/** Ignores anything that is malformed: peers can write any value. */
export const readExtra = (leaf: Leaf): CellExtra => {
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

const readForm = ({ hex, robots, before, after, flag }: Leaves): PromptForm => {
  return {
    ...(typeof hex === 'string' && /^[0-9a-fA-F]{8}$/.test(hex) ? { hex } : {}),
    ...(robots === false ? { robots } : {}),
    ...(isGap(before) ? { before } : {}),
    ...(isGap(after) ? { after } : {}),
    ...(flag === false ? { flag } : {}),
  }
}

const isGap = (leaf: Leaf | undefined): leaf is string => leaf === '' || leaf === '\n' || leaf === '\n\n'
