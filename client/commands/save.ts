// Ctrl+S. Everything is kept as it is typed; this tells its person as soon as all of it is in the file.
import { shownFile } from '../document/file-status.ts'
import type { NotebookContext } from './context.ts'

type SaveContext = Pick<NotebookContext, 'notebook' | 'announce' | 'refuse'>

/** Why it does not get there by itself; null while it is on its way. */
const hindrance = ({ notebook }: SaveContext): string | null => {
  const { refusal, sync, presence, loaded } = notebook
  if (refusal?.type === 'in-bin') return 'This notebook is in the bin: nothing goes into its file.'
  if (refusal !== null) return 'The relay does not take this notebook: it is kept in this browser only.'
  if (!loaded) return 'The notebook is not open yet.'
  if (sync === 'offline')
    return 'Offline: all is kept in this browser, and in the file when the relay is back.'
  if (presence.relay()?.bin === true) return 'This notebook is in the bin: nothing goes into its file.'
  const disk = presence.relay()?.disk
  if (disk !== undefined) return `The relay cannot store it: ${disk}`
  const { status, reason } = shownFile(notebook)
  if (status !== 'failed') return null
  return `It is at the relay, but not in the file: ${reason ?? 'no reason given'}`
}

export const save = (context: SaveContext): void => {
  const { notebook, announce, refuse } = context
  /** Whether there is an answer. */
  const answer = (): boolean => {
    const reason = hindrance(context)
    if (reason !== null) refuse(reason)
    else if (shownFile(notebook).status === 'written') announce('Saved: all of it is in the file.')
    else return false
    return true
  }
  if (answer()) return
  const look = (): void => {
    if (answer()) for (const stop of stops) stop()
  }
  const stops = [notebook.on(look), notebook.presence.onPeople(look)]
}
