import type { NotebookContext } from '../commands/context.ts'
import { LaterScript } from '../commands/later.ts'
import { onMac } from '../keymap/keys.ts'
import type { LightElement } from './light-element.ts'
import { listen } from './listen.ts'
import { NbCell } from './nb-cell.ts'
import { pointOf } from './place-at.ts'
import { WhileConnected } from './while-connected.ts'

const script = new LaterScript(() => import('./nb-cell-menu.ts'))

/** What the browser's own menu has more to say about: links, images to copy or save, fields. */
const forBrowser = 'a[href], img, svg, canvas, video, audio, input, textarea, select, nb-ask, nb-ghost'

/** Selected text, which the browser's menu copies. */
const isSelected = (target: Node): boolean => {
  const selection = getSelection()
  return selection?.isCollapsed === false && selection.containsNode(target, true)
}

/**
 * The secondary button of the mouse, or the menu key, opens the menu of a cell, as in JupyterLab; with Shift the
 * browser's own. Where one is writing it is the browser's too, with its spelling and pasting.
 */
export class CellMenu {
  constructor(
    host: LightElement,
    private readonly context: () => NotebookContext | undefined,
  ) {
    host.addController(
      new WhileConnected(() => [
        listen(host, ['mousedown'], this.onMouse, { capture: true }),
        listen(host, ['contextmenu'], this.onMenu),
      ]),
    )
  }

  private cellOf({ target, shiftKey }: MouseEvent): NbCell | null {
    if (shiftKey || !(target instanceof Element) || target.closest(forBrowser) !== null) return null
    const cell = target.closest('nb-cell')
    const isWritten =
      target.closest('.cm-editor, [contenteditable]')?.contains(document.activeElement) === true
    return cell instanceof NbCell && !isWritten && !isSelected(target) ? cell : null
  }

  /** Before the editor, which would take the focus and with it what one is doing. */
  private readonly onMouse = (event: MouseEvent): void => {
    const isSecondary = event.button === 2 || (onMac && event.button === 0 && event.ctrlKey)
    if (!isSecondary || this.cellOf(event) === null) return
    event.preventDefault()
    event.stopPropagation()
  }

  private readonly onMenu = (event: PointerEvent): void => {
    const context = this.context()
    const cell = this.cellOf(event)
    // A finger that rests on a text selects it.
    if (context === undefined || cell === null || event.pointerType === 'touch') return
    event.preventDefault()
    const { selection } = context
    // Focusing another cell of the selection would end it.
    if (!selection.hasSeveral || !selection.has(cell.cell)) {
      selection.set(cell.cell, 'command')
      cell.focus({ preventScroll: true })
    }
    const at = pointOf(event, cell)
    script.use(context, ({ openCellMenu }) => openCellMenu(context, at))
  }
}
