import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import { cellMenu } from '../commands/menus.ts'
import { commandOf } from '../commands/table.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { commandGroup } from './command-group.ts'
import { Dismiss } from './dismiss.ts'
import { leaves } from './leaves.ts'
import { LightElement } from './light-element.ts'
import { moveFocus } from './move-focus.ts'
import { placeAt, type Point } from './place-at.ts'

/** The menu of the selected cells, at the pointer. It exists while it is open. */
@customElement('nb-cell-menu')
export class NbCellMenu extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  @property({ attribute: false }) at!: Point
  private readonly cameFrom = document.activeElement instanceof HTMLElement ? document.activeElement : null
  readonly dismiss = new Dismiss(
    this,
    () => this.isConnected,
    (by) => this.close(by === 'key'),
  )

  private get items(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('button:not(:disabled)')]
  }

  private close(toCell: boolean): void {
    this.remove()
    if (toCell) this.cameFrom?.focus({ preventScroll: true })
  }

  private choose(id: CommandId): void {
    this.close(true)
    void commandOf(id).run(this.context, null)
  }

  private onKey(event: KeyboardEvent): void {
    // Keys in the menu must not run commands.
    event.stopPropagation()
    if (event.key === 'Tab') event.preventDefault()
    moveFocus(event, this.items)
  }

  private onFocusOut(event: FocusEvent): void {
    if (event.relatedTarget !== null && leaves(this, event)) this.close(false)
  }

  protected override firstUpdated(): void {
    const menu = this.querySelector<HTMLElement>('.nb-menu')
    if (menu !== null) placeAt(menu, this.at)
    this.items[0]?.focus({ preventScroll: true })
  }

  protected override render(): TemplateResult {
    return html`<div
      class="nb-menu"
      role="menu"
      aria-label="Cell"
      @keydown=${this.onKey}
      @focusout=${this.onFocusOut}
      @contextmenu=${(event: Event) => event.preventDefault()}
    >
      ${cellMenu(this.context.selection.hasSeveral).map((group) => commandGroup(this.context, group, (id) => this.choose(id)))}
    </div>`
  }
}

export const openCellMenu = (context: NotebookContext, at: Point): void => {
  document.querySelector('nb-cell-menu')?.remove()
  document.body.append(Object.assign(document.createElement('nb-cell-menu'), { context, at }))
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-cell-menu': NbCellMenu
  }
}
