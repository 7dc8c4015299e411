// The page's appearance by the settings: the theme, and the sizes that editors and static sources share.
import type { SettingsStore } from './store.ts'

/** Whether an element has the dark colours. */
export const isDark = (element: Element): boolean => {
  const { colorScheme } = getComputedStyle(element)
  return (
    colorScheme === 'dark' ||
    (colorScheme.includes('dark') && window.matchMedia('(prefers-color-scheme: dark)').matches)
  )
}

/** Ratio of line height to font size. */
const lineHeight = 10 / 7

const show = (settings: SettingsStore): void => {
  const { dataset, style } = document.documentElement
  const [theme, { fontSize }] = [settings.get('theme'), settings.get('editor')]
  if (theme === 'system') delete dataset['theme']
  else dataset['theme'] = theme
  dataset['outputs'] = settings.get('outputs')
  style.setProperty('--nb-code-size', `${fontSize}px`)
  style.setProperty('--nb-code-line', `${Math.round(fontSize * lineHeight)}px`)
}

/** For the lifetime of the page. */
export const keepLook = (settings: SettingsStore): void => {
  show(settings)
  settings.onChange((name) => {
    if (name === 'theme' || name === 'editor' || name === 'outputs') show(settings)
  })
}
