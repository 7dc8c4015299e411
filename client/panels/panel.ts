// A panel registers itself with its position and content. The header has its button, the keymap its keys.
import type { NotebookContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'

export interface Panel {
  /** Of the command that toggles it. */
  readonly id: CommandId
  readonly title: string
  /** Tooltip of its button. */
  readonly about: string
  readonly icon: unknown
  /** Over the notebook, one at a time; below or beside it, until closed; or in a corner. */
  readonly side: 'over' | 'below' | 'beside' | 'corner'
  /** Shows nothing until the notebook is loaded. */
  readonly needsNotebook: boolean
  readonly content: (context: NotebookContext) => unknown
}

/** The notebook can be used while the panel is open. */
export const staysOpen = ({ side }: Panel): boolean => side === 'below' || side === 'beside'

const registered: Panel[] = []

export const registerPanel = (panel: Panel): void => {
  if (registered.some(({ id }) => id === panel.id)) throw new Error(`two panels ${panel.id}`)
  registered.push(panel)
}

/** In page order. */
export const registeredPanels = (): readonly Panel[] => registered
