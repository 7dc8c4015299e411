import type { LitElement, ReactiveController } from 'lit'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { CellContext } from '../commands/context.ts'
import { extendTo } from '../commands/select.ts'

const buttons = 'button, select, input, textarea, a, summary, .nb-grip'

/** A press on a cell: it becomes the only selected one, or with Shift the end of the selection. */
export class CellPress implements ReactiveController {
  constructor(
    private readonly host: LitElement,
    private readonly context: () => CellContext,
    private readonly cell: () => CellId,
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    this.host.addEventListener('pointerdown', this.onPress)
    this.host.addEventListener('mousedown', this.onMouse, { capture: true })
  }

  hostDisconnected(): void {
    this.host.removeEventListener('pointerdown', this.onPress)
    this.host.removeEventListener('mousedown', this.onMouse, { capture: true })
  }

  private isExtending({ shiftKey, button, target }: MouseEvent): boolean {
    if (!shiftKey || button !== 0 || !(target instanceof Element) || target.closest(buttons)) return false
    const { selection } = this.context()
    // Within one cell, Shift extends the selection of its text.
    return selection.anchor !== null && (selection.cell !== this.cell() || selection.hasSeveral)
  }

  private readonly onPress = (event: PointerEvent): void => {
    const { selection } = this.context()
    if (selection.cell !== this.cell() || this.isExtending(event)) return
    const onButton = event.target instanceof Element && event.target.closest(buttons) !== null
    if (!onButton || !selection.hasSeveral) selection.set(this.cell(), selection.mode)
  }

  /** Before the editor, which would take the press as one in its text. */
  private readonly onMouse = (event: MouseEvent): void => {
    if (!this.isExtending(event)) return
    event.preventDefault()
    event.stopPropagation()
    extendTo(this.context(), this.cell())
  }
}
