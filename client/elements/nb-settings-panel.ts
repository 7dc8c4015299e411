// The settings over a notebook, so that it stays open; `/settings` shows the same.
import { html } from 'lit'
import { registerPanel } from '../panels/panel.ts'
import { icons } from './icons.ts'
import './nb-settings.ts'

registerPanel({
  id: 'settings',
  title: 'Settings',
  about: 'Settings',
  icon: icons.settings,
  side: 'over',
  needsNotebook: false,
  content: ({ settings, shortcuts }) =>
    html`<nb-settings .settings=${settings} .shortcuts=${shortcuts}></nb-settings>`,
})
