// The menus of a notebook, by JupyterLab's names: which commands are in which.
import { kindViews } from '../cell-kinds/views.ts'
import { themes } from '../settings/settings.ts'
import type { CommandId } from '../keymap/default-keys.ts'

/** Commands that belong together, between lines. */
export type MenuGroup = readonly CommandId[]

export interface Menu {
  readonly title: string
  readonly groups: readonly MenuGroup[]
}

const downloads: MenuGroup = ['export-ipynb', 'export-py', 'export-md', 'export-html']

export const exportMenu: Menu = { title: 'Export', groups: [downloads] }

const panels: MenuGroup = [
  'outline',
  'comments',
  'context',
  'variables',
  'files',
  'packages',
  'history',
  'settings',
]

/** Of the selected cells, at the pointer. */
export const cellMenu = (several: boolean): readonly MenuGroup[] => [
  ['run', 'run-above', 'run-below'],
  ['cut', 'copy', 'paste', 'delete'],
  ['move-up', 'move-down', ...(several ? (['merge'] as const) : (['merge-above', 'merge-below'] as const))],
  ['fold-input', 'fold-output', 'scroll-output', 'clear-outputs'],
  ['comment', 'edit-with-model'],
]

export const menus: readonly Menu[] = [
  {
    title: 'File',
    groups: [
      ['new-notebook', 'open', 'new-tab', 'close-tab'],
      ['save', 'save-as', 'duplicate', 'rename', 'move-to-bin'],
      downloads,
      ['print'],
    ],
  },
  {
    title: 'Edit',
    groups: [
      ['undo', 'redo'],
      ['cut', 'copy', 'paste', 'delete', 'select-all'],
      ['move-up', 'move-down', 'merge', 'split'],
      kindViews.map(({ kind }): CommandId => `to-${kind.name}`),
      ['format', 'format-all'],
      ['find', 'replace', 'go-to-line'],
    ],
  },
  {
    title: 'View',
    groups: [
      ['view-notebook', 'view-app', 'view-slides'],
      panels,
      ['fold-input', 'fold-output'],
      [
        'fold-all-code',
        'unfold-all-code',
        'fold-all-outputs',
        'unfold-all-outputs',
        'fold-all',
        'unfold-all',
      ],
      ['line-numbers', 'outputs-beside'],
      themes.map((theme): CommandId => `theme-${theme}`),
    ],
  },
  {
    title: 'Run',
    groups: [
      ['run-advance', 'run', 'run-insert'],
      ['run-above', 'run-below', 'run-all'],
      ['stop', 'clear-outputs', 'clear-all-outputs'],
      ['explain', 'fix', 'edit-with-model'],
    ],
  },
  {
    title: 'Kernel',
    groups: [
      ['interrupt'],
      ['restart', 'restart-clear', 'restart-run-to', 'restart-run-all'],
      ['install-missing'],
    ],
  },
  { title: 'Help', groups: [['palette', 'keys']] },
]
