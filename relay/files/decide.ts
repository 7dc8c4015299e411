// What the file peer does next: a function of what it knows, what the file is and what the document is. The digest of
// the file decides whose it is, not its time and not a flag, so our own writes never come back.
import { isAhead, type FileState } from './file-state.ts'

export type FileSeen =
  /** The notebook is in the bin: what lies at its path is none of its own. */
  | { readonly type: 'binned' }
  | { readonly type: 'missing' }
  | {
      readonly type: 'there'
      readonly digest: string
      readonly writable: boolean
      /** Why another program's content is no notebook; null where it is one, and of what is known. */
      readonly broken: string | null
      /** Until when another program's unsaved edits would be lost if the file were written. */
      readonly busyUntil: number
    }

export type DocumentSeen =
  /** The file has all of it. */
  | { readonly type: 'clean' }
  /** It changed, and its time to be written has not come. */
  | { readonly type: 'resting' }
  /** It changed, and its text is not made yet. */
  | { readonly type: 'due' }
  /** Its text lacks blobs that are waited for. */
  | { readonly type: 'incomplete'; readonly until: number }
  /** Most cells are gone that nobody deleted. */
  | { readonly type: 'shrunk'; readonly lost: number }
  | { readonly type: 'ready'; readonly digest: string; readonly at: number }

export type Action =
  | { readonly type: 'rest' }
  /** Makes the document's text, and decides anew. */
  | { readonly type: 'read' }
  | { readonly type: 'wait'; readonly until: number }
  /** Notes that file and document say the same. */
  | { readonly type: 'agree' }
  | { readonly type: 'write' }
  /** Notes that a version of ours came into the file before a crash. */
  | { readonly type: 'adopt' }
  /** Brings another program's edit into the document. */
  | { readonly type: 'merge' }
  /** Leaves the file alone and puts our version beside it. */
  | { readonly type: 'keep'; readonly reason: string }
  | { readonly type: 'fail'; readonly reason: string }
  /** Looks once more in a moment. */
  | { readonly type: 'miss' }
  /** Looks whether the file was moved. */
  | { readonly type: 'seek' }
  | { readonly type: 'lose' }

const rest: Action = { type: 'rest' }
const wait = (until: number): Action => ({ type: 'wait', until })

/** As far as it can be told without making its text. */
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
  // Another file in its place would not ask.
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
