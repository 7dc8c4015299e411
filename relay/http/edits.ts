// /api/edits: who wrote in each cell last, and when.
import { setImmediate } from 'node:timers/promises'
import * as Y from 'yjs'
import { CellObserver } from '../../shared/notebook/document/observe.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { updatesIn } from '../log/edit-session.ts'
import type { LoggedUpdate, UpdateLog } from '../log/update-log.ts'
import { integrate } from '../sync/integrate.ts'
import { documentAt, send, type Handlers } from './api-call.ts'
import type { HistoryOptions } from './history.ts'

type Edit = Pick<LoggedUpdate, 'user' | 'time'>

/** Only this many of the latest updates are examined. */
const recent = 5_000
/** Updates applied before yielding to other work. */
const perTurn = 100

export const editHandlers = ({ catalogue, log }: HistoryOptions): Handlers<'listEdits'> => ({
  listEdits: async (call) => {
    const record = await documentAt(catalogue, call)
    if (record === null) return
    const people = await log.updates.people()
    const edits = await lastEdits(log.updates, record.docId)
    send(
      call,
      200,
      [...edits].map(([cell, { user, time }]) => ({ cell, user, name: people.get(user) ?? user, time })),
    )
  },
})

const lastEdits = async (updates: UpdateLog, docId: string): Promise<ReadonlyMap<CellId, Edit>> => {
  const total = updatesIn(await updates.sessions(docId))
  const edits = new Map<CellId, Edit>()
  const doc = new Y.Doc()
  const observer = new CellObserver(doc)
  let writing: Edit | null = null
  observer.onAnyCell((cell, changes) => {
    if (writing !== null && changes.has('source')) edits.set(cell, writing)
  })
  try {
    // The first update is the import of the file.
    let [seen, before] = [0, Math.max(total - recent, 1)]
    for await (const rows of updates.beginning(docId, Infinity)) {
      const together = rows.slice(0, Math.max(before - seen, 0))
      integrate(
        doc,
        together.map(({ bytes }) => bytes),
        null,
      )
      for (const [index, { user, time, bytes }] of rows.slice(together.length).entries()) {
        if (index % perTurn === perTurn - 1) await setImmediate()
        writing = { user, time }
        integrate(doc, [bytes], null)
      }
      writing = null
      seen += rows.length
    }
    return edits
  } finally {
    observer.dispose()
    doc.destroy()
  }
}
