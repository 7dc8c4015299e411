// The panels of a notebook, in page order. The header has their buttons, the keymap their keys; what they show loads when
// one is opened.
import { html } from 'lit'
import type { Panel } from '../panels/panel.ts'
import { icons } from './icons.ts'

export const notebookPanels: readonly Panel[] = [
  {
    id: 'palette',
    title: 'Commands',
    about: 'Commands, notebooks, headings and settings',
    icon: icons.search,
    side: 'centre',
    needsNotebook: false,
    load: () => import('./nb-palette.ts'),
    content: (context) => html`<nb-palette .context=${context}></nb-palette>`,
  },
  {
    id: 'save-as',
    title: 'Save notebook as',
    icon: null,
    side: 'centre',
    needsNotebook: true,
    load: () => import('./nb-path.ts'),
    content: (context) => html`<nb-path .context=${context} .purpose=${'save-as'}></nb-path>`,
  },
  {
    id: 'rename',
    title: 'Rename notebook',
    icon: null,
    side: 'centre',
    needsNotebook: true,
    load: () => import('./nb-path.ts'),
    content: (context) => html`<nb-path .context=${context} .purpose=${'rename'}></nb-path>`,
  },
  {
    id: 'outline',
    title: 'Outline',
    about: 'Headings of this notebook',
    icon: icons.outline,
    side: 'beside',
    needsNotebook: true,
    load: () => import('./nb-outline.ts'),
    content: (context) => html`<nb-outline .context=${context}></nb-outline>`,
  },
  {
    id: 'files',
    title: 'Files',
    about: 'Files available to Python',
    icon: icons.files,
    side: 'over',
    needsNotebook: true,
    load: () => import('./nb-files.ts'),
    content: ({ notebook, python, announce }) =>
      html`<nb-files .notebook=${notebook} .kernel=${python.kernel} .announce=${announce}></nb-files>`,
  },
  {
    id: 'packages',
    title: 'Packages',
    about: 'Packages of this notebook',
    icon: icons.packages,
    side: 'over',
    needsNotebook: true,
    load: () => import('./nb-packages.ts'),
    content: ({ notebook, announce }) =>
      html`<nb-packages .notebook=${notebook} .announce=${announce}></nb-packages>`,
  },
  {
    id: 'comments',
    title: 'Comments',
    about: 'Comments on this notebook',
    icon: icons.comment,
    side: 'beside',
    needsNotebook: true,
    load: () => import('./nb-comments.ts'),
    content: (context) => html`<nb-comments .context=${context}></nb-comments>`,
  },
  {
    id: 'context',
    title: 'What the model sees',
    word: 'Model',
    icon: icons.eye,
    side: 'beside',
    needsNotebook: true,
    load: () => import('./nb-context.ts'),
    content: (context) => html`<nb-context .context=${context}></nb-context>`,
  },
  {
    id: 'variables',
    title: 'Variables',
    icon: icons.variables,
    side: 'below',
    needsNotebook: false,
    load: () => import('./nb-variables.ts'),
    content: ({ python, insight }) =>
      html`<nb-variables .kernel=${python.kernel} .insight=${insight}></nb-variables>`,
  },
  {
    id: 'history',
    title: 'History',
    icon: icons.history,
    side: 'over',
    needsNotebook: true,
    load: () => import('./nb-history.ts'),
    content: (context) => html`<nb-history .context=${context}></nb-history>`,
  },
  {
    id: 'keys',
    title: 'Keys',
    icon: icons.keys,
    side: 'corner',
    needsNotebook: false,
    load: () => import('./nb-keys.ts'),
    content: ({ shortcuts, panels }) =>
      html`<nb-keys .shortcuts=${shortcuts} .change=${() => panels.toggle('settings')}></nb-keys>`,
  },
  {
    id: 'settings',
    title: 'Settings',
    icon: icons.settings,
    side: 'over',
    needsNotebook: false,
    load: () => import('./nb-settings.ts'),
    content: ({ settings, shortcuts }) =>
      html`<nb-settings .settings=${settings} .shortcuts=${shortcuts}></nb-settings>`,
  },
]
