// A panel of the notebook: its position and content.
import type { NotebookContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'

export interface Panel {
  /** Of the command that toggles it. */
  readonly id: CommandId
  readonly title: string
  /** On its button, where the title is too long for it: a part of the title. */
  readonly word?: string
  /** Tooltip of its button, where the title does not say enough. */
  readonly about?: string
  /** Null: it has no button in the bar. */
  readonly icon: unknown
  /** Over the notebook or beside it, one at a time each; below it, until closed; in a corner, or in the centre. */
  readonly side: 'over' | 'below' | 'beside' | 'corner' | 'centre'
  /** Shows nothing until the notebook is loaded. */
  readonly needsNotebook: boolean
  /** Defines the elements of its content. */
  readonly load: () => Promise<unknown>
  readonly content: (context: NotebookContext) => unknown
}

/** It closes on Escape, and on a press outside it. */
export const isDialog = ({ side }: Panel): boolean => side === 'corner' || side === 'centre'

/** The notebook can be used while the panel is open. */
export const staysOpen = ({ side }: Panel): boolean => side === 'below' || side === 'beside'
