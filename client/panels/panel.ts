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
  /** Over the notebook, one at a time; below it, until closed; or in a corner. */
  readonly side: 'over' | 'below' | 'corner'
  /** Shows nothing until the notebook is loaded. */
  readonly needsNotebook: boolean
  readonly content: (context: NotebookContext) => unknown
}

const registered: Panel[] = []

export const registerPanel = (panel: Panel): void => {
  if (registered.some(({ id }) => id === panel.id)) throw new Error(`two panels ${panel.id}`)
  registered.push(panel)
}

/** In page order. */
export const registeredPanels = (): readonly Panel[] => registered
