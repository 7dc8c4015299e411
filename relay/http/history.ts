// The addresses under /api/history: who wrote a notebook and when, the notebook as it was at any place of its log, and
// names for such places. A place is a number of updates; `at` counts them from the first.
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as Y from 'yjs'
import type { Library } from '../files/library.ts'
import type { NotebookPath } from '../files/path.ts'
import { coarsen, type Stint } from '../log/stint.ts'
import type { DocumentRecord, LogStore, Version } from '../log/store.ts'
import { integrate } from '../sync/integrate.ts'
import { HttpError, readJson, sendData, sendJson, sendNothing } from './answer.ts'

export interface HistoryParts {
  readonly library: Library
  readonly log: LogStore
}

export const histories = '/api/history/'

/** How many groups a timeline has at most. */
const mostGroups = 500
const longestName = 200

export const history = async (
  parts: HistoryParts,
  method: string,
  path: NotebookPath,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const opened = await parts.library.open(path)
  switch (opened.type) {
    case 'missing':
      throw new HttpError('not_found', opened.reason)
    case 'unreadable':
      throw new HttpError('unreadable', opened.reason)
    case 'renamed': {
      const to = opened.path.split('/').map(encodeURIComponent).join('/')
      return sendNothing(response, 307, { Location: histories + to + searchOf(request).search })
    }
    case 'document':
      return answer(parts.log, opened.record, method, request, response)
    default:
      throw new Error(`unknown answer ${String(opened satisfies never)}`)
  }
}

const answer = async (
  log: LogStore,
  { docId }: DocumentRecord,
  method: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const stints = await log.stints(docId)
  const updates = stints.reduce((sum, { count }) => sum + count, 0)
  switch (method) {
    case 'GET': {
      const asked = searchOf(request).searchParams.get('at')
      if (asked === null) return sendJson(response, 200, timeline(stints, await log.versions(docId)))
      const at = placeIn(/^[0-9]{1,15}$/.test(asked) ? Number(asked) : null, updates)
      return sendData(response, 200, await stateAt(log, docId, at), 'application/octet-stream')
    }
    case 'POST': {
      const version = versionIn(await readJson(request), updates)
      await log.nameVersion(docId, version)
      return sendJson(response, 201, version)
    }
    default:
      throw new HttpError('method_not_allowed', `${method} is not possible here`)
  }
}

/** The document after its first `at` updates, as one update. */
export const stateAt = async (log: LogStore, docId: string, at: number): Promise<Uint8Array> => {
  const doc = new Y.Doc()
  try {
    // A batch a transaction: between two of them the relay does what else there is to do.
    for await (const rows of log.beginning(docId, at))
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

const timeline = (stints: readonly Stint[], versions: readonly Version[]): unknown => {
  let last = 0
  const groups = coarsen(stints, mostGroups).map(({ from, to, count, writers }) => {
    const first = last + 1
    last += count
    return { first, last, from, to, updates: count, users: [...new Set(writers.map(({ user }) => user))] }
  })
  // Who a client of the document was: what a line's characters say of themselves is the client that typed them.
  const known = new Map<number, string>()
  for (const { writers } of stints)
    for (const { user, client } of writers) if (client !== 0 && user !== '') known.set(client, user)
  return { updates: last, groups, versions, clients: [...known] }
}

const searchOf = (request: IncomingMessage): URL => new URL(`http://relay${request.url ?? '/'}`)

const placeIn = (at: unknown, updates: number): number => {
  if (typeof at === 'number' && Number.isSafeInteger(at) && at >= 1 && at <= updates) return at
  throw new HttpError('bad_request', `at is a whole number from 1 to ${updates}`)
}

/** `{name, at}`, and `by`, whoever says it. */
const versionIn = (body: unknown, updates: number): Version => {
  if (typeof body !== 'object' || body === null || !('name' in body) || !('at' in body))
    throw new HttpError('bad_request', 'the body is {"name": …, "at": …}')
  const name = typeof body.name === 'string' ? body.name.trim() : ''
  if (name === '' || name.length > longestName)
    throw new HttpError('bad_request', `name is a text of 1 to ${longestName} characters`)
  const by = 'by' in body ? body.by : ''
  if (typeof by !== 'string') throw new HttpError('bad_request', 'by is a text')
  return { at: placeIn(body.at, updates), name, by: by.slice(0, 100), time: Date.now() }
}
