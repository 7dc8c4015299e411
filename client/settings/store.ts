// The settings of this browser, each under its own key, so that two tabs that change different settings lose nothing.
// Without storage they last as long as the page.
import { settings, type Setting, type Settings } from './settings.ts'
import { Emitter } from '../../shared/emitter.ts'

/** Where they are stored; `listen` reports the key another tab wrote, or null for any key. */
export interface SettingsHome {
  readonly read: (key: string) => unknown
  readonly write: (key: string, value: unknown) => void
  readonly listen: (listener: (key: string | null) => void) => void
}

const names = Object.keys(settings) as readonly (keyof Settings)[]
const keyOf = (name: keyof Settings): string => `llm-notebook.${name}`

export class SettingsStore {
  private readonly values: { -readonly [Name in keyof Settings]?: Settings[Name] } = {}
  private readonly changed = new Emitter<[name: keyof Settings]>()
  readonly onChange = this.changed.on

  constructor(private readonly home: SettingsHome) {
    home.listen((key) => {
      for (const name of names)
        if (key === null || key === keyOf(name)) {
          delete this.values[name]
          this.changed.emit(name)
        }
    })
  }

  get<Name extends keyof Settings>(name: Name): Settings[Name] {
    const known: Settings[Name] | undefined = this.values[name]
    if (known !== undefined) return known
    const { parse, initial, isMade }: Setting<Settings[Name]> = settings[name]
    const kept = parse(this.home.read(keyOf(name)))
    const value = kept ?? initial()
    this.values[name] = value
    if (kept === null && isMade === true) this.home.write(keyOf(name), value)
    return value
  }

  set<Name extends keyof Settings>(name: Name, value: Settings[Name]): void {
    this.values[name] = value
    this.home.write(keyOf(name), value)
    this.changed.emit(name)
  }
}
