// The notebooks opened last in this browser.
import type { SettingsStore } from '../settings/store.ts'

const remembered = 12

export const rememberOpened = (settings: SettingsStore, path: string): void => {
  const before = settings.get('recent')
  if (before[0] === path) return
  settings.set('recent', [path, ...before.filter((other) => other !== path)].slice(0, remembered))
}
