import { isRecord } from './record.ts'
// What peers say about themselves in awareness, parsed once from what the socket brought.
import { type Person } from './notebook/person.ts'

/** Where the notebook's file stands. `failed` says why; the edits themselves are in the log. */
export interface FileStatus {
  readonly status: 'written' | 'pending' | 'failed'
  readonly reason?: string
  /** The file is gone, and written back when somebody asks for it: see `asksForFile`. */
  readonly gone?: true
  /** sha256 in hex of the file as it was last written or read. */
  readonly digest?: string
  /** Milliseconds since 1970 by the relay's clock. */
  readonly at: number
}

/** The relay's own entry in a room's awareness, under its document's clientID: `{relay: RelayPresence}`. */
export interface RelayPresence {
  /** A new one each time a relay starts. */
  readonly instance: string
  readonly file: FileStatus
  /** The notebook is in the bin; edits are still logged, the file is not written. */
  readonly bin?: true
  /** The log cannot be written, and why: nothing is acknowledged meanwhile. */
  readonly disk?: string
}

const parseFileStatus = (value: unknown): FileStatus | null => {
  if (!isRecord(value)) return null
  const { status, reason, digest, at, gone } = value
  if (status !== 'written' && status !== 'pending' && status !== 'failed') return null
  return {
    status,
    at: typeof at === 'number' ? at : 0,
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof digest === 'string' ? { digest } : {}),
    ...(gone === true ? { gone } : {}),
  }
}

/** The field of a page's own state by which it asks for a removed file to be written back. */
export const fileWish = 'writeBack'

export const asksForFile = (state: unknown): boolean => isRecord(state) && state[fileWish] === true

/** The relay's part of an awareness state, or null where the state is somebody else's. */
export const parseRelayPresence = (state: unknown): RelayPresence | null => {
  if (!isRecord(state) || !isRecord(state.relay)) return null
  const { instance, bin, disk } = state.relay
  const file = parseFileStatus(state.relay.file)
  if (typeof instance !== 'string' || !file) return null
  return { instance, file, ...(bin === true ? { bin } : {}), ...(typeof disk === 'string' ? { disk } : {}) }
}

/** A caret or selection, as y-codemirror.next publishes it: Yjs relative positions in their JSON form. */
export interface Cursor {
  readonly anchor: object
  readonly head: object
}

/** Somebody in the room: a person's page, or the model while it writes. */
export interface Participant {
  /** Of the person; empty: not said. */
  readonly id: string
  /** Empty: an executor that is there and does nothing, no person. */
  readonly name: string
  /** `#rrggbb`; anything else a peer sends is replaced, because it ends up in a style. */
  readonly color: string
  readonly cursor: Cursor | null
  /** The cell this participant is in. */
  readonly cell: string | null
  /** The names under which this participant runs cells. */
  readonly executors: readonly string[]
  /** Others may have cells run under these names. */
  readonly shares: boolean
}

/** The field of a page's own state by which it lets others use its kernel. */
export const sharing = 'sharesKernel'

const fallbackColor = '#6b7280'

const parseCursor = (value: unknown): Cursor | null => {
  if (!isRecord(value)) return null
  const { anchor, head } = value
  return isRecord(anchor) && isRecord(head) ? { anchor, head } : null
}

const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '')

/** Who a state is of, each empty where it does not say; stock clients say no id. */
export const personInPresence = (state: unknown): Person => {
  if (!isRecord(state)) return { id: '', name: '' }
  const holder = isRecord(state['user']) ? state['user'] : state
  return { id: shortText(holder['id']), name: shortText(holder['name']) }
}

/** An awareness state as a participant; null where it says nothing of one. */
export const parseParticipant = (state: unknown): Participant | null => {
  if (!isRecord(state)) return null
  const user = isRecord(state['user']) ? state['user'] : null
  const executor = typeof state['executor'] === 'string' ? [state['executor']] : []
  if (user === null && executor.length === 0) return null
  const color = user?.['color']
  const { id, name } = user === null ? { id: '', name: '' } : personInPresence(state)
  return {
    id,
    name: user === null ? '' : name || 'Somebody',
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : fallbackColor,
    cursor: parseCursor(state['cursor']),
    cell: typeof state['cell'] === 'string' ? state['cell'] : null,
    executors: executor,
    shares: executor.length > 0 && user !== null && state[sharing] === true,
  }
}

/** Which model answers here, as the relay says it to people; null where no state of the room says it. */
export const modelInPresence = (state: unknown): string | null =>
  isRecord(state) && typeof state['model'] === 'string' ? state['model'].slice(0, 200) : null
