import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { type NotebookContext } from '../commands/context.ts'
import { type SyncStatus } from '../document/connect.ts'
import { type KernelStatus } from '../kernel/kernel.ts'

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

/** The honest status: in this browser, at the relay, in the file, each as far as it was acknowledged. */
@customElement('nb-status')
export class NbStatus extends LitElement {
  @property({ attribute: false }) context!: NotebookContext
  private stops: (() => void)[] = []

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.setAttribute('role', 'status')
    this.setAttribute('aria-label', 'Notebook status')
    const update = (): void => this.requestUpdate()
    const { notebook, python } = this.context
    this.stops = [notebook.on(update), notebook.presence.onPeople(update), python.kernel.onChange(update)]
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const stop of this.stops.splice(0)) stop()
  }

  /** An edit the relay does not have yet cannot be in the file, whatever it last said of it. */
  private get file(): 'written' | 'pending' | 'failed' {
    const { notebook } = this.context
    const file = notebook.presence.relay()?.file
    if (file === undefined || file.status === 'failed') return file?.status ?? 'pending'
    return notebook.sync === 'saved' ? file.status : 'pending'
  }

  protected override willUpdate(): void {
    const { notebook, python } = this.context
    this.dataset['sync'] = notebook.sync
    this.dataset['file'] = this.file
    this.dataset['kernel'] = python.kernel.status
  }

  private fileWords(): string {
    const relay = this.context.notebook.presence.relay()
    if (relay === null) return 'File: not known while offline'
    if (relay.bin === true) return 'In the bin'
    if (relay.file.status === 'failed') return `Not on disk: ${relay.file.reason ?? 'no reason given'}`
    return this.file === 'written' ? 'In the file' : 'File follows …'
  }

  private get notKept(): string | null {
    const { notebook, blobs } = this.context
    return notebook.notKept ?? blobs.notKept
  }

  /** One sentence of where what is written here is. */
  private syncWords(): string {
    const { sync, trouble, loaded } = this.context.notebook
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
        notebook.presence.relay()?.file.gone === true
          ? html`<button type="button" @click=${() => notebook.presence.writeBack()}>Write it back</button>`
          : nothing
      }
      ${disk === undefined ? nothing : html`<span class="nb-status-bad">The relay cannot store: ${disk}</span>`}
      ${model === null ? nothing : html`<span class="nb-status-model" title="Who answers prompts">Model: ${model}</span>`}
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
