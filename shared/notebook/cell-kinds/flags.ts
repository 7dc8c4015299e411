// Cell metadata that says yes or nothing, under the names that JupyterLab and Solveit write; set to true or absent.
import type { CellKind } from './cell-kind.ts'
import type { Leaf, Leaves } from '../notebook.ts'
import { isRecord } from '../../record.ts'

/**
 * skipped: the model does not see the cell · pinned: the model sees it however long the notebook is · source_hidden,
 * outputs_hidden (JupyterLab's, which lie in `jupyter`), input_collapse, hide_input, output_collapse: folded away ·
 * scrolled: the output has a height of its own · heading_collapsed: the cells below a heading are folded away ·
 * is_exported: belongs to the module the notebook is the source of · use_thinking: the model is to think before it
 * answers.
 */
export const cellFlags = [
  'skipped',
  'pinned',
  'source_hidden',
  'input_collapse',
  'hide_input',
  'outputs_hidden',
  'output_collapse',
  'scrolled',
  'heading_collapsed',
  'is_exported',
  'use_thinking',
] as const
export type CellFlag = (typeof cellFlags)[number]

export const isCellFlag = (value: unknown): value is CellFlag => cellFlags.includes(value as CellFlag)

const jupyterOf = ({ jupyter }: Leaves): Leaves => (isRecord(jupyter) ? jupyter : {})

const isSet = (meta: Leaves, flag: CellFlag): boolean => {
  if (flag !== 'source_hidden' && flag !== 'outputs_hidden') return meta[flag] === true
  // nbformat's name for hidden outputs is older.
  return jupyterOf(meta)[flag] === true || (flag === 'outputs_hidden' && meta['collapsed'] === true)
}

export const flagsOf = (meta: Leaves): readonly CellFlag[] => cellFlags.filter((flag) => isSet(meta, flag))

/** What becomes of the metadata where the flag is set, or taken away; an undefined value removes the key. */
export const toggledFlag = (
  meta: Leaves,
  flag: CellFlag,
): readonly { readonly key: string; readonly value: Leaf | undefined }[] => {
  const value = isSet(meta, flag) ? undefined : true
  if (flag !== 'source_hidden' && flag !== 'outputs_hidden') return [{ key: flag, value }]
  const { [flag]: _, ...rest } = jupyterOf(meta)
  const jupyter = value === undefined ? rest : { ...rest, [flag]: value }
  return [
    { key: 'jupyter', value: Object.keys(jupyter).length === 0 ? undefined : jupyter },
    // JupyterLab writes both.
    ...(flag === 'outputs_hidden' ? [{ key: 'collapsed', value }] : []),
  ]
}

/** Under which of its names something is folded; where it is not, the one that the notebook's own app writes. */
export const foldFlag = (cell: Leaves, notebook: Leaves, what: 'source' | 'output'): CellFlag => {
  const names = (
    what === 'source'
      ? ['source_hidden', 'input_collapse', 'hide_input']
      : ['outputs_hidden', 'output_collapse']
  ) as readonly [CellFlag, CellFlag, ...CellFlag[]]
  const isSolveit = Object.keys(notebook).some((key) => key.startsWith('solveit'))
  return names.find((name) => isSet(cell, name)) ?? names[isSolveit ? 1 : 0]
}

const ofEveryCell: readonly CellFlag[] = ['skipped', 'pinned', 'source_hidden']

/** Which of them a person is offered for a cell; of two that mean the same, the first. */
export const flagsFor = (kind: CellKind, source: string): readonly CellFlag[] => {
  const isHeading = (kind.heading?.(source) ?? null) !== null
  const own = [...ofEveryCell, ...kind.flags, ...(isHeading ? (['heading_collapsed'] as const) : [])]
  return cellFlags.filter((flag) => own.includes(flag))
}
