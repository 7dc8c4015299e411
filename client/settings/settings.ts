// The settings of a person in this browser, and their defaults. Stored values are parsed, because another version may
// have written them; an invalid value counts as not set.
import { keyPlaces, type Bindings, type KeyTable } from '../keymap/keymap.ts'
import { normalKeys } from '../keymap/keys.ts'
import { newProfile, parseProfile, parseUserId, type Profile } from './identity.ts'
import { newUserId } from '../../shared/notebook/ids.ts'
import { isRecord } from '../../shared/record.ts'

export const themes = ['system', 'light', 'dark', 'solarized', 'contrast'] as const
export type Theme = (typeof themes)[number]

/** Number of spaces, or a tab. */
export const indents = [2, 4, 8, 'tab'] as const
export type Indent = (typeof indents)[number]

/** Whose keys the notebook has. */
export const notebookKeys = ['jupyterlab', 'colab'] as const
export type NotebookKeys = (typeof notebookKeys)[number]

/** Whose keys a text has. */
export const editorBindings = ['standard', 'vim'] as const

/** Pixels. */
export const fontSizes = [11, 12, 13, 14, 15, 16, 18, 20, 24] as const

/** Where the outputs of code are, if there is room. */
export const outputPlaces = ['below', 'beside'] as const

export interface EditorOptions {
  readonly lineNumbers: boolean
  readonly wordWrap: boolean
  readonly autoCloseBrackets: boolean
  /** From the model, at the caret. */
  readonly suggestions: boolean
  readonly indent: Indent
  readonly fontSize: (typeof fontSizes)[number]
  readonly bindings: (typeof editorBindings)[number]
}

const defaultEditor: EditorOptions = {
  lineNumbers: false,
  wordWrap: true,
  autoCloseBrackets: true,
  suggestions: false,
  indent: 4,
  fontSize: 14,
  bindings: 'standard',
}

export interface Settings {
  readonly theme: Theme
  /** Id of this browser's person: created once, never set. */
  readonly user: string
  readonly identity: Profile
  readonly editor: EditorOptions
  readonly outputs: (typeof outputPlaces)[number]
  readonly keys: NotebookKeys
  /** The changed keys. */
  readonly keymap: KeyTable
  readonly panels: readonly string[]
  /** Folders of the list that were opened or closed. */
  readonly folders: Readonly<Record<string, boolean>>
  /** Paths of the notebooks opened last, the latest first. */
  readonly recent: readonly string[]
}

/** One setting; a new one is another line of `settings`. */
export interface Setting<T> {
  readonly parse: (value: unknown) => T | null
  readonly initial: () => T
  /** The default is generated, and then stored. */
  readonly isMade?: true
}

const oneOf = <T>(known: readonly T[], value: unknown): T | null =>
  known.find((each) => each === value) ?? null

const parseEditor = (value: unknown): EditorOptions | null => {
  if (!isRecord(value)) return null
  const flag = (name: 'lineNumbers' | 'wordWrap' | 'autoCloseBrackets' | 'suggestions'): boolean =>
    typeof value[name] === 'boolean' ? value[name] : defaultEditor[name]
  return {
    lineNumbers: flag('lineNumbers'),
    wordWrap: flag('wordWrap'),
    autoCloseBrackets: flag('autoCloseBrackets'),
    suggestions: flag('suggestions'),
    indent: oneOf(indents, value['indent']) ?? defaultEditor.indent,
    fontSize: oneOf(fontSizes, value['fontSize']) ?? defaultEditor.fontSize,
    bindings: oneOf(editorBindings, value['bindings']) ?? defaultEditor.bindings,
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

/** Commands unknown to this version keep their keys. */
const parseKeymap = (value: unknown): KeyTable | null =>
  isRecord(value)
    ? Object.fromEntries(Object.entries(value).map(([id, bindings]) => [id, parseBindings(bindings)]))
    : null

const parseTexts = (value: unknown): readonly string[] | null =>
  Array.isArray(value) ? value.filter((each: unknown): each is string => typeof each === 'string') : null

export const settings: { readonly [Name in keyof Settings]: Setting<Settings[Name]> } = {
  theme: { parse: (value) => oneOf(themes, value), initial: () => 'system' },
  user: { parse: parseUserId, initial: newUserId, isMade: true },
  identity: { parse: parseProfile, initial: newProfile, isMade: true },
  editor: { parse: parseEditor, initial: () => defaultEditor },
  outputs: { parse: (value) => oneOf(outputPlaces, value), initial: () => 'below' },
  keys: { parse: (value) => oneOf(notebookKeys, value), initial: () => 'jupyterlab' },
  keymap: { parse: parseKeymap, initial: () => ({}) },
  panels: { parse: parseTexts, initial: () => [] },
  folders: {
    parse: (value) =>
      isRecord(value)
        ? Object.fromEntries(
            Object.entries(value).filter(
              (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
            ),
          )
        : null,
    initial: () => ({}),
  },
  recent: { parse: parseTexts, initial: () => [] },
}
