// How the page looks by the settings: the theme, and the measures that editors and the pictures of texts share.
import type { SettingsStore } from './store.ts'

/** Of a line, to its font. */
const lineHeight = 10 / 7

const show = (settings: SettingsStore): void => {
  const { dataset, style } = document.documentElement
  const [theme, { fontSize }] = [settings.get('theme'), settings.get('editor')]
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  style.setProperty('--nb-code-size', `${fontSize}px`)
  style.setProperty('--nb-code-line', `${Math.round(fontSize * lineHeight)}px`)
}

/** As long as the page lives. */
export const keepLook = (settings: SettingsStore): void => {
  show(settings)
  settings.onChange((name) => {
    if (name === 'theme' || name === 'editor') show(settings)
  })
}
