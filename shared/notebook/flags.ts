// Cell metadata that says yes or nothing, under the names Solveit writes; set to true or absent.
import { headingLevel } from './headings.ts'
import { type CellKind, type Leaves } from './notebook.ts'

/**
 * skipped: the model does not see the cell · pinned: the model sees it however long the notebook is · input_collapse,
 * hide_input, output_collapse, collapsed (nbformat's own for an output): folded away · heading_collapsed: the cells
 * below a heading are folded away · is_exported: belongs to the module the notebook is the source of · use_thinking: the
 * model is to think before it answers.
 */
export const cellFlags = [
  'skipped',
  'pinned',
  'input_collapse',
  'hide_input',
  'output_collapse',
  'collapsed',
  'heading_collapsed',
  'is_exported',
  'use_thinking',
] as const
export type CellFlag = (typeof cellFlags)[number]

export const isCellFlag = (value: unknown): value is CellFlag => cellFlags.includes(value as CellFlag)

export const flagsOf = (meta: Leaves): readonly CellFlag[] => cellFlags.filter((flag) => meta[flag] === true)

/** Which of them a person is offered for a cell; of two that mean the same, the first. */
export const flagsFor = (kind: CellKind, source: string): readonly CellFlag[] =>
  cellFlags.filter((flag) => {
    switch (flag) {
      case 'skipped':
      case 'pinned':
      case 'input_collapse':
        return true
      case 'hide_input':
      case 'collapsed':
        return false
      case 'output_collapse':
        return kind === 'code' || kind === 'prompt'
      case 'heading_collapsed':
        return headingLevel(kind, source) !== null
      case 'is_exported':
        return kind === 'code'
      case 'use_thinking':
        return kind === 'prompt'
      default:
        return flag satisfies never
    }
  })
