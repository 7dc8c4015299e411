// Notices of a cell about its run: why it waits, and in whose kernel it runs.
import { html, nothing, type TemplateResult } from 'lit'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import type { CellId, RunRequest, Run } from '../../shared/notebook/notebook.ts'
import { nameOfActor, isBy } from '../../shared/notebook/person.ts'
import { cellSource, type CellHead } from '../../shared/notebook/document/read.ts'
import { isQueued, type ShownStatus } from '../../shared/notebook/document/status.ts'
import type { RunContext } from '../commands/context.ts'
import { localModelFor, runAsItIs, runHere, stopCell } from '../commands/runs.ts'
import { chooseModelFile } from '../local-model/choose-file.ts'
import { localModelWords } from '../local-model/words.ts'
import { loadScript } from '../load-script.ts'

const loadEditedSince = (): Promise<unknown> => import('./nb-edited-since.ts')

/** A request that no one issued on this page, or that was issued for a different text: it runs only when confirmed. */
export const waitsForClick = (context: RunContext, cell: CellId, head: CellHead): boolean => {
  const { notebook, python, requestedTexts } = context
  const { request, run } = head
  if (request === null || !isQueued(head)) return false
  if (!requestedTexts.isUnchanged(cell, request)) return true
  if (request.to === 'model') return request.saw !== (run?.id ?? null)
  if (request.to !== notebook.executor) return !notebook.presence.isHere(request.to)
  return kindNamed(head.kind).executor?.type === 'kernel'
    ? !python.issued(request.id)
    : !requestedTexts.isOwn(request.id)
}

/** Names the kernel where it is not that of the person who requested the run. */
const hosted = ({ notebook }: RunContext, run: Run): TemplateResult | typeof nothing => {
  const host = notebook.presence.ownerOf(run.executor)
  if (host === null || isBy(host, run)) return nothing
  return html`<p class="nb-hosted">
    ${host.self ? `Runs in your kernel for ${run.by || 'somebody'}.` : `Runs in ${host.name}’s kernel.`}
  </p>`
}

/** Buttons for those who may run it. */
const choices = (
  context: RunContext,
  cell: CellId,
  name: string,
  run: (context: RunContext, cell: CellId) => void,
): TemplateResult | string =>
  context.notebook.editable
    ? html`:
        <button type="button" @click=${() => run(context, cell)}>${name}</button>
        <button type="button" @click=${() => stopCell(context, cell)}>Cancel request</button>`
    : '.'

/** The source differs from what was requested: shows the difference where this page knows the requested text. */
const changedSince = (context: RunContext, cell: CellId, request: RunRequest): TemplateResult => {
  const { notebook, requestedTexts } = context
  const seen = requestedTexts.textOf(cell, request.id)
  const now = cellSource(notebook.doc, cell)?.toString() ?? ''
  if (seen !== null) loadScript(loadEditedSince)
  return html`<div class="nb-notice" role="group" aria-label="Edited since the run was requested">
    ${nameOfActor(context.person(), request)} requested this run, but the cell was edited before it started.
    It waits for confirmation${choices(context, cell, 'Run current source', runAsItIs)}
    ${seen === null || seen === now ? nothing : html`<nb-edited-since .requested=${seen} .present=${now}></nb-edited-since>`}
  </div>`
}

/** What a prompt to the model in this page waits for. */
const waitsForModel = (context: RunContext, cell: CellId): TemplateResult | typeof nothing => {
  const { localModel } = context
  const name = localModelFor(context, cell)
  if (name === null) return nothing
  const { state } = localModel
  if (state.status === 'loading')
    return html`<p class="nb-notice" role="status">Waits for ${localModelWords(state)}</p>`
  const isReady = state.status === 'ready' && state.name === name
  if (isReady) return nothing
  const choose = (): void => chooseModelFile((file) => void localModel.open(name, file))
  const problem = state.status === 'failed' && state.name === name ? `: ${state.reason}` : ''
  return html`<p class="nb-notice">
    ${problem === '' ? `${name} answers in this browser, and its file is not loaded.` : `${name} could not be loaded${problem}.`}
    <button type="button" @click=${choose}>Choose the file</button>
    <button type="button" @click=${() => stopCell(context, cell)}>Cancel request</button>
  </p>`
}

export const cellNotice = (
  context: RunContext,
  cell: CellId,
  head: CellHead,
  status: ShownStatus,
): TemplateResult | typeof nothing => {
  const { notebook, requestedTexts } = context
  const { request, run } = head
  if (status === 'interrupted' && head.status === 'running' && run !== null)
    return html`<p class="nb-notice">
      ${
        notebook.presence.absentFor(run.executor) === Infinity
          ? 'Interrupted: the page whose kernel ran this was closed or reloaded.'
          : `Interrupted: ${run.by || 'somebody'} ran this and has left.`
      }
    </p>`
  if (status === 'running' && run !== null)
    return kindNamed(head.kind).executor?.type === 'kernel' ? hosted(context, run) : nothing
  if (status !== 'queued' || request === null) return nothing
  if (!requestedTexts.isUnchanged(cell, request)) return changedSince(context, cell, request)
  if (waitsForClick(context, cell, head))
    return html`<p class="nb-notice">
      ${nameOfActor(context.person(), request)} requested this run earlier. It waits for
      confirmation${choices(context, cell, 'Run here', runHere)}
    </p>`
  if (request.to === 'model' && !notebook.connected)
    return html`<p class="nb-notice">Queued: runs when the relay is reachable.</p>`
  const host = notebook.presence.ownerOf(request.to)
  if (host !== null && !host.self && kindNamed(head.kind).executor?.type === 'model')
    return html`<p class="nb-hosted">Queued for the model in ${host.name}’s browser.</p>`
  if (request.to === notebook.executor) return waitsForModel(context, cell)
  if (host !== null && !host.self) return html`<p class="nb-hosted">Queued in ${host.name}’s kernel.</p>`
  return nothing
}
