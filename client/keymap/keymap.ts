// What each key does: the defaults with the person's overrides.
import { normalKeys, onMac, type Keys } from './keys.ts'

/** Where a key is pressed; the completion list and the documentation tooltip come before the text below them. */
export const keyPlaces = [
  'command',
  'edit',
  'panel',
  'view',
  'completions',
  'suggestion',
  'documentation',
] as const
export type KeyPlace = (typeof keyPlaces)[number]

export const placeNames: Readonly<Record<KeyPlace, string>> = {
  command: 'Command mode',
  edit: 'Edit mode',
  panel: 'Panel',
  view: 'App and slide view',
  completions: 'Completion list',
  suggestion: 'Suggestion of the model',
  documentation: 'Documentation tooltip',
}

export type Bindings = Readonly<Partial<Record<KeyPlace, readonly Keys[]>>>
/** By command id. */
export type KeyTable = Readonly<Record<string, Bindings>>

/** What conflicts with giving a command these keys. */
export interface Conflict {
  readonly command: string
  readonly keys: Keys
  /** The same keys, or one sequence is a prefix of the other. */
  readonly type: 'same' | 'begins' | 'continues'
}

const relation = (keys: Keys, other: Keys): Conflict['type'] | null => {
  if (keys === other) return 'same'
  if (other.startsWith(`${keys} `)) return 'continues'
  return keys.startsWith(`${other} `) ? 'begins' : null
}

/** Removes an empty table, so that defaults are not stored. */
const withBindings = (table: KeyTable, id: string, bindings: Bindings): KeyTable => {
  const { [id]: _, ...others } = table
  return Object.keys(bindings).length === 0 ? others : { ...others, [id]: bindings }
}

const sameKeys = (a: readonly Keys[], b: readonly Keys[]): boolean =>
  a.length === b.length && a.every((keys) => b.includes(keys))

const isWriting = /^(Shift-)?([^\s-]|-|Space|Enter|Backspace|Delete)$/

/** Why these keys cannot be used there; null if they can. */
export const refusedKeys = (keys: Keys, place: KeyPlace): string | null =>
  place === 'edit' && isWriting.test(keys.split(' ')[0] ?? '') ? 'In edit mode this key types text.' : null

export class Keymap {
  /** The person's changes; for each place all keys of the command. */
  readonly overrides: KeyTable
  private readonly mac: boolean
  private readonly byCommand = new Map<string, Map<KeyPlace, readonly Keys[]>>()
  private readonly byKeys: Readonly<Record<KeyPlace, Map<Keys, string[]>>>

  constructor(
    readonly defaults: KeyTable,
    overrides: KeyTable = {},
    mac = onMac,
  ) {
    this.overrides = overrides
    this.mac = mac
    this.byKeys = {
      command: new Map(),
      edit: new Map(),
      panel: new Map(),
      view: new Map(),
      completions: new Map(),
      suggestion: new Map(),
      documentation: new Map(),
    }
    for (const id of Object.keys(defaults))
      for (const place of this.placesOf(id)) {
        const all = this.overridden(id, place) ?? this.freeDefaults(id, place)
        this.byCommand.set(id, (this.byCommand.get(id) ?? new Map()).set(place, all))
        for (const keys of all) this.byKeys[place].set(keys, [...(this.byKeys[place].get(keys) ?? []), id])
      }
  }

  /** Where the command can have keys. */
  placesOf(id: string): readonly KeyPlace[] {
    return keyPlaces.filter((place) => this.defaults[id]?.[place] !== undefined)
  }

  keysOf(id: string, place: KeyPlace): readonly Keys[] {
    return this.byCommand.get(id)?.get(place) ?? []
  }

  isOverridden(id: string, place: KeyPlace): boolean {
    return this.overridden(id, place) !== null
  }

  /** Of several commands, the first that applies runs. */
  commandsOn(keys: Keys, place: KeyPlace): readonly string[] {
    return this.byKeys[place].get(keys) ?? []
  }

  /** Commands with a sequence that begins with this stroke. */
  begunBy(stroke: Keys, place: KeyPlace): readonly string[] {
    return [...this.byKeys[place]].flatMap(([keys, ids]) => (keys.startsWith(`${stroke} `) ? ids : []))
  }

  conflicts(id: string, place: KeyPlace, keys: Keys): readonly Conflict[] {
    return Object.keys(this.defaults).flatMap((command) =>
      command === id || this.shareByDefault(id, command, place, keys)
        ? []
        : this.keysOf(command, place).flatMap((other) => {
            const type = relation(keys, other)
            return type === null ? [] : [{ command, keys: other, type }]
          }),
    )
  }

  /** The overrides in which the command has these keys here, and no other command has conflicting ones. */
  withKeys(id: string, place: KeyPlace, all: readonly Keys[]): KeyTable {
    const isDefault = sameKeys(all, this.defaultsOf(id, place))
    const { [place]: _, ...elsewhere } = this.overrides[id] ?? {}
    let table = withBindings(this.overrides, id, isDefault ? elsewhere : { ...elsewhere, [place]: all })
    for (const command of Object.keys(this.defaults)) {
      const theirs = command === id ? null : this.overridden(command, place)
      const left = theirs?.filter(
        (other) => !all.some((keys) => this.isTaken(command, other, id, keys, place)),
      )
      if (left !== undefined && left.length !== theirs?.length)
        table = withBindings(table, command, { ...table[command], [place]: left })
    }
    return table
  }

  /** The overrides in which the command has its default keys here. */
  reset(id: string, place: KeyPlace): KeyTable {
    return this.withKeys(id, place, this.defaultsOf(id, place))
  }

  private defaultsOf(id: string, place: KeyPlace): readonly Keys[] {
    const named = this.defaults[id]?.[place] ?? []
    return [...new Set(named.map((keys) => normalKeys(keys, this.mac) ?? keys))]
  }

  private overridden(id: string, place: KeyPlace): readonly Keys[] | null {
    const chosen = this.overrides[id]?.[place]
    return chosen?.flatMap((keys) => normalKeys(keys, this.mac) ?? []) ?? null
  }

  /** Its default keys, without those given to another command. */
  private freeDefaults(id: string, place: KeyPlace): readonly Keys[] {
    return this.defaultsOf(id, place).filter(
      (keys) =>
        !Object.keys(this.defaults).some((other) =>
          this.overridden(other, place)?.some((assigned) => this.isTaken(id, keys, other, assigned, place)),
        ),
    )
  }

  /** Whether `keys` of `id` conflict once `other` has `given`. */
  private isTaken(id: string, keys: Keys, other: string, assigned: Keys, place: KeyPlace): boolean {
    return id !== other && relation(assigned, keys) !== null && !this.shareByDefault(id, other, place, keys)
  }

  /** Tab completes, and indents if there is nothing to complete. */
  private shareByDefault(id: string, other: string, place: KeyPlace, keys: Keys): boolean {
    return this.defaultsOf(id, place).includes(keys) && this.defaultsOf(other, place).includes(keys)
  }
}
