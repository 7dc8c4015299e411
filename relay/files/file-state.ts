// The state of a notebook's file peer, as one value: the last known file, what the document has beyond it, and when to
// check again. Each function returns the state after an event; decide.ts chooses the next action.
import type { FileStatus } from '../../shared/presence.ts'
import type { SnapshotTimes } from './file-peer-times.ts'
import type { OwnPath } from './notebook-files.ts'

/** What identifies a file. */
export interface KnownFile {
  readonly digest: string
  /** Null if only the log knows it. */
  readonly identity: string | null
}

export interface FileState {
  /**
   * `unseen`: not checked yet · `there` · `missed`: missing just now, as some programs remove a file before rewriting
   * it · `sought`: it was not moved either · `gone`: deleted · `wanted`: to be written again.
   */
  readonly place: 'unseen' | 'there' | 'missed' | 'sought' | 'gone' | 'wanted'
  /** The file as last written or read. */
  readonly known: KnownFile | null
  /** Digests of our revisions that may or may not have reached the file, because of a crash or disk failure. */
  readonly tried: readonly string[]
  /** Cells in the file as last written or read. */
  readonly cells: readonly string[]
  /** Why the file is left alone, as a message. */
  readonly problem: string | null
  /** Where our revision is meanwhile. */
  readonly kept: OwnPath | null
  /** Failures since the last success. */
  readonly failures: number
  readonly changes: number
  /** How many of them are in the file. */
  readonly inFile: number
  /** An update was received that is not in the document yet. */
  readonly received: boolean
  /** When the changes waiting for `writeAt` began. All times are in milliseconds since 1970. */
  readonly changedAt: number
  readonly writeAt: number | null
  readonly lookAt: number | null
  /** When another program last wrote the file, and until when it is left alone after that. */
  readonly lastOutsideWrite: number
  readonly pauseEnds: number
  /** The last check: nothing is awaited any more. */
  readonly ending: boolean
}

export const unseen: FileState = {
  place: 'unseen',
  known: null,
  tried: [],
  cells: [],
  problem: null,
  kept: null,
  failures: 0,
  changes: 0,
  inFile: 0,
  received: false,
  changedAt: 0,
  writeAt: null,
  lookAt: null,
  lastOutsideWrite: 0,
  pauseEnds: 0,
  ending: false,
}

const removed = 'the file was removed'
/** Maximum milliseconds between two saves of a program that keeps saving. */
const seriesInterval = 60_000
/** Attempts remembered. */
const mostTried = 12

/** The document has changes that the file lacks. */
export const isAhead = ({ changes, inFile }: FileState): boolean => changes > inFile

/** The status for every page; `at` is added when it is sent. */
export const statusOf = (state: FileState): Omit<FileStatus, 'at'> => {
  const { place, known, problem, received } = state
  // Before the first check it is unknown whether the file is the one in the log.
  const isLooked = place !== 'unseen' && place !== 'sought'
  const digest = isLooked && known !== null ? { digest: known.digest } : {}
  if (place === 'gone') return { status: 'failed', reason: removed, gone: true, ...digest }
  if (problem !== null) return { status: 'failed', reason: problem, ...digest }
  return { status: isLooked && !isAhead(state) && !received ? 'written' : 'pending', ...digest }
}

/** When to check next without an event; null if only an event can change anything. */
export const nextLook = ({ writeAt, lookAt, ending }: FileState): number | null => {
  if (ending || (writeAt === null && lookAt === null)) return null
  return Math.min(writeAt ?? Infinity, lookAt ?? Infinity)
}

export const changed = (state: FileState, now: number, times: SnapshotTimes): FileState => {
  const changes = state.changes + 1
  // After a failure the next attempt is already scheduled.
  if (state.problem !== null && state.writeAt !== null) return { ...state, changes }
  const changedAt = state.writeAt === null ? now : state.changedAt
  const quiet = Math.min(now + times.quiet, changedAt + times.atMost)
  return { ...state, changes, changedAt, writeAt: Math.max(now, quiet, state.pauseEnds) }
}

