// A panel of the notebook: its position and content.
import type { NotebookContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'

export interface Panel {
  /** Of the command that toggles it. */
  readonly id: CommandId
  readonly title: string
  /** Tooltip of its button. */
  readonly about: string
  readonly icon: unknown
  /** Over the notebook or beside it, one at a time each; below it, until closed; or in a corner. */
  readonly side: 'over' | 'below' | 'beside' | 'corner'
  /** Shows nothing until the notebook is loaded. */
  readonly needsNotebook: boolean
  /** Defines the elements of its content. */
  readonly load: () => Promise<unknown>
  readonly content: (context: NotebookContext) => unknown
}

/** The notebook can be used while the panel is open. */
export const staysOpen = ({ side }: Panel): boolean => side === 'below' || side === 'beside'
