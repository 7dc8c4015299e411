import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { sequencePause } from '../commands/keyboard.ts'
import { placeNames, refusedKeys, type Conflict, type KeyPlace } from '../keymap/keymap.ts'
import { spokenKeys, strokeOf, type Keys } from '../keymap/keys.ts'
import type { Command } from '../commands/command.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import { LightElement } from './light-element.ts'

/** Strokes in a sequence. */
const maxStrokes = 2

/**
 * Records new keys for a command and shows conflicts. Enter, Escape and Tab alone belong to the field. Fires `choose`
 * with the keys, and `cancel`.
 */
@customElement('nb-key-field')
export class NbKeyField extends LightElement {
  @property({ attribute: false }) shortcuts!: Shortcuts
  @property({ attribute: false }) command!: Command
  @property({ attribute: false }) place!: KeyPlace
  @property({ attribute: false }) titleOf!: (id: string) => string
  @state() private keys: Keys = ''
  private pressedAt = 0

  protected override firstUpdated(): void {
    this.querySelector('input')?.focus()
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    event.stopPropagation()
    const stroke = strokeOf(event)
    if (stroke === 'Tab' || stroke === 'Shift-Tab') return
    event.preventDefault()
    if (stroke === 'Escape') return this.cancel()
    if (stroke === 'Enter') return this.choose()
    if (stroke === null || event.repeat) return
    const strokes = this.keys.split(' ')
    const continues =
      this.keys !== '' && strokes.length < maxStrokes && event.timeStamp - this.pressedAt < sequencePause
    this.keys = continues ? `${this.keys} ${stroke}` : stroke
    this.pressedAt = event.timeStamp
  }

  private cancel(): void {
    this.dispatchEvent(new CustomEvent('cancel'))
  }

  private get refusal(): string | null {
    return this.keys === '' ? null : refusedKeys(this.keys, this.place)
  }

  private choose(): void {
    if (this.keys !== '' && this.refusal === null)
      this.dispatchEvent(new CustomEvent('choose', { detail: this.keys }))
  }

  private conflict({ command, keys, type }: Conflict): string {
    const owner = `${spokenKeys(keys)} is “${this.titleOf(command)}”`
    switch (type) {
      case 'same':
        return `${owner}.`
      case 'begins':
        return `${owner}, so no other shortcut can begin with it.`
      case 'continues':
        return `${owner}, which begins with it.`
      default:
        return type satisfies never
    }
  }

  protected override render(): TemplateResult {
    const { keys, place, command, refusal } = this
    const conflicts =
      keys === '' || refusal !== null ? [] : this.shortcuts.keymap.conflicts(command.id, place, keys)
    const names = [...new Set(conflicts.map((conflict) => this.titleOf(conflict.command)))]
    return html`<div class="nb-key-field">
      <input
        readonly
        aria-label=${`New keys for ${command.title}, ${placeNames[place].toLowerCase()}`}
        placeholder="Press the new keys"
        .value=${keys === '' ? '' : spokenKeys(keys)}
        @keydown=${this.onKey}
      />
      <button
        type="button"
        class="nb-primary"
        ?disabled=${keys === '' || refusal !== null}
        @click=${() => this.choose()}
      >
        ${conflicts.length === 0 ? 'Set' : 'Use here'}
      </button>
      <button type="button" class="nb-text-button" @click=${() => this.cancel()}>Cancel</button>
      <p role="status">
        ${refusal ?? (conflicts.length === 0 ? 'Press Enter to set, Esc to cancel.' : nothing)}
        ${conflicts.map((conflict) => this.conflict(conflict))}
        ${names.length === 0 ? nothing : `Using it here removes it from ${names.join(' and ')}.`}
      </p>
    </div>`
  }
}
