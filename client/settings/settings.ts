// What a person chose for themselves, in this browser, and what holds until they do. What is read back is parsed, as
// another version may have written it; what cannot be read is as if nothing had been chosen.
import { keyPlaces, type Bindings, type KeyTable } from '../keymap/keymap.ts'
import { normalKeys } from '../keymap/keys.ts'
import { newProfile, parseProfile, parseUserId, type Profile } from './identity.ts'
import { newUserId } from '../../shared/notebook/ids.ts'
import { isRecord } from '../../shared/record.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Spaces, or a tab. */
export const indents = [2, 4, 8, 'tab'] as const
export type Indent = (typeof indents)[number]

/** Pixels. */
export const fontSizes = [11, 12, 13, 14, 15, 16, 18, 20, 24] as const

export interface EditorOptions {
  readonly lineNumbers: boolean
  readonly wordWrap: boolean
  readonly autoCloseBrackets: boolean
  readonly indent: Indent
  readonly fontSize: (typeof fontSizes)[number]
}

const defaultEditor: EditorOptions = {
  lineNumbers: false,
  wordWrap: true,
  autoCloseBrackets: true,
  indent: 4,
  fontSize: 14,
}

export interface Settings {
  readonly theme: Theme
  /** Id of this browser's person: made once, set never. */
  readonly user: string
  readonly identity: Profile
  readonly editor: EditorOptions
  /** The keys that were changed. */
  readonly keymap: KeyTable
  /** Panels that stay open. */
  readonly panels: readonly string[]
}

/** One setting; a new one, such as a choice of models, is another line of `settings`. */
export interface Setting<T> {
  readonly parse: (value: unknown) => T | null
  readonly initial: () => T
  /** What it is at first is made up, and kept as if chosen. */
  readonly isMade?: true
}

const oneOf = <T>(known: readonly T[], value: unknown): T | null =>
  known.find((each) => each === value) ?? null

const parseEditor = (value: unknown): EditorOptions | null => {
  if (!isRecord(value)) return null
  const flag = (name: 'lineNumbers' | 'wordWrap' | 'autoCloseBrackets'): boolean =>
    typeof value[name] === 'boolean' ? value[name] : defaultEditor[name]
  return {
    lineNumbers: flag('lineNumbers'),
    wordWrap: flag('wordWrap'),
    autoCloseBrackets: flag('autoCloseBrackets'),
    indent: oneOf(indents, value['indent']) ?? defaultEditor.indent,
    fontSize: oneOf(fontSizes, value['fontSize']) ?? defaultEditor.fontSize,
  }
}

const isKeys = (value: unknown): value is string => typeof value === 'string' && normalKeys(value) !== null

const parseBindings = (value: unknown): Bindings =>
  Object.fromEntries(
    keyPlaces.flatMap((place) => {
      const keys = isRecord(value) ? value[place] : undefined
      return Array.isArray(keys) ? [[place, keys.filter(isKeys)]] : []
    }),
  )

/** Commands that this version does not know keep their keys. */
const parseKeymap = (value: unknown): KeyTable | null =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([id, bindings]) => [id, parseBindings(bindings)]))
    : null

export const settings: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  theme: { parse: (value) => oneOf(themes, value), initial: () => 'system' },
  user: { parse: parseUserId, initial: newUserId, isMade: true },
  identity: { parse: parseProfile, initial: newProfile, isMade: true },
  editor: { parse: parseEditor, initial: () => defaultEditor },
  keymap: { parse: parseKeymap, initial: () => ({}) },
  panels: {
    parse: (value) =>
      Array.isArray(value) ? value.filter((id: unknown): id is string => typeof id === 'string') : null,
    initial: () => [],
  },
}
