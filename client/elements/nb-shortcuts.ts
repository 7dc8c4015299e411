import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { keyPlaces, placeNames, type KeyPlace } from '../keymap/keymap.ts'
import { spokenKeys, type Keys } from '../keymap/keys.ts'
import type { Command } from '../commands/command.ts'
import { commandOf, commands, isCommandId } from '../commands/table.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import { Follow } from './follow.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import './nb-key-field.ts'

const titleOf = (id: string): string => (isCommandId(id) ? commandOf(id).title : id)

/** The keys of every command: add, remove, reset. */
@customElement('nb-shortcuts')
export class NbShortcuts extends LightElement {
  @property({ attribute: false }) shortcuts!: Shortcuts
  @state() private wanted = ''
  /** The command and place for which new keys are being recorded. */
  @state() private adding: { readonly id: string; readonly place: KeyPlace } | null = null
  @state() private message = ''
  readonly follow = new Follow(this, (changed) => [this.shortcuts.onChange(changed)])

  private async set(
    { id, title }: Command,
    place: KeyPlace,
    keys: readonly Keys[],
    what: string,
  ): Promise<void> {
    this.shortcuts.set(id, place, keys)
    this.message = `${title}: ${what}.`
    await this.stopAdding(id, place)
  }

  /** The pressed button may be removed: the focus stays in the row. */
  private async stopAdding(id: string, place: KeyPlace): Promise<void> {
    this.adding = null
    await this.updateComplete
    this.querySelector<HTMLElement>(`[data-row="${place} ${id}"] .nb-add-keys`)?.focus()
  }

  private resetAll(): void {
    this.shortcuts.resetAll()
    // The button can no longer be pressed, and would lose the focus.
    this.querySelector<HTMLElement>('input[type="search"]')?.focus()
    this.message = 'All keyboard shortcuts were reset.'
  }

  private chip(command: Command, place: KeyPlace, keys: Keys, all: readonly Keys[]): TemplateResult {
    const name = spokenKeys(keys)
    return html`<span class="nb-chip"
      ><kbd>${name}</kbd
      ><button
        type="button"
        aria-label=${`Remove ${name} from ${command.title}`}
        title="Remove"
        @click=${() =>
          void this.set(
            command,
            place,
            all.filter((each) => each !== keys),
            `${name} removed`,
          )}
      >
        ${icons.close}
      </button></span
    >`
  }

  private row(command: Command, place: KeyPlace): TemplateResult {
    const { keymap } = this.shortcuts
    const { id, title } = command
    const all = keymap.keysOf(id, place)
    const isAdding = this.adding?.id === id && this.adding.place === place
    return html`<li data-row=${`${place} ${id}`}>
      <span class="nb-shortcut-title">${title}</span>
      <span class="nb-shortcut-keys">
        ${
          keymap.isOverridden(id, place)
            ? iconButton(`Reset the keys of ${title}`, 'Reset to the default', icons.undo, () => {
                this.shortcuts.reset(id, place)
                this.message = `${title}: default keys restored.`
                void this.stopAdding(id, place)
              })
            : nothing
        }
        ${all.map((keys) => this.chip(command, place, keys, all))}
        <button
          type="button"
          class="nb-icon nb-add-keys"
          aria-label=${`Add keys for ${title}`}
          title="Add keys"
          @click=${() => (this.adding = { id, place })}
        >
          ${icons.plus}
        </button>
      </span>
      ${
        isAdding
          ? html`<nb-key-field
              .shortcuts=${this.shortcuts}
              .command=${command}
              .place=${place}
              .titleOf=${titleOf}
              @choose=${({ detail }: CustomEvent<Keys>) =>
                void this.set(
                  command,
                  place,
                  [...all.filter((keys) => keys !== detail), detail],
                  `${spokenKeys(detail)} added`,
                )}
              @cancel=${() => void this.stopAdding(id, place)}
            ></nb-key-field>`
          : nothing
      }
    </li>`
  }

  private group(place: KeyPlace): TemplateResult | typeof nothing {
    const { keymap } = this.shortcuts
    const wanted = this.wanted.trim().toLowerCase()
    const shown = commands.filter(
      ({ id, title }) =>
        keymap.placesOf(id).includes(place) &&
        [title, ...keymap.keysOf(id, place).map((keys) => spokenKeys(keys))].some((text) =>
          text.toLowerCase().includes(wanted),
        ),
    )
    if (shown.length === 0) return nothing
    return html`<h4>${placeNames[place]}</h4>
      <ul role="list" aria-label=${`Keys, ${placeNames[place].toLowerCase()}`}>
        ${shown.map((command) => this.row(command, place))}
      </ul>`
  }

  protected override render(): TemplateResult {
    const groups = keyPlaces.map((place) => this.group(place))
    const isDefault = Object.keys(this.shortcuts.keymap.overrides).length === 0
    return html`<h3>Keyboard shortcuts</h3>
      <div class="nb-shortcuts-head">
        <input
          type="search"
          aria-label="Search keyboard shortcuts"
          placeholder="Search commands or keys"
          .value=${this.wanted}
          @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
        />
        <button type="button" class="nb-text-button" ?disabled=${isDefault} @click=${() => this.resetAll()}>
          Reset all keys
        </button>
      </div>
      <p class="nb-hidden" role="status">${this.message}</p>
      ${groups.every((group) => group === nothing) ? html`<p class="nb-empty">No command matches.</p>` : groups}`
  }
}
