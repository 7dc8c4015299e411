// A cell's run status as shown: derived from the document and presence, never written.
import type { CellHead } from './read.ts'

const shownStatuses = ['idle', 'queued', 'running', 'done', 'error', 'interrupted'] as const
export type ShownStatus = (typeof shownStatuses)[number]

/** Milliseconds an executor may be absent before its running cells are shown as interrupted. */
export const absenceLimit = 30_000

export interface Presence {
  /** This viewer sees the others now. An offline tab must not conclude anything from an absence. */
  readonly connected: boolean
  /** Milliseconds since the executor was last seen, 0 while present; Infinity if known to be gone. */
  readonly absentFor: (executor: string) => number
}

/** A request that has not become a run. */
export const isQueued = (head: CellHead): boolean =>
  head.request !== null && head.request.id !== head.run?.id && head.request.stop !== true

export const shownStatus = (head: CellHead, presence: Presence): ShownStatus => {
  if (head.status === 'running' && head.run !== null) {
    const absent = presence.absentFor(head.run.executor)
    const gone = absent === Infinity || (presence.connected && absent >= absenceLimit)
    if (!gone) return 'running'
    return isQueued(head) ? 'queued' : 'interrupted'
  }
  if (isQueued(head)) return 'queued'
  return head.run === null ? 'idle' : (head.status ?? 'idle')
}
