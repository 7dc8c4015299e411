import type { EditorView } from '@codemirror/view'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import type { Menu, MenuGroup } from '../commands/menus.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { commandGroup } from './command-group.ts'
import { Dismiss } from './dismiss.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { leaves } from './leaves.ts'
import { LightElement } from './light-element.ts'
import { moveFocus } from './move-focus.ts'
import { NbSource } from './nb-source.ts'

/** `text` is the editor the person came from. */
export type RunCommand = (command: CommandId, text: EditorView | null) => void

/** A button of a menu bar, and what it opens. */
interface Opener {
  readonly title: string
  readonly menus: readonly Menu[]
}

/** A menu bar; with `label`, one button: of several menus it shows the titles first. */
@customElement('nb-menus')
export class NbMenus extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  @property({ attribute: false }) menus: readonly Menu[] = []
  @property({ attribute: false }) run!: RunCommand
  @property() label = ''
  @property({ attribute: false }) face: unknown
  @state() private open: number | null = null
  /** The one of several menus under one button that is shown. */
  @state() private inside: Menu | null = null
  /** The button of the bar that Tab reaches. */
  @state() private reached = 0
  /** Had the focus before the menu: the command acts there. */
  private cameFrom: HTMLElement | null = null
  readonly follow = new Follow(this, (changed) => [
    this.context.shortcuts.onChange(changed),
    this.context.settings.onChange(changed),
    this.context.panels.onChange(changed),
  ])
  readonly dismiss = new Dismiss(
    this,
    () => this.open !== null,
    (by) => this.close(by === 'key'),
  )

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('focusin', this.onFocusIn)
    this.addEventListener('focusout', this.onFocusOut)
  }

  private readonly onFocusIn = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && this.contains(relatedTarget)) return
    this.cameFrom = relatedTarget instanceof HTMLElement ? relatedTarget : null
  }

  private readonly onFocusOut = (event: FocusEvent): void => {
    // Null where a button was replaced, or does not take the focus when it is pressed.
    if (event.relatedTarget !== null && leaves(this, event)) this.open = null
  }

  private get openers(): readonly Opener[] {
    const { label, menus } = this
    return label === ''
      ? menus.map((menu) => ({ title: menu.title, menus: [menu] }))
      : [{ title: label, menus }]
  }

  private get buttons(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[aria-haspopup]')]
  }

  private get items(): readonly HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.nb-menu button:not(:disabled)')]
  }

  private show(position: number | null): void {
    this.open = position
    this.inside = null
    if (position !== null) this.reached = position
  }

  private close(toButton: boolean): void {
    const position = this.open
    this.open = null
    if (toButton && position !== null) this.buttons[position]?.focus()
  }

  protected override updated(changed: PropertyValues): void {
    if (this.open === null || !(changed.has('open' as keyof this) || changed.has('inside' as keyof this)))
      return
    this.items[0]?.focus({ preventScroll: true })
    this.querySelector('.nb-menu')?.scrollTo(0, 0)
  }

  private choose(id: CommandId): void {
    const { cameFrom } = this
    this.close(true)
    if (cameFrom?.isConnected === true && cameFrom !== document.body) cameFrom.focus({ preventScroll: true })
    const source = document.activeElement?.closest('nb-source')
    this.run(id, source instanceof NbSource ? source.view : null)
  }

  private readonly onBarKey = (event: KeyboardEvent): void => {
    const { length } = this.buttons
    const at = this.open ?? this.reached
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + length }[event.key]
    if (event.key === 'ArrowDown' && this.open === null) this.show(at)
    else if (to === undefined) return
    else {
      this.reached = to % length
      if (this.open === null) this.buttons[this.reached]?.focus()
      else this.show(this.reached)
    }
    event.preventDefault()
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    // Keys in the menu must not run commands.
    event.stopPropagation()
    if (!moveFocus(event, this.items)) this.onBarKey(event)
  }

  private group(ids: MenuGroup): TemplateResult {
    return commandGroup(this.context, ids, (id) => this.choose(id))
  }

  /** Leads to another menu, or back to the titles. */
  private entry(title: string, to: Menu | null, before: unknown, behind: unknown): TemplateResult {
    return html`<button type="button" role="menuitem" tabindex="-1" @click=${() => (this.inside = to)}>
      <span class="nb-menu-mark">${before}</span><span class="nb-menu-words">${title}</span>${behind}
    </button>`
  }

  private popup({ title, menus }: Opener): TemplateResult {
    const only = menus.length === 1 ? (menus[0] ?? null) : null
    const shown = only ?? this.inside
    return html`<div class="nb-menu" role="menu" aria-label=${title} @keydown=${this.onKey}>
      ${
        shown === null
          ? html`<div role="group">
              ${menus.map((menu) => this.entry(menu.title, menu, nothing, icons.right))}
            </div>`
          : html`${only === null ? html`<div role="group">${this.entry('Back', null, icons.back, nothing)}</div>` : nothing}
            ${shown.groups.map((group) => this.group(group))}`
      }
    </div>`
  }

  private opener(opener: Opener, position: number, inBar: boolean): TemplateResult {
    const { open } = this
    return html`<div class="nb-menu-place" role=${inBar ? 'none' : nothing}>
      <button
        type="button"
        class="nb-text-button"
        role=${inBar ? 'menuitem' : nothing}
        aria-label=${opener.title}
        aria-haspopup="menu"
        aria-expanded=${open === position}
        tabindex=${inBar && position !== this.reached ? -1 : nothing}
        @click=${() => this.show(open === position ? null : position)}
        @pointerenter=${() => open !== null && inBar && this.show(position)}
      >
        ${this.face ?? opener.title}
      </button>
      ${open === position ? this.popup(opener) : nothing}
    </div>`
  }

  protected override render(): TemplateResult {
    const { openers } = this
    if (this.label !== '') return html`${openers.map((opener) => this.opener(opener, 0, false))}`
    return html`<div class="nb-menu-bar" role="menubar" aria-label="Menus" @keydown=${this.onBarKey}>
      ${openers.map((opener, position) => this.opener(opener, position, true))}
    </div>`
  }
}
