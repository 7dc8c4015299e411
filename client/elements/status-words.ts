// What the status line says about the edits and the kernel.
import { html, nothing, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'
import type { SyncStatus } from '../document/connect.ts'
import type { Refusal } from '../document/refusal.ts'
import { shownFile } from '../document/file-status.ts'
import type { KernelStatus } from '../kernel/kernel.ts'

export type StatusContext = Pick<NotebookContext, 'notebook' | 'python' | 'blobs' | 'focusCell'>

const syncLabels: Readonly<Record<SyncStatus, string>> = {
  offline: 'Offline',
  connecting: 'Connecting…',
  unsaved: 'Saving…',
  saved: 'Saved',
}
export const kernelLabels: Readonly<Record<KernelStatus, string>> = {
  off: 'Kernel off',
  starting: 'Kernel starting',
  idle: 'Kernel idle',
  busy: 'Kernel busy',
  failed: 'Kernel failed',
}

/** What the kernel waits for its person to say; empty if nothing. */
export const questionWords = ({
  python: { permissionRequest, inputPrompt },
}: Pick<StatusContext, 'python'>): string => {
  if (permissionRequest !== null)
    return `The code of this notebook wants to reach ${permissionRequest.target}. Allow or don’t allow it in the cell.`
  if (inputPrompt === null) return ''
  return `Input requested: ${inputPrompt.prompt.trim() || (inputPrompt.password ? 'a password' : 'a line of text')}`
}

/** In a narrow window only what is brief is shown. */
export interface Words {
  readonly brief: string
  readonly more?: string
}

export const full = ({ brief, more = '' }: Words): string => brief + more

export const shown = ({ brief, more }: Words): TemplateResult =>
  html`${brief}${more === undefined ? nothing : html`<span class="nb-more">${more}</span>`}`

/** A notebook that the relay rejects is not waiting for it. */
const refusalText = ({ type }: Refusal): string =>
  type === 'in-bin' ? 'In the bin' : 'Stored in this browser only'

export const storageProblem = ({
  notebook,
  blobs,
}: Pick<StatusContext, 'notebook' | 'blobs'>): string | null =>
  notebook.storageProblem ?? blobs.storageProblem

export const fileWords = (
  { notebook }: Pick<StatusContext, 'notebook'>,
  sync: SyncStatus = notebook.sync,
): Words => {
  const { presence, refusal, loaded } = notebook
  const relay = presence.relay()
  if (refusal?.type === 'in-bin') return { brief: 'File in bin' }
  if (!loaded) return { brief: '' }
  if (relay === null) return { brief: '', more: 'File: unknown while offline' }
  if (relay.bin === true) return { brief: 'In the bin' }
  const { status, reason } = shownFile(notebook)
  if (status === 'failed') return { brief: `Not saved to file: ${reason ?? 'no reason given'}` }
  return { brief: status === 'written' && sync === 'saved' ? 'Saved to file' : 'Saving to file…' }
}

export const syncWords = (
  context: Pick<StatusContext, 'notebook' | 'blobs'>,
  sync: SyncStatus = context.notebook.sync,
): Words => {
  const { problem, loaded, refusal } = context.notebook
  if (refusal !== null) return { brief: refusalText(refusal) }
  const unstored = storageProblem(context)
  const state = problem === null ? syncLabels[sync] : `Not saved: ${problem}`
  if (unstored === null) {
    if (sync === 'offline' && problem === null && loaded)
      return { brief: 'Offline: stored in this browser', more: ', sent when the relay is reachable' }
    return { brief: problem === null ? state : `${state}. Stored in this browser` }
  }
  if (sync === 'offline' && problem === null)
    return { brief: `Offline, and ${unstored}: keep this page open` }
  return { brief: `${state}${state.endsWith('…') ? '' : '.'} Not stored in this browser: ${unstored}` }
}
