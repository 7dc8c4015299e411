// Where a person is in a notebook, to return there when it is reopened with another history or another role.
import type { NotebookContext } from '../commands/context.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NbNotebook } from './nb-notebook.ts'
import type { NbPage } from './nb-page.ts'
import type { NbSource } from './nb-source.ts'

export interface Whereabouts {
  readonly cell: CellId
  /** The caret in its source; null in command mode. */
  readonly caret: number | null
}

/** Null where the focus is in no cell, and for another notebook than was open. */
export const whereaboutsIn = (page: NbPage, before: NotebookContext | undefined): Whereabouts | null => {
  if (before?.notebook.path !== page.path) return null
  const { cell, mode } = before.selection
  const { activeElement } = document
  if (cell === null || activeElement?.closest('nb-cell') == null || !page.contains(activeElement)) return null
  const source = mode === 'edit' ? activeElement.closest<NbSource>('.nb-body > nb-source') : null
  return { cell, caret: source?.view?.state.selection.main.head ?? null }
}

/** If its person has gone nowhere else. A cell that is gone leaves no other one selected. */
export const goBack = (page: Element, { selection }: NotebookContext, to: Whereabouts): void => {
  if (document.activeElement !== document.body) return
  selection.put(null)
  page
    .querySelector<NbNotebook>('nb-notebook')
    ?.focusCell(to.cell, to.caret === null ? 'command' : 'edit', to.caret)
}
