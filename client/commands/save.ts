// Ctrl+S. Everything is saved while typing; this reports when all of it is in the file.
import { shownFile } from '../document/file-status.ts'
import type { NotebookContext } from './context.ts'

type SaveContext = Pick<NotebookContext, 'notebook' | 'announce' | 'showError'>

/** Why it cannot get into the file; null while it is under way. */
const blockedReason = ({ notebook }: SaveContext): string | null => {
  const { refusal, sync, presence, loaded } = notebook
  if (refusal?.type === 'in-bin') return 'This notebook is in the bin: its file is not written.'
  if (refusal !== null) return 'The relay rejected this notebook: it is stored in this browser only.'
  if (!loaded) return 'The notebook is not open yet.'
  if (sync === 'offline')
    return 'Offline: stored in this browser, written to the file when the relay is reachable.'
  if (presence.relay()?.bin === true) return 'This notebook is in the bin: its file is not written.'
  const disk = presence.relay()?.disk
  if (disk !== undefined) return `The relay cannot store data: ${disk}`
  const { status, reason } = shownFile(notebook)
  if (status !== 'failed') return null
  return `Stored on the relay, but not saved to the file: ${reason ?? 'no reason given'}`
}

export const save = (context: SaveContext): void => {
  const { notebook, announce, showError: refuse } = context
  /** Whether the outcome is known. */
  const answer = (): boolean => {
    const reason = blockedReason(context)
    if (reason !== null) refuse(reason)
    else if (shownFile(notebook).status === 'written') announce('Saved to file.')
    else return false
    return true
  }
  if (answer()) return
  const look = (): void => {
    if (answer()) for (const stop of stops) stop()
  }
  const stops = [notebook.on(look), notebook.presence.onPeople(look)]
}
