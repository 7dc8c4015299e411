// Light, dark, or as the system has it; remembered in this browser.
import { readStored, writeStored } from './browser-store.ts'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'llm-notebook.theme'
const parse = (value: unknown): Theme | null => themes.find((theme) => theme === value) ?? null

export const loadTheme = (): Theme => readStored(key, parse) ?? 'system'

/** Shows and remembers it. */
export const applyTheme = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  writeStored(key, theme)
}
