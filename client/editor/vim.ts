// Vim's keys in a text, loaded where the settings ask for them. Undo, saving and leaving the text are the notebook's
// commands: the undo history is the document's, and the cells go on above and below.
import { getCM, Vim, vim } from '@replit/codemirror-vim'
import { Prec, type Extension } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { onMac } from '../keymap/keys.ts'
import { commandPress, type CommandPress } from './command-press.ts'
import { isListing } from './completion.ts'
import { leavesText } from './edges.ts'

const press = (key: string, { mod = false, shiftKey = false } = {}): KeyboardEvent =>
  new KeyboardEvent('keydown', {
    key,
    shiftKey,
    ctrlKey: mod && !onMac,
    metaKey: mod && onMac,
    bubbles: true,
    cancelable: true,
  })

/** Chords of the notebook that Vim has no use for: save, Enter command mode. */
const notebookChords = /^[sm]$/
/** Chords that Vim has while it inserts. */
const insertChords = /^[[orw]$/

const forCommands: CommandPress = (event, view) => {
  const state = getCM(view)?.state.vim
  if (state === null || state === undefined || isListing(view.state)) return event
  const { key } = event
  const ctrlOnly = event.ctrlKey && !event.shiftKey && !event.altKey && !event.metaKey
  if (state.insertMode) {
    const isVims = key === 'Escape' || (ctrlOnly && insertChords.test(key))
    return isVims ? null : event
  }
  const pending = state.visualMode || state.inputState.keyBuffer.length > 0
  if (key === 'Escape' && pending) return null
  if (ctrlOnly && key === 'r' && !pending) return press('z', { mod: true, shiftKey: true })
  if (ctrlOnly && /^[a-z[\]]$/.test(key) && !notebookChords.test(key)) return null
  if (pending || event.ctrlKey || event.altKey || event.metaKey) return event
  if (key === 'u') return press('z', { mod: true })
  if (key === 'j' && leavesText(view, 'below')) return press('ArrowDown')
  if (key === 'k' && leavesText(view, 'above')) return press('ArrowUp')
  return event
}

/** To the commands, by the same road as a key. */
const send = (view: EditorView, event: KeyboardEvent): void => void view.contentDOM.dispatchEvent(event)

Vim.defineEx('write', 'w', ({ cm6 }) => send(cm6, press('s', { mod: true })))
Vim.defineEx('undo', 'u', ({ cm6 }) => send(cm6, press('z', { mod: true })))
Vim.defineEx('redo', 'red', ({ cm6 }) => send(cm6, press('z', { mod: true, shiftKey: true })))

export const vimKeys: Extension = [commandPress.of(forCommands), Prec.high(vim())]
