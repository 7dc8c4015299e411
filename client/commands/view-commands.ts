// Commands for how the notebook is shown: as an app or slides, panels, themes. They change nothing in it.
import type { CommandId } from '../keymap/default-keys.ts'
import { pageViews, type PageViewName } from '../presentation/page-view.ts'
import { themeNames } from '../settings/labels.ts'
import { themes } from '../settings/settings.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NbSource } from '../elements/nb-source.ts'
import type { Command } from './command.ts'
import { selectedCells } from './select.ts'
import { goToSlide } from './slides.ts'

const panel = (id: CommandId, title: string): Command => ({
  id,
  title,
  harmless: true,
  checked: ({ panels }) => panels.isOpen(id),
  run: ({ panels }) => panels.toggle(id),
})

const viewTitles: Readonly<Record<PageViewName, string>> = {
  notebook: 'Notebook view',
  app: 'App view',
  slides: 'Slide view',
}

const slide = (id: CommandId, title: string, towards: (at: number, last: number) => number): Command => ({
  id,
  title,
  harmless: true,
  run: (context) => goToSlide(context, towards),
})

/** Only on this page, until those of all cells are changed. */
const toggleLineNumbers = (cell: CellId): void =>
  document
    .querySelector<NbSource>(`nb-cell[data-cell-id="${CSS.escape(cell)}"] > .nb-body > nb-source`)
    ?.toggleLineNumbers()

export const viewCommands: readonly Command[] = [
  ...pageViews.map((name): Command => ({
    id: `view-${name}`,
    title: viewTitles[name],
    harmless: true,
    checked: ({ view }) => view.current === name,
    run: ({ view }) => view.show(name),
  })),
  slide('next-slide', 'Next slide', (at) => at + 1),
  slide('previous-slide', 'Previous slide', (at) => at - 1),
  slide('first-slide', 'First slide', () => 0),
  slide('last-slide', 'Last slide', (_, last) => last),
  {
    id: 'outputs-beside',
    title: 'Outputs beside the code',
    harmless: true,
    checked: ({ settings }) => settings.get('outputs') === 'beside',
    run: ({ settings }) => settings.set('outputs', settings.get('outputs') === 'beside' ? 'below' : 'beside'),
  },
  {
    id: 'cell-line-numbers',
    title: 'Show line numbers of the cell',
    harmless: true,
    run: (context) => selectedCells(context).forEach(toggleLineNumbers),
  },
  {
    id: 'side-panel',
    title: 'Side panel',
    harmless: true,
    run: ({ panels }) => panels.toggleSide(),
  },
  panel('palette', 'Command palette'),
  panel('outline', 'Outline'),
  panel('files', 'Files'),
  panel('packages', 'Packages'),
  panel('variables', 'Variables'),
  panel('comments', 'Comments'),
  panel('context', 'What the model sees'),
  panel('history', 'History'),
  panel('settings', 'Settings'),
  panel('keys', 'Keys'),
  ...themes.map((theme): Command => ({
    id: `theme-${theme}`,
    title: `Theme: ${themeNames[theme]}`,
    harmless: true,
    checked: ({ settings }) => settings.get('theme') === theme,
    run: ({ settings }) => settings.set('theme', theme),
  })),
]
