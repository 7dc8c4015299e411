// Parses the awareness states of peers.
import { isRecord } from './record.ts'
import type { Person } from './notebook/person.ts'

/** The state of the .ipynb file. If writing it failed, the edits are still in the log. */
export interface FileStatus {
  readonly status: 'written' | 'pending' | 'failed'
  readonly reason?: string
  /** The file was removed. It is only written again on request, see `asksForFile`. */
  readonly gone?: true
  /** SHA-256 (hex) of the file as last written or read. */
  readonly digest?: string
  /** Milliseconds since 1970 by the relay's clock. */
  readonly at: number
}

/** The relay's entry in a room's awareness, under the clientID of its document: `{relay: RelayPresence}`. */
export interface RelayPresence {
  /** A new id at each start of the relay. */
  readonly instance: string
  readonly file: FileStatus
  /** The notebook is in the bin: edits are logged, but the file is not written. */
  readonly bin?: true
  /** Why the log cannot be written. Nothing is acknowledged in the meantime. */
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

/** Awareness field by which a page asks the relay to write a removed file again. */
export const writeBackField = 'writeBack'

export const wantsWriteBack = (state: unknown): boolean => isRecord(state) && state[writeBackField] === true

/** Null if the state is not the relay's. */
export const parseRelayPresence = (state: unknown): RelayPresence | null => {
  if (!isRecord(state) || !isRecord(state.relay)) return null
  const { instance, bin, disk } = state.relay
  const file = parseFileStatus(state.relay.file)
  if (typeof instance !== 'string' || !file) return null
  return { instance, file, ...(bin === true ? { bin } : {}), ...(typeof disk === 'string' ? { disk } : {}) }
}

/** A caret or selection as y-codemirror.next publishes it: Yjs relative positions as JSON. */
export interface Cursor {
  readonly anchor: object
  readonly head: object
}

/** A person's page, or the model while it writes. */
export interface Participant {
  /** The person's id; empty if unknown. */
  readonly id: string
  /** Empty for an executor that is present but idle. */
  readonly name: string
  /** `#rrggbb`. Anything else is replaced, because it ends up in a style attribute. */
  readonly color: string
  /** When they came, for one of two people with the same colour to give way: 0 where it was chosen. */
  readonly colorSince: number
  readonly cursor: Cursor | null
  readonly cell: string | null
  /** Executor ids under which this participant runs cells. */
  readonly executors: readonly string[]
  /** Others may request runs from these executors. */
  readonly shares: boolean
}

/** Awareness field by which a page shares its kernel. */
export const sharesKernelField = 'sharesKernel'

const fallbackColor = '#6b7280'

const parseCursor = (value: unknown): Cursor | null => {
  if (!isRecord(value)) return null
  const { anchor, head } = value
  return isRecord(anchor) && isRecord(head) ? { anchor, head } : null
}

const shortText = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100) : '')

/** The person of an awareness state; fields are empty if missing. Stock clients have no id. */
export const personInPresence = (state: unknown): Person => {
  if (!isRecord(state)) return { id: '', name: '' }
  const holder = isRecord(state['user']) ? state['user'] : state
  return { id: shortText(holder['id']), name: shortText(holder['name']).trim() }
}

/** Null if the state has neither a user nor an executor. */
export const parseParticipant = (state: unknown): Participant | null => {
  if (!isRecord(state)) return null
  const user = isRecord(state['user']) ? state['user'] : null
  const executor = typeof state['executor'] === 'string' ? [state['executor']] : []
  if (user === null && executor.length === 0) return null
  const { color, colorSince } = user ?? {}
  const { id, name } = user === null ? { id: '', name: '' } : personInPresence(state)
  return {
    id,
    name: user === null ? '' : name || 'Somebody',
    color: typeof color === 'string' && /^#[0-9a-f]{6}$/i.test(color) ? color : fallbackColor,
    colorSince: typeof colorSince === 'number' ? colorSince : 0,
    cursor: parseCursor(state['cursor']),
    cell: typeof state['cell'] === 'string' ? state['cell'] : null,
    executors: executor,
    shares: executor.length > 0 && user !== null && state[sharesKernelField] === true,
  }
}

/** The label of the model that answers prompts; null if the state does not have it. */
export const modelInPresence = (state: unknown): string | null =>
  isRecord(state) && typeof state['model'] === 'string' ? state['model'].slice(0, 200) : null

/** Awareness field with the digests of the tool calls that the relay's model really makes of kernels now. */
export const callsField = 'calls'

/** Awareness field with the digests of the tool calls that a page asks its person about. */
export const asksField = 'asks'

const digestsIn = (state: unknown, field: string): readonly string[] => {
  const found = isRecord(state) ? state[field] : null
  return Array.isArray(found) ? found.filter((digest) => typeof digest === 'string') : []
}

/** Empty if the state does not have them. */
export const callsInPresence = (state: unknown): readonly string[] => digestsIn(state, callsField)
export const asksInPresence = (state: unknown): readonly string[] => digestsIn(state, asksField)

/** Awareness field with the tokens that each of the relay's providers is given, the default one first. */
export const budgetsField = 'budgets'

/** By provider; null if the state does not have them. */
export const budgetsInPresence = (state: unknown): ReadonlyMap<string, number> | null => {
  const found = isRecord(state) ? state[budgetsField] : null
  if (!Array.isArray(found)) return null
  const budgets = new Map<string, number>()
  for (const entry of found as readonly unknown[]) {
    const [id, tokens] = Array.isArray(entry) ? (entry as readonly unknown[]) : []
    if (typeof id === 'string' && typeof tokens === 'number' && tokens > 0) budgets.set(id, tokens)
  }
  return budgets
}
