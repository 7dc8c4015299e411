// Restoring from the history: ordinary operations on the live document, one undo step.
import type * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { byPerson } from '../../shared/notebook/person.ts'
import { restoreOperations } from '../../shared/notebook/merge/restore.ts'
import { mayWrite } from './cells.ts'
import type { CellContext } from './context.ts'
import { now } from '../document/clock.ts'

/** Restores one cell, or all with null, to their state in `then`. */
export const restore = (context: CellContext, then: Y.Doc, cell: CellId | null): void => {
  const { notebook, person, announce, showError } = context
  if (!mayWrite(context)) return
  const operations = restoreOperations(then, notebook.doc, { ...byPerson(person()), at: now() }, cell)
  const refusals = notebook.undo.step(() =>
    operations.map((operation) => apply(notebook.doc, operation)).filter((outcome) => !outcome.ok),
  )
  const [refusal] = refusals
  if (refusal !== undefined) showError(`Not everything could be restored: ${refusal.reason}.`)
  else
    announce(
      cell === null
        ? 'All cells were restored. Undo reverts this.'
        : 'The cell was restored. Undo reverts this.',
    )
}