/** Something changed the file. Programs write in several steps: it is read after they have finished. */
export const touched = (state: FileState, now: number, { settle }: SnapshotTimes): FileState => ({
  ...state,
  lookAt: now + settle,
})

/** Somebody wants the deleted file written again. */
export const writeRequested = (state: FileState, now: number): FileState =>
  state.place === 'gone'
    ? { ...state, place: 'wanted', known: null, changes: state.changes + 1, writeAt: now }
    : state

/** What the log knows of a file that was not checked yet. */
export interface Opening extends Pick<FileState, 'known' | 'tried' | 'cells'> {
  /** The file as it is has everything in the document. */
  readonly holdsAll: boolean
}

export const opened = (
  state: FileState,
  { holdsAll, ...log }: Opening,
  now: number,
  times: SnapshotTimes,
): FileState => {
  const found: FileState = { ...state, ...log, place: 'sought' }
  return holdsAll ? { ...found, inFile: state.changes, writeAt: null } : changed(found, now, times)
}

/** A check begins: due times are cleared. */
export const looking = (state: FileState, now: number): FileState => {
  const later = (time: number | null): number | null => (time !== null && time > now ? time : null)
  return { ...state, lookAt: later(state.lookAt), writeAt: later(state.writeAt) }
}

/** The file exists; another program's content does not become known by that. */
export const found = (state: FileState, file: KnownFile): FileState =>
  state.known?.digest === file.digest ? { ...state, place: 'there', known: file } : state

export const missed = (state: FileState, now: number, { settle }: SnapshotTimes): FileState => ({
  ...state,
  place: 'missed',
  lookAt: now + settle,
})

/** It was not moved. A folder that returns later may bring it back without an event. */
export const lost = (state: FileState, now: number, { retry }: SnapshotTimes): FileState => ({
  ...state,
  place: 'gone',
  lookAt: now + retry,
})

/** Our revision is about to be written. */
export const trying = (state: FileState, digest: string): FileState => ({
  ...state,
  tried: [...state.tried.filter((other) => other !== digest), digest].slice(-mostTried),
})

const withFile = (state: FileState, known: KnownFile): FileState => ({
  ...state,
  place: 'there',
  known,
  tried: [],
  problem: null,
  kept: null,
  failures: 0,
})

/** One of the attempted revisions is in the file. */
export const adopted = withFile

/** The file has the document's content after so many changes. */
export const agreed = (
  state: FileState,
  file: KnownFile,
  document: Pick<FileState, 'changes' | 'cells'>,
): FileState => ({ ...withFile(state, file), inFile: document.changes, cells: document.cells })

/** An edit of the file that is in the document now, and the cells there. */
export interface MergedEdit {
  readonly file: KnownFile
  readonly cells: readonly string[]
  readonly isByGit: boolean
}

/**
 * Another program's edit is in the document. Whether the file has everything is checked at once. The program is left
 * alone for a while: one that keeps saving its users' edits (jupyter-collaboration) takes any other file as the whole
 * truth, and drops edits since its last save. Git has no edits of its own.
 */
export const merged = (
  state: FileState,
  { file, cells, isByGit }: MergedEdit,
  now: number,
  { pause, longPause }: SnapshotTimes,
): FileState => ({
  ...withFile(state, file),
  cells,
  changes: state.changes + 1,
  writeAt: null,
  lastOutsideWrite: isByGit ? state.lastOutsideWrite : now,
  pauseEnds: now + (!isByGit && now - state.lastOutsideWrite < seriesInterval ? longPause : pause),
})

export const waiting = (state: FileState, writeAt: number): FileState => ({ ...state, writeAt })

/** Our revision is next to the file. */
export const keptBeside = (state: FileState, kept: OwnPath, problem: string): FileState => ({
  ...state,
  place: state.place === 'wanted' ? 'wanted' : 'there',
  kept,
  problem,
  failures: 0,
})

/** Retried, with increasing delays. */
export const failed = (
  state: FileState,
  problem: string,
  now: number,
  { retry, retryAtMost }: SnapshotTimes,
): FileState => ({
  ...state,
  problem,
  failures: state.failures + 1,
  writeAt: now + Math.min(retry * 2 ** state.failures, retryAtMost),
})
