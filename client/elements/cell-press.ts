import { extendTo } from '../commands/select.ts'
import { listen } from './listen.ts'
import type { NbCell } from './nb-cell.ts'
import { WhileConnected } from './while-connected.ts'

const buttons = 'button, select, input, textarea, a, summary, .nb-grip'

/** A press on a cell: it becomes the only selected one, or with Shift the end of the selection. */
export class CellPress {
  constructor(private readonly host: NbCell) {
    host.addController(
      new WhileConnected(() => [
        listen(host, ['pointerdown'], this.onPress),
        listen(host, ['mousedown'], this.onMouse, { capture: true }),
      ]),
    )
  }

  private isExtending({ shiftKey, button, target }: MouseEvent): boolean {
    if (!shiftKey || button !== 0 || !(target instanceof Element) || target.closest(buttons)) return false
    const { context, cell } = this.host
    const { selection } = context
    // Within one cell, Shift extends the selection of its text.
    return selection.anchor !== null && (selection.cell !== cell || selection.hasSeveral)
  }

  private readonly onPress = (event: PointerEvent): void => {
    const { context, cell } = this.host
    const { selection } = context
    // The secondary button opens a menu for what is selected.
    if (event.button !== 0 || selection.cell !== cell || this.isExtending(event)) return
    const onButton = event.target instanceof Element && event.target.closest(buttons) !== null
    if (!onButton || !selection.hasSeveral) selection.set(cell, selection.mode)
  }

  /** Before the editor, which would take the press as one in its text. */
  private readonly onMouse = (event: MouseEvent): void => {
    if (!this.isExtending(event)) return
    event.preventDefault()
    event.stopPropagation()
    extendTo(this.host.context, this.host.cell)
  }
}
