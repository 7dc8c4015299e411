import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { modelName, namesFor } from '../../shared/notebook/mention.ts'
import { isForInputMethod } from '../keymap/keys.ts'
import { whenComposed } from './early-field.ts'
import { LightElement } from './light-element.ts'

/** UTF-16 units per message. */
const longest = 20_000

let made = 0

/**
 * A text field for a comment. Enter sends, Shift+Enter inserts a line break, and names are completed after an @. Fires
 * `send` with the text, or `leave` on cancel.
 */
@customElement('nb-comment-field')
export class NbCommentField extends LightElement {
  /** The accessible name. */
  @property() label = 'Comment'
  @property() placeholder = ''
  @property() initial = ''
  @property({ attribute: false }) action = 'Send'
  /** Always shown, so it has no Cancel button. */
  @property({ attribute: false }) stays = false
  @property({ attribute: false }) takesFocus = false
  /** People who can be mentioned. */
  @property({ attribute: false }) names: readonly string[] = []
  /** Called with a text that was not sent, where the field is removed under its person's hands. */
  @property({ attribute: false }) onLost: (text: string) => void = () => undefined
  @state() private text = ''
  @state() private found: readonly string[] = []
  @state() private picked = 0
  private readonly listId = `nb-names-${++made}`

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.text === '') this.text = this.initial
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    queueMicrotask(() => {
      if (!this.isConnected && this.text.trim() !== '' && this.text !== this.initial) this.onLost(this.text)
    })
  }

  protected override firstUpdated(): void {
    if (this.takesFocus) void this.takeFocus()
  }

  private async takeFocus(): Promise<void> {
    await whenComposed()
    const { area } = this
    area?.focus({ preventScroll: true })
    area?.setSelectionRange(this.text.length, this.text.length)
    this.scrollIntoView({ block: 'nearest' })
  }

  private get area(): HTMLTextAreaElement | null {
    return this.querySelector('textarea')
  }

  /** What is between an @ and the caret. Names have several words, but what is no name ends with its first blank. */
  private get begun(): { readonly at: number; readonly word: string } | null {
    const end = this.area?.selectionEnd ?? 0
    const match = /(?:^|[\s(])@((?:\S[^@\n]{0,80})?)$/.exec(this.text.slice(0, end))
    return match === null ? null : { at: end - (match[1] ?? '').length, word: match[1] ?? '' }
  }

  private look(): void {
    const { begun } = this
    this.found = begun === null ? [] : namesFor(begun.word, [modelName, ...this.names]).slice(0, 8)
    this.picked = 0
  }

  private readonly onInput = (event: Event): void => {
    this.text = (event.target as HTMLTextAreaElement).value
    this.look()
  }

  private take(name: string): void {
    const { begun, area } = this
    if (begun === null || area === null) return
    const before = `${this.text.slice(0, begun.at)}${name} `
    area.value = before + this.text.slice(begun.at + begun.word.length)
    area.setSelectionRange(before.length, before.length)
    area.focus()
    this.text = area.value
    this.found = []
  }

  private send(): void {
    const text = this.text.trim()
    if (text === '') return
    // Nothing is lost with the field from here on.
    this.text = ''
    this.found = []
    this.dispatchEvent(new CustomEvent<string>('send', { detail: text }))
  }

  private leave(): void {
    this.text = this.initial
    this.dispatchEvent(new CustomEvent('leave'))
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    // Input methods use Enter to end a composition.
    if (isForInputMethod(event)) return
    const taken = this.found.length > 0 ? this.pick(event.key) : this.act(event)
    if (taken) event.preventDefault()
    // Keeps letters from acting as commands of the panel.
    if (taken || event.key !== 'Escape') event.stopPropagation()
  }

  private pick(key: string): boolean {
    const { found, picked } = this
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      this.picked = (picked + (key === 'ArrowDown' ? 1 : found.length - 1)) % found.length
      return true
    }
    const name = found[picked]
    if ((key === 'Enter' || key === 'Tab') && name !== undefined) {
      this.take(name)
      return true
    }
    if (key !== 'Escape') return false
    this.found = []
    return true
  }

  private act({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
    // On touch keyboards Enter inserts a line break.
    const isGlass = matchMedia('(pointer: coarse)').matches && !ctrlKey && !metaKey
    if (key === 'Enter' && !shiftKey && !altKey && !isGlass) {
      this.send()
      return true
    }
    if (key !== 'Escape' || this.stays) return false
    this.leave()
    return true
  }

  private completions(): TemplateResult | typeof nothing {
    const { found, picked, listId } = this
    if (found.length === 0) return nothing
    return html`<ul id=${listId} role="listbox" aria-label="People to name">
      ${found.map(
        (name, index) =>
          html`<li
            id=${`${listId}-${index}`}
            role="option"
            aria-selected=${index === picked}
            @mousedown=${(event: Event) => {
              event.preventDefault()
              this.take(name)
            }}
          >
            @${name}
          </li>`,
      )}
    </ul>`
  }

  protected override render(): TemplateResult {
    const { text, found, picked, listId, action, stays } = this
    const isListing = found.length > 0
    return html`<div class="nb-comment-write">
        <textarea
          aria-label=${this.label}
          rows="1"
          maxlength=${longest}
          placeholder=${this.placeholder}
          aria-autocomplete="list"
          aria-controls=${isListing ? listId : nothing}
          aria-activedescendant=${isListing ? `${listId}-${picked}` : nothing}
          .value=${text}
          @input=${this.onInput}
          @keydown=${this.onKey}
          @click=${() => this.look()}
          @blur=${() => (this.found = [])}
        ></textarea>
        ${this.completions()}
      </div>
      ${
        stays && text === ''
          ? nothing
          : html`<div class="nb-comment-actions">
              <button
                type="button"
                class="nb-send"
                ?disabled=${text.trim() === ''}
                @click=${() => this.send()}
              >
                ${action}
              </button>
              ${stays ? nothing : html`<button type="button" @click=${() => this.leave()}>Cancel</button>`}
            </div>`
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-comment-field': NbCommentField
  }
}
