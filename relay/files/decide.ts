// The file peer's next action: a function of its state, the file and the document. The digest of the file decides who
// wrote it, not its time and not a flag, so our own writes never come back.
import { isAhead, type FileState } from './file-state.ts'

export type FileSeen =
  /** The notebook is in the bin: a file at its path is not its own. */
  | { readonly type: 'binned' }
  | { readonly type: 'missing' }
  | {
      readonly type: 'there'
      readonly digest: string
      readonly writable: boolean
      /** Why another program's content is not a notebook; null if it is, or if it is known. */
      readonly broken: string | null
      /** Until when another program's unsaved edits would be lost if the file were written. */
      readonly busyUntil: number
    }

export type DocumentSeen =
  /** The file has everything. */
  | { readonly type: 'clean' }
  /** It changed, and is not due yet. */
  | { readonly type: 'resting' }
  /** It changed, and its text has not been generated yet. */
  | { readonly type: 'due' }
  /** Its text lacks blobs that are awaited. */
  | { readonly type: 'incomplete'; readonly until: number }
  /** Most cells are missing that nobody deleted. */
  | { readonly type: 'shrunk'; readonly lost: number }
  | { readonly type: 'ready'; readonly digest: string; readonly at: number }

export type Action =
  | { readonly type: 'rest' }
  /** Generates the document's text, then decides again. */
  | { readonly type: 'read' }
  | { readonly type: 'wait'; readonly until: number }
  /** Records that file and document are equal. */
  | { readonly type: 'agree' }
  | { readonly type: 'write' }
  /** Records that our revision reached the file before a crash. */
  | { readonly type: 'adopt' }
  /** Merges another program's edit into the document. */
  | { readonly type: 'merge' }
  /** Leaves the file alone and writes our revision next to it. */
  | { readonly type: 'keep'; readonly reason: string }
  | { readonly type: 'fail'; readonly reason: string }
  /** Checks once more after a moment. */
  | { readonly type: 'miss' }
  /** Checks whether the file was moved. */
  | { readonly type: 'seek' }
  | { readonly type: 'lose' }

const rest: Action = { type: 'rest' }
const wait = (until: number): Action => ({ type: 'wait', until })

/** As far as known without generating the text. */
export const glance = (state: FileState): DocumentSeen => {
  if (!isAhead(state)) return { type: 'clean' }
  return { type: state.writeAt !== null && !state.ending ? 'resting' : 'due' }
}

/** Whether another program wrote it. */
export const isForeign = ({ known, tried }: FileState, digest: string): boolean =>
  digest !== known?.digest && !tried.includes(digest)

export const decide = (state: FileState, file: FileSeen, document: DocumentSeen): Action => {
  switch (file.type) {
    case 'binned':
      return rest
    case 'missing':
      return whereMissing(state, document)
    case 'there':
      break
    default:
      throw new Error(`unknown file ${String(file satisfies never)}`)
  }
  if (state.tried.includes(file.digest)) return { type: 'adopt' }
  if (!isForeign(state, file.digest)) return whereKnown(state, file, document)
  if (file.broken === null) return { type: 'merge' }
  return { type: 'keep', reason: `the file cannot be read: ${file.broken}` }
}

const whereMissing = (state: FileState, document: DocumentSeen): Action => {
  switch (state.place) {
    case 'wanted':
      return write(state, document)
    case 'unseen':
    case 'there':
      return state.ending ? rest : { type: 'miss' }
    case 'missed':
      return state.ending ? rest : { type: 'seek' }
    case 'sought':
    case 'gone':
      return { type: 'lose' }
    default:
      throw new Error(`unknown place ${String(state.place satisfies never)}`)
  }
}

const whereKnown = (
  state: FileState,
  file: FileSeen & { readonly type: 'there' },
  document: DocumentSeen,
): Action => {
  if (document.type === 'clean') return { type: 'agree' }
  if (document.type === 'ready' && document.digest === file.digest) return { type: 'agree' }
  const action = write(state, document)
  // Also at the end: the next start writes what is in the log.
  if (action.type === 'write' && document.type === 'ready' && file.busyUntil > document.at)
    return wait(file.busyUntil)
  // Replacing the file would ignore its permissions.
  if (action.type === 'write' && !file.writable) return { type: 'fail', reason: 'the file is read-only' }
  return action
}

const write = (state: FileState, document: DocumentSeen): Action => {
  switch (document.type) {
    case 'clean':
    case 'resting':
      return rest
    case 'due':
      return { type: 'read' }
    case 'incomplete':
      return wait(document.until)
    case 'shrunk':
      return { type: 'keep', reason: `${document.lost} cells are gone that nobody deleted` }
    case 'ready': {
      const { pauseEnds, ending } = state
      return pauseEnds > document.at && !ending ? wait(pauseEnds) : { type: 'write' }
    }
    default:
      throw new Error(`unknown document ${String(document satisfies never)}`)
  }
}
