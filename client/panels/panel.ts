// A panel registers itself: where it stands and what it shows. The header has its button, the keymap its keys.
import type { NotebookContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'

export interface Panel {
  /** Of the command that opens and closes it. */
  readonly id: CommandId
  readonly title: string
  /** Said of its button. */
  readonly about: string
  readonly icon: unknown
  /**
   * Over the notebook, of those one at a time; below it or beside it, where it stays until it is closed; or in a corner,
   * for a look.
   */
  readonly side: 'over' | 'below' | 'beside' | 'corner'
  /** It shows nothing until the notebook is there. */
  readonly needsNotebook: boolean
  readonly content: (context: NotebookContext) => unknown
}

/** Whether the notebook is there to work in while the panel is open. */
export const staysOpen = ({ side }: Panel): boolean => side === 'below' || side === 'beside'

const registered: Panel[] = []

export const registerPanel = (panel: Panel): void => {
  if (registered.some(({ id }) => id === panel.id)) throw new Error(`two panels ${panel.id}`)
  registered.push(panel)
}

/** In the order in which the page has them. */
export const registeredPanels = (): readonly Panel[] => registered
