// Cell metadata that says yes or nothing, under the names Solveit writes; set to true or absent.
import { type Leaves } from './notebook.ts'

/**
 * skipped: the model does not see the cell · pinned: the model sees it however long the notebook is · input_collapse,
 * output_collapse: folded away.
 */
export const cellFlags = ['skipped', 'pinned', 'input_collapse', 'output_collapse'] as const
export type CellFlag = (typeof cellFlags)[number]

export const isCellFlag = (value: unknown): value is CellFlag => cellFlags.includes(value as CellFlag)

export const flagsOf = (meta: Leaves): readonly CellFlag[] => cellFlags.filter((flag) => meta[flag] === true)
