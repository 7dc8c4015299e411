// Boolean cell metadata, under the names used by JupyterLab and Solveit; true or absent.
import type { CellKind } from './cell-kind.ts'
import type { Leaf, Leaves } from '../notebook.ts'
import { isRecord } from '../../record.ts'

/**
 * skipped: hidden from the model · pinned: always in the model's context · source_hidden, outputs_hidden (JupyterLab's,
 * inside `jupyter`), input_collapse, hide_input, output_collapse: collapsed · scrolled: the output has a fixed height ·
 * heading_collapsed: the cells below a heading are hidden · is_exported: part of the module generated from the notebook
 * · use_thinking: the model thinks before it answers.
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

/** The metadata changes that set or remove the flag; an undefined value removes the key. */
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

/** The flag by which something is collapsed; if it is not, the flag of the notebook's own app. */
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

/** The flags offered for a cell; of synonyms, the first. */
export const flagsFor = (kind: CellKind, source: string): readonly CellFlag[] => {
  const isHeading = (kind.heading?.(source) ?? null) !== null
  const own = [...ofEveryCell, ...kind.flags, ...(isHeading ? (['heading_collapsed'] as const) : [])]
  return cellFlags.filter((flag) => own.includes(flag))
}
