import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import type { Refusal, SyncStatus } from '../document/connect.ts'
import { shownFile } from '../document/file-status.ts'
import type { KernelStatus } from '../kernel/kernel.ts'
import { LightElement } from './light-element.ts'

export type StatusContext = Pick<NotebookContext, 'notebook' | 'python' | 'blobs'>

const syncWords: Readonly<Record<SyncStatus, string>> = {
  offline: 'Offline',
  connecting: 'Connecting …',
  unsaved: 'Saving …',
  saved: 'Saved',
}
const kernelWords: Readonly<Record<KernelStatus, string>> = {
  off: 'Python off',
  starting: 'Python starts',
  idle: 'Python ready',
  busy: 'Python runs',
  failed: 'Python failed',
}

/** Where the relay will not have the notebook, it is no matter of waiting for it. */
const refusedWords = ({ type }: Refusal): string =>
  type === 'in-bin' ? 'In the bin' : 'Kept in this browser only'

/** The honest status: in this browser, at the relay, in the file, each as far as it was acknowledged. */
@customElement('nb-status')
export class NbStatus extends LightElement {
  @property({ attribute: false }) context!: StatusContext
  private stops: (() => void)[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    this.setAttribute('role', 'status')
    this.setAttribute('aria-label', 'Notebook status')
    const update = (): void => this.requestUpdate()
    const { notebook, python } = this.context
    this.stops = [
      notebook.on(update),
      notebook.presence.onPeople(update),
      python.kernel.onChange(update),
      python.kernel.permission.onChange(update),
    ]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.stops.splice(0)) stop()
  }

  protected override willUpdate(): void {
    const { notebook, python } = this.context
    this.dataset['sync'] = notebook.sync
    this.dataset['file'] = shownFile(notebook).status
    this.dataset['kernel'] = python.kernel.status
  }

  private fileWords(): string {
    const relay = this.context.notebook.presence.relay()
    if (this.context.notebook.refusal?.type === 'in-bin') return 'Its file too'
    if (relay === null) return 'File: not known while offline'
    if (relay.bin === true) return 'In the bin'
    const { status, reason } = shownFile(this.context.notebook)
    if (status === 'failed') return `Not on disk: ${reason ?? 'no reason given'}`
    return status === 'written' ? 'In the file' : 'File follows …'
  }

  private get notKept(): string | null {
    const { notebook, blobs } = this.context
    return notebook.notKept ?? blobs.notKept
  }

  /** One sentence of where what is written here is. */
  private syncWords(): string {
    const { sync, trouble, loaded, refusal } = this.context.notebook
    if (refusal !== null) return refusedWords(refusal)
    const { notKept } = this
    const state = trouble === null ? syncWords[sync] : `Not saved: ${trouble}`
    if (notKept === null) {
      if (sync === 'offline' && trouble === null && loaded)
        return 'Offline: kept in this browser, sent when the relay is back'
      return trouble === null ? state : `${state}. It is kept in this browser`
    }
    if (sync === 'offline' && trouble === null) return `Offline, and ${notKept}: keep this page open`
    return `${state}${state.endsWith('…') ? '' : '.'} Not kept in this browser: ${notKept}`
  }

  /** What its person decided; where nobody was asked yet there is nothing to say. */
  private permission(): TemplateResult | typeof nothing {
    const { permission } = this.context.python.kernel
    const { permitted } = permission
    if (permitted === 'undecided') return nothing
    const allowed = permitted === 'allowed'
    return html`<button
      type="button"
      class="nb-status-permission"
      title=${allowed ? 'The code of this notebook may use the network and read the files beside it. Press to withdraw that.' : 'The code of this notebook may neither use the network nor read the files beside it. Press to allow it.'}
      @click=${() => permission.set(allowed ? 'refused' : 'allowed')}
    >
      ${allowed ? 'Network and files allowed' : 'Network and files not allowed'}
    </button>`
  }

  protected override render(): TemplateResult {
    const { notebook, python } = this.context
    const { status, detail } = python.kernel
    const disk = notebook.presence.relay()?.disk
    const model = notebook.presence.model()
    const bad = this.notKept !== null || notebook.trouble !== null
    return html`<span class="nb-status-sync ${bad ? 'nb-status-bad' : ''}" title=${this.syncWords()}
        >${this.syncWords()}</span
      >
      <span class="nb-status-file" title=${this.fileWords()}>${this.fileWords()}</span>
      ${
        shownFile(notebook).gone === true && notebook.editable
          ? html`<button type="button" @click=${() => notebook.presence.writeBack()}>Write it back</button>`
          : nothing
      }
      ${disk === undefined ? nothing : html`<span class="nb-status-bad">The relay cannot store: ${disk}</span>`}
      ${model === null ? nothing : html`<span class="nb-hidden">Model: ${model}</span>`} ${this.permission()}
      <span class="nb-status-kernel" title=${detail}
        >${kernelWords[status]}${(status === 'starting' || status === 'busy') && detail !== '' ? `: ${detail}` : nothing}</span
      >`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-status': NbStatus
  }
}
