// The settings as a person knows them, for the settings page and for whoever looks one up.
export const settingLabels = {
  theme: 'Theme',
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
