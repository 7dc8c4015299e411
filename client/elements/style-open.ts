import type { NotebookContext } from '../commands/context.ts'

/** Tells styles what is open. With `html:has(nb-panel)` they would search all cells whenever one of them changes. */
export const styleOpen = (context: Pick<NotebookContext, 'panels' | 'find'> | null): void => {
  const sides = context?.panels.open.map(({ side }) => side) ?? []
  document.documentElement.dataset['open'] = [...sides, ...(context?.find.isOpen ? ['find'] : [])].join(' ')
}
