// The settings as a person knows them, for the settings page and for a search.
import type { Theme } from './settings.ts'

export const settingLabels = {
  theme: 'Theme',
  outputs: 'Outputs of code',
  name: 'Name',
  color: 'Colour',
  lineNumbers: 'Line numbers',
  wordWrap: 'Word wrap',
  autoCloseBrackets: 'Auto close brackets',
  suggestions: 'Suggestions while typing',
  indent: 'Indentation',
  'font-size': 'Code font size',
  keys: 'Notebook keys',
  'editor-keys': 'Editor keys',
} as const

export type SettingLabel = keyof typeof settingLabels

/** Of its control. */
export const settingId = (name: SettingLabel): string => `nb-setting-${name}`

/** The last two are light or dark as the system. */
export const themeNames: Readonly<Record<Theme, string>> = {
  system: 'Same as the system',
  light: 'Light',
  dark: 'Dark',
  solarized: 'Solarized',
  contrast: 'High contrast',
}
