// /api/history: who wrote a notebook and when, its state at any position of the log, and names for positions. A
// position is a number of updates; `at` counts them from the first.
import * as Y from 'yjs'
import type { Timeline, Version } from '../../shared/api/routes.ts'
import type { NotebookCatalogue } from '../files/catalogue.ts'
import { mergeSmallSessions, updatesIn, type EditSession } from '../log/edit-session.ts'
import type { Log } from '../log/log.ts'
import type { UpdateLog } from '../log/update-log.ts'
import { integrate } from '../sync/integrate.ts'
import { HttpError, sendData } from './answer.ts'
import { documentAt, send, type Handlers } from './api-call.ts'

export interface HistoryOptions {
  readonly catalogue: NotebookCatalogue
  readonly log: Log
}

/** Maximum edit sessions of a timeline. */
const maxSessions = 500

export const historyHandlers = ({
  catalogue,
  log,
}: HistoryOptions): Handlers<'readHistory' | 'nameVersion'> => ({
  readHistory: async (call) => {
    const record = await documentAt(catalogue, call)
    if (record === null) return
    const { docId } = record
    const sessions = await log.updates.sessions(docId)
    const at = call.query.get('at')
    if (at === null)
      return send(
        call,
        200,
        timeline(sessions, await log.updates.versions(docId), await log.updates.people()),
      )
    const place = placeIn(/^[0-9]{1,15}$/.test(at) ? Number(at) : 0, sessions)
    return sendData(call.response, 200, await stateAt(log.updates, docId, place), 'application/octet-stream')
  },
  nameVersion: async (call) => {
    const record = await documentAt(catalogue, call)
    if (record === null) return
    const { docId } = record
    const { name, at, by = '', user = null } = call.body
    const { user: known } = call.grant
    const place = placeIn(at, await log.updates.sessions(docId))
    const version = {
      at: place,
      name,
      by: known?.name ?? by.slice(0, 100),
      user: known?.id ?? user?.slice(0, 100) ?? null,
      time: Date.now(),
    }
    await log.updates.nameVersion(docId, version)
    send(call, 201, version)
  },
})

/** The document after its first `at` updates, as one update. */
export const stateAt = async (updates: UpdateLog, docId: string, at: number): Promise<Uint8Array> => {
  const doc = new Y.Doc()
  try {
    // One transaction per batch: other work runs in between.
    for await (const rows of updates.beginning(docId, at))
      integrate(
        doc,
        rows.map(({ bytes }) => bytes),
        null,
      )
    return Y.encodeStateAsUpdate(doc)
  } finally {
    doc.destroy()
  }
}

const timeline = (
  sessions: readonly EditSession[],
  versions: readonly Version[],
  people: ReadonlyMap<string, string>,
): Timeline => {
  let last = 0
  const groups = mergeSmallSessions(sessions, maxSessions).map(({ from, to, count, writers }) => {
    const first = last + 1
    last += count
    return { first, last, from, to, updates: count, users: [...new Set(writers.map(({ user }) => user))] }
  })
  // The user of each client of the document: the characters of a line have the client that typed them.
  const known = new Map<number, string>()
  for (const { writers } of sessions)
    for (const { user, client } of writers) if (client !== 0 && user !== '') known.set(client, user)
  const users = new Set([...known.values(), ...groups.flatMap((group) => group.users)])
  const called = [...people].filter(([id]) => users.has(id))
  return { updates: last, groups, versions, people: called, clients: [...known] }
}

const placeIn = (at: number, sessions: readonly EditSession[]): number => {
  const updates = updatesIn(sessions)
  if (at >= 1 && at <= updates) return at
  throw new HttpError('bad_request', `at must be an integer from 1 to ${updates}`)
}
