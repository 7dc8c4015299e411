// The present keys: the keymap of this browser's settings, labels for commands, and changes.
import { colabKeys } from '../keymap/colab-keys.ts'
import { defaultKeys, type CommandId } from '../keymap/default-keys.ts'
import { keyPlaces, Keymap, type KeyPlace, type KeyTable } from '../keymap/keymap.ts'
import { spokenKeys, type Keys } from '../keymap/keys.ts'
import { Emitter } from '../../shared/emitter.ts'
import type { NotebookKeys } from './settings.ts'
import type { SettingsStore } from './store.ts'

const tables: Readonly<Record<NotebookKeys, KeyTable>> = { jupyterlab: defaultKeys, colab: colabKeys }

export class Shortcuts {
  private current: Keymap
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on

  constructor(private readonly settings: SettingsStore) {
    this.current = this.chosen()
    settings.onChange((name) => {
      if (name !== 'keymap' && name !== 'keys') return
      this.current = this.chosen()
      this.changed.emit()
    })
  }

  private chosen(): Keymap {
    return new Keymap(tables[this.settings.get('keys')], this.settings.get('keymap'))
  }

  get keymap(): Keymap {
    return this.current
  }

  /** The keys to show for a command; those of both modes if there are any. */
  spoken(command: CommandId): string | null {
    const [inCommand, inEdit] = [this.keymap.keysOf(command, 'command'), this.keymap.keysOf(command, 'edit')]
    const elsewhere = keyPlaces.flatMap((place) => this.keymap.keysOf(command, place))
    const [best] = [...inCommand.filter((keys) => inEdit.includes(keys)), ...elsewhere]
    return best === undefined ? null : spokenKeys(best)
  }

  /** A tooltip: the action and its keys. */
  hint(words: string, command: CommandId): string {
    const keys = this.spoken(command)
    return keys === null ? words : `${words} (${keys})`
  }

  set(command: string, place: KeyPlace, keys: readonly Keys[]): void {
    this.settings.set('keymap', this.keymap.withKeys(command, place, keys))
  }

  reset(command: string, place: KeyPlace): void {
    this.settings.set('keymap', this.keymap.reset(command, place))
  }

  resetAll(): void {
    this.settings.set('keymap', {})
  }
}
