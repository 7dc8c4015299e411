import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from '../commands/context.ts'
import { isForInputMethod } from '../keymap/keys.ts'
import type { InputPrompt } from '../kernel/peer.ts'
import { maxLineLength } from '../kernel/typed-line.ts'
import { LightElement } from './light-element.ts'

export type AskContext = Pick<NotebookContext, 'python' | 'selection' | 'focusCell'>

/** The field for `input()` of a running cell. What is typed goes to the kernel only, not into the document. */
@customElement('nb-ask')
export class NbAsk extends LightElement {
  @property({ attribute: false }) context!: AskContext
  @property({ attribute: false }) asking!: InputPrompt
  /** The cell the field took the focus from, which gets it back: Shift+Enter had gone on to it. */
  private cameFrom: CellId | null = null

  protected override firstUpdated(): void {
    this.takeFocus()
  }

  protected override updated(): void {
    // A further question of the same cell starts with an empty field.
    const field = this.querySelector('input')
    if (field !== null && field.dataset['asking'] !== String(this.asking.id)) {
      field.dataset['asking'] = String(this.asking.id)
      field.value = ''
      this.takeFocus()
    }
  }

  /** The text in the field; never a password. */
  get typed(): string {
    return this.asking.password ? '' : (this.querySelector('input')?.value ?? '')
  }

  /** Takes the focus unless the person is typing elsewhere. */
  private takeFocus(): void {
    const writes = document.activeElement?.closest('.cm-editor, input, textarea') ?? null
    if (writes !== null && !isUnwritten(writes)) return
    this.cameFrom = this.context.selection.cell
    this.querySelector('input')?.focus({ preventScroll: true })
    this.scrollIntoView({ block: 'nearest' })
  }

  private answer(event: SubmitEvent): void {
    event.preventDefault()
    const { context, asking } = this
    const line = this.querySelector('input')?.value ?? ''
    const next = this.cameFrom ?? asking.cell
    context.focusCell(next, 'command', null)
    // The next question may come at once: letters must not become commands until the run has ended.
    context.selection.put(next)
    context.python.type(line)
    void this.takeKeysAgain(next)
  }

  /** Once the run has ended, unless the person has gone elsewhere. */
  private async takeKeysAgain(cell: CellId): Promise<void> {
    const { python, selection } = this.context
    await python.ended
    const hasStayed = selection.cell === cell && document.activeElement?.matches('nb-cell') === true
    if (hasStayed && !selection.takesLetters) selection.set(cell, 'command')
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || isForInputMethod(event)) return
    event.preventDefault()
    this.context.focusCell(this.asking.cell, 'command', null)
  }

  protected override render(): TemplateResult {
    const { prompt, password } = this.asking
    const name = prompt.trim() || (password ? 'Password' : 'Input')
    return html`<form class="nb-ask nb-line" @submit=${(event: SubmitEvent) => this.answer(event)}>
      <input
        type=${password ? 'password' : 'text'}
        aria-label=${name}
        placeholder=${password ? 'Password' : 'Type a line of input'}
        maxlength=${maxLineLength}
        autocomplete=${password ? 'new-password' : 'off'}
        autocapitalize="off"
        spellcheck="false"
        @keydown=${this.onKey}
      />
      <button type="submit">Send</button>
    </form>`
  }
}

/** The editor of an empty text: that of the cell which Shift+Enter makes below the last one. */
const isUnwritten = (editor: Element): boolean => {
  const lines = [...editor.querySelectorAll('.cm-line')]
  const hint = editor.querySelector('.cm-placeholder')?.textContent ?? ''
  return lines.length === 1 && lines[0]?.textContent === hint
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-ask': NbAsk
  }
}
