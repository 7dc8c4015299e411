import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { isForInputMethod, isTyped } from '../keymap/keys.ts'
import { whenComposed } from './early-field.ts'
import { Follow } from './follow.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import './match-mark.ts'
import { markMatches } from './match-marks.ts'
import { LightElement } from './light-element.ts'

/** The commands whose keys count in its fields, too. */
const commandsHere: readonly CommandId[] = [
  'find',
  'replace',
  'find-next',
  'find-previous',
  'find-in-selection',
  'palette',
]

/** Finds and replaces in the notebook. */
@customElement('nb-find')
export class NbFind extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  readonly follow = new Follow(this, (changed) => {
    void this.takeFocus()
    const { find } = this.context
    return [find.onChange(changed), find.onOpen(() => void this.takeFocus()), markMatches(find)]
  })

  private async takeFocus(): Promise<void> {
    await this.updateComplete
    await whenComposed()
    const field = this.querySelector('input')
    field?.focus({ preventScroll: true })
    field?.select()
  }

  /** A button that can no longer be pressed would lose the focus. */
  protected override willUpdate(): void {
    if (this.isNoneToReplace && document.activeElement?.matches('nb-find .nb-find-replace button') === true)
      this.querySelector('input')?.focus({ preventScroll: true })
  }

  private get isNoneToReplace(): boolean {
    return !this.context.find.matches.some(({ part }) => part === 'source')
  }

  /** To the match where there is one, or back to where the person was. */
  private close(): void {
    const { find, focusCell, selection } = this.context
    const { present } = find
    find.close()
    if (present !== null) {
      const inText = present.part === 'source' && !isRendered(present.cell)
      focusCell(present.cell, inText ? 'edit' : 'command', null)
    } else if (selection.cell !== null)
      focusCell(selection.cell, selection.hasSeveral ? 'extend' : selection.mode, null)
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (isForInputMethod(event)) return
    const { find, press } = this.context
    const isField = event.target instanceof HTMLInputElement && event.target.type === 'text'
    if (event.key === 'Escape') this.close()
    else if (event.key === 'Enter' && isField) {
      if (event.target.name === 'replacement') find.replace()
      else find.go(event.shiftKey ? -1 : 1)
    } else {
      if (!isTyped(event)) press(event, ['command'], null, (id) => commandsHere.includes(id))
      return
    }
    event.preventDefault()
  }

  private flag(label: string, checked: boolean, onChange: (checked: boolean) => void): TemplateResult {
    return html`<label
      ><input
        type="checkbox"
        .checked=${checked}
        @change=${(event: Event) => onChange((event.target as HTMLInputElement).checked)}
      />${label}</label
    >`
  }

  private button(label: string, command: CommandId, icon: unknown, action: () => void): TemplateResult {
    return iconButton(label, this.context.shortcuts.hint(label, command), icon, action)
  }

  private replaceRow(): TemplateResult {
    const { find } = this.context
    const isNone = this.isNoneToReplace
    return html`<div class="nb-find-row nb-find-replace">
      <input
        type="text"
        name="replacement"
        aria-label="Replace with"
        placeholder="Replace with"
        autocomplete="off"
        spellcheck="false"
        .value=${find.replacement}
        @input=${(event: Event) => (find.replacement = (event.target as HTMLInputElement).value)}
      />
      <button type="button" ?disabled=${isNone} @click=${() => find.replace()}>Replace</button>
      <button type="button" ?disabled=${isNone} @click=${() => find.replaceAll()}>Replace all</button>
    </div>`
  }

  protected override render(): TemplateResult {
    const { find, notebook, shortcuts } = this.context
    const { query } = find
    return html`<search class="nb-find" role="search" aria-label="Find in notebook" @keydown=${this.onKey}>
      <div class="nb-find-row">
        <input
          type="text"
          aria-label="Find"
          placeholder="Find"
          autocomplete="off"
          spellcheck="false"
          aria-invalid=${find.problem !== null}
          .value=${query.text}
          @input=${(event: Event) => find.look({ text: (event.target as HTMLInputElement).value })}
        />
        <span role="status">${find.status}</span>
        ${this.button('Previous match', 'find-previous', icons.up, () => find.go(-1))}
        ${this.button('Next match', 'find-next', icons.down, () => find.go(1))}
        ${iconButton('Close find', 'Close', icons.close, () => this.close())}
      </div>
      ${find.replacing && notebook.editable ? this.replaceRow() : nothing}
      <div class="nb-find-row nb-find-flags">
        ${this.flag('Match case', query.matchCase, (matchCase) => find.look({ matchCase }))}
        ${this.flag('Whole words', query.wholeWord, (wholeWord) => find.look({ wholeWord }))}
        ${this.flag('In outputs', query.outputs, (outputs) => find.look({ outputs }))}
        ${this.flag('Regular expression', query.regex, (regex) => find.look({ regex }))}
        ${this.flag('In selection', find.within !== null, () => find.toggleSelection())}
        ${
          find.replacing || !notebook.editable
            ? nothing
            : html`<button
                type="button"
                class="nb-link"
                title=${shortcuts.hint('Find and replace', 'replace')}
                @click=${() => find.open(null, true)}
              >
                Replace…
              </button>`
        }
      </div>
    </search>`
  }
}

/** A note is shown rendered. */
const isRendered = (cell: string): boolean =>
  document.querySelector(`nb-cell[data-cell-id="${CSS.escape(cell)}"][data-rendered]`) !== null

declare global {
  interface HTMLElementTagNameMap {
    'nb-find': NbFind
  }
}
