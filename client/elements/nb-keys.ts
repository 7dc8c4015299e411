import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { keyPlaces, placeNames, type KeyPlace } from '../keymap/keymap.ts'
import { spokenKeys } from '../keymap/keys.ts'
import type { Command } from '../commands/command.ts'
import { commands } from '../commands/table.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

/** The list of keys, read from the keymap. */
@customElement('nb-keys')
export class NbKeys extends LightElement {
  @property({ attribute: false }) shortcuts!: Shortcuts
  @property({ attribute: false }) change!: () => void
  readonly follow = new Follow(this, (changed) => [this.shortcuts.onChange(changed)])

  private keysOf({ id }: Command, place: KeyPlace): string {
    return this.shortcuts.keymap
      .keysOf(id, place)
      .map((keys) => spokenKeys(keys))
      .join('\n')
  }

  private group(
    heading: string,
    place: KeyPlace,
    shown: readonly Command[],
  ): TemplateResult | typeof nothing {
    if (shown.length === 0) return nothing
    return html`<h3>${heading}</h3>
      <dl>
        ${shown.map(
          (command) =>
            html`<dt>
                ${this.keysOf(command, place)
                  .split('\n')
                  .map((each) => html`<kbd>${each}</kbd> `)}
              </dt>
              <dd>${command.title}</dd>`,
        )}
      </dl>`
  }

  protected override render(): TemplateResult {
    const isBoth = (command: Command): boolean =>
      this.keysOf(command, 'command') === this.keysOf(command, 'edit')
    const at = (place: KeyPlace): readonly Command[] =>
      commands.filter((command) => this.keysOf(command, place) !== '')
    return html`<p>
        ${this.shortcuts.spoken('leave') ?? 'A click on its margin'} switches to command mode,
        ${this.shortcuts.spoken('edit') ?? 'a double-click'} to edit mode.
        <button type="button" class="nb-link" @click=${() => this.change()}>Change keys</button>
      </p>
      ${this.group('Command mode and edit mode', 'edit', at('edit').filter(isBoth))}
      ${keyPlaces.map((place) =>
        this.group(
          placeNames[place],
          place,
          place === 'command' || place === 'edit'
            ? at(place).filter((command) => !isBoth(command))
            : at(place),
        ),
      )}`
  }
}
