import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { type NotebookContext } from '../commands/context.ts'
import { type SyncStatus } from '../document/connect.ts'
import { type KernelStatus } from '../kernel/kernel.ts'

const syncWords: Readonly<Record<SyncStatus, string>> = {
  offline: 'Offline: kept in this browser, sent when the relay is back',
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
    return html`<span class="nb-status-sync" title=${syncWords[notebook.sync]}
        >${syncWords[notebook.sync]}</span
      >
      <span class="nb-status-file" title=${this.fileWords()}>${this.fileWords()}</span>
      ${
        notebook.presence.relay()?.file.gone === true
          ? html`<button type="button" @click=${() => notebook.presence.writeBack()}>Write it back</button>`
          : nothing
      }
      ${disk === undefined ? nothing : html`<span class="nb-status-bad">The relay cannot store: ${disk}</span>`}
      ${
        notebook.notKept === null
          ? nothing
          : html`<span class="nb-status-bad">Not kept in this browser: ${notebook.notKept}</span>`
      }
      ${model === null ? nothing : html`<span class="nb-status-model" title="Who answers prompts">Model: ${model}</span>`}
      ${this.permission()}
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
