// The present keys: the keymap of this browser's settings, labels for commands, and changes.
import { defaultKeys, type CommandId } from '../keymap/default-keys.ts'
import { keyPlaces, Keymap, type KeyPlace } from '../keymap/keymap.ts'
import { spokenKeys, type Keys } from '../keymap/keys.ts'
import type { SettingsStore } from './store.ts'

export class Shortcuts {
  private readonly settings: SettingsStore
  private current: Keymap

  constructor(settings: SettingsStore) {
    this.settings = settings
    this.current = new Keymap(defaultKeys, settings.get('keymap'))
  }

  get keymap(): Keymap {
    const overrides = this.settings.get('keymap')
    if (this.current.overrides !== overrides) this.current = new Keymap(defaultKeys, overrides)
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

  onChange(listener: () => void): () => void {
    return this.settings.onChange((name) => {
      if (name === 'keymap') listener()
    })
  }
}
