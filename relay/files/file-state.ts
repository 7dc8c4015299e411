// What the file peer of a notebook knows, as one value: what the file was, what the document has beyond it, and when to
// look again. Each function gives the state after something has happened; what to do next is in decide.ts.
import type { FileStatus } from '../../shared/presence.ts'
import type { SnapshotTimes } from './file-peer-times.ts'
import type { OwnPath } from './notebook-files.ts'

/** What a file is known again by. */
export interface KnownFile {
  readonly digest: string
  /** null where only the log tells of it. */
  readonly identity: string | null
}

export interface FileState {
  /**
   * `unseen`: not looked at yet · `there` · `missed`: not there just now, as some programs remove a file before they
   * write it anew · `sought`: it was not moved elsewhere either · `gone`: removed · `wanted`: to be written back.
   */
  readonly place: 'unseen' | 'there' | 'missed' | 'sought' | 'gone' | 'wanted'
  /** The file as it was last written or read. */
  readonly known: KnownFile | null
  /** Digests of our versions of which a crash or a disk hides whether they came into the file. */
  readonly tried: readonly string[]
  /** Cells the file had when it was last written or read. */
  readonly cells: readonly string[]
  /** Why the file is left as it is, for a person. */
  readonly problem: string | null
  /** Meanwhile our version lies there. */
  readonly kept: OwnPath | null
  /** Failures since the last success. */
  readonly failures: number
  /** Changes of the document, counted. */
  readonly changes: number
  /** So many of them are in the file. */
  readonly inFile: number
  /** An update came that is not in the document yet. */
  readonly received: boolean
  /** When the changes began that wait for `writeAt`. All times are in milliseconds since 1970. */
  readonly changedAt: number
  readonly writeAt: number | null
  readonly lookAt: number | null
  /** When another program last wrote the file, and until when it is left alone after that. */
  readonly lastOutsideWrite: number
  readonly pauseEnds: number
  /** The last look: nothing is waited for any more. */
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
/** Milliseconds between two saves of a program that keeps saving. */
const seriesInterval = 60_000
/** Of attempts that led nowhere. */
const mostTried = 12

/** The document has what the file has not. */
export const isAhead = ({ changes, inFile }: FileState): boolean => changes > inFile

/** What every page is told; `at` is added when it is. */
export const statusOf = (state: FileState): Omit<FileStatus, 'at'> => {
  const { place, known, problem, received } = state
  // At the first look nobody knows yet whether the file is the one the log tells of.
  const isLooked = place !== 'unseen' && place !== 'sought'
  const digest = isLooked && known !== null ? { digest: known.digest } : {}
  if (place === 'gone') return { status: 'failed', reason: removed, gone: true, ...digest }
  if (problem !== null) return { status: 'failed', reason: problem, ...digest }
  return { status: isLooked && !isAhead(state) && !received ? 'written' : 'pending', ...digest }
}

/** When to look next, unless something happens before; null where only that can change anything. */
export const nextLook = ({ writeAt, lookAt, ending }: FileState): number | null => {
  if (ending || (writeAt === null && lookAt === null)) return null
  return Math.min(writeAt ?? Infinity, lookAt ?? Infinity)
}

/** The document is another one now. */
export const changed = (state: FileState, now: number, times: SnapshotTimes): FileState => {
  const changes = state.changes + 1
  // After a failure the next attempt is on its way.
  if (state.problem !== null && state.writeAt !== null) return { ...state, changes }
  const changedAt = state.writeAt === null ? now : state.changedAt
  const quiet = Math.min(now + times.quiet, changedAt + times.atMost)
  return { ...state, changes, changedAt, writeAt: Math.max(now, quiet, state.pauseEnds) }
}

/** Something touched the file. Programs write in several steps: it is read when they are through. */
export const touched = (state: FileState, now: number, { settle }: SnapshotTimes): FileState => ({
  ...state,
  lookAt: now + settle,
})

/** Somebody wants the removed file back. */
export const asked = (state: FileState, now: number): FileState =>
  state.place === 'gone'
    ? { ...state, place: 'wanted', known: null, changes: state.changes + 1, writeAt: now }
    : state

/** What the log tells of a file that was not looked at yet. */
export interface Opening extends Pick<FileState, 'known' | 'tried' | 'cells'> {
  /** The file as it is says all that the document says. */
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

/** A look begins: what is due is seen to. */
export const looking = (state: FileState, now: number): FileState => {
  const later = (time: number | null): number | null => (time !== null && time > now ? time : null)
  return { ...state, lookAt: later(state.lookAt), writeAt: later(state.writeAt) }
}

/** The file lies in its place; what another program wrote is not taken for known by that. */
export const found = (state: FileState, file: KnownFile): FileState =>
  state.known?.digest === file.digest ? { ...state, place: 'there', known: file } : state

export const missed = (state: FileState, now: number, { settle }: SnapshotTimes): FileState => ({
  ...state,
  place: 'missed',
  lookAt: now + settle,
})

/** Nobody moved it. A folder that comes back brings it along without a word. */
export const lost = (state: FileState, now: number, { retry }: SnapshotTimes): FileState => ({
  ...state,
  place: 'gone',
  lookAt: now + retry,
})

/** Our version is about to go into the file. */
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

/** One of those that were tried is in the file. */
export const adopted = withFile

/** The file says what the document said after so many changes. */
export const agreed = (
  state: FileState,
  file: KnownFile,
  document: Pick<FileState, 'changes' | 'cells'>,
): FileState => ({ ...withFile(state, file), inFile: document.changes, cells: document.cells })

/**
 * Another program's edit is in the document. Whether the file says all there is by that is seen at once. The program is
 * left alone for a while: one that keeps saving what people do in it (jupyter-collaboration) takes any file that is not
 * its own for the whole truth, and drops what they did since its last save.
 */
export const merged = (
  state: FileState,
  file: KnownFile,
  cells: readonly string[],
  now: number,
  { pause, longPause }: SnapshotTimes,
): FileState => ({
  ...withFile(state, file),
  cells,
  changes: state.changes + 1,
  writeAt: null,
  lastOutsideWrite: now,
  pauseEnds: now + (now - state.lastOutsideWrite < seriesInterval ? longPause : pause),
})

/** It is put off. */
export const waiting = (state: FileState, writeAt: number): FileState => ({ ...state, writeAt })

/** Our version lies beside the file. */
export const keptBeside = (state: FileState, kept: OwnPath, problem: string): FileState => ({
  ...state,
  place: state.place === 'wanted' ? 'wanted' : 'there',
  kept,
  problem,
  failures: 0,
})

/** Tried again, each time later. */
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
