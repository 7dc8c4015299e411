import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import type { SyncStatus } from '../document/connect.ts'
import type { Refusal } from '../document/refusal.ts'
import { shownFile } from '../document/file-status.ts'
import type { KernelStatus } from '../kernel/kernel.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

export type StatusContext = Pick<NotebookContext, 'notebook' | 'python' | 'blobs'>

const syncLabels: Readonly<Record<SyncStatus, string>> = {
  offline: 'Offline',
  connecting: 'Connecting…',
  unsaved: 'Saving…',
  saved: 'Saved',
}
const kernelLabels: Readonly<Record<KernelStatus, string>> = {
  off: 'Kernel off',
  starting: 'Kernel starting',
  idle: 'Kernel idle',
  busy: 'Kernel busy',
  failed: 'Kernel failed',
}

/** In a narrow window only what is brief is shown. */
interface Words {
  readonly brief: string
  readonly more?: string
}

const full = ({ brief, more = '' }: Words): string => brief + more

const shown = ({ brief, more }: Words): TemplateResult =>
  html`${brief}${more === undefined ? nothing : html`<span class="nb-more">${more}</span>`}`

/** A notebook that the relay rejects is not waiting for it. */
const refusalText = ({ type }: Refusal): string =>
  type === 'in-bin' ? 'In the bin' : 'Stored in this browser only'

/** Where the edits are (this browser, relay, file), each only as far as it was acknowledged. */
@customElement('nb-status')
export class NbStatus extends LightElement {
  @property({ attribute: false }) context!: StatusContext
  readonly follow = new Follow(this, (changed) => [
    this.context.notebook.on(changed),
    this.context.notebook.presence.onPeople(changed),
    this.context.python.kernel.onChange(changed),
    this.context.python.kernel.permission.onChange(changed),
  ])

  override connectedCallback(): void {
    super.connectedCallback()
    this.setAttribute('role', 'status')
    this.setAttribute('aria-label', 'Notebook status')
  }

  protected override willUpdate(): void {
    const { notebook, python } = this.context
    this.dataset['sync'] = notebook.sync
    this.dataset['file'] = shownFile(notebook).status
    this.dataset['kernel'] = python.kernel.status
  }

  private fileWords(): Words {
    const { presence, refusal, loaded } = this.context.notebook
    const relay = presence.relay()
    if (refusal?.type === 'in-bin') return { brief: 'File in bin' }
    if (!loaded) return { brief: '' }
    if (relay === null) return { brief: '', more: 'File: unknown while offline' }
    if (relay.bin === true) return { brief: 'In the bin' }
    const { status, reason } = shownFile(this.context.notebook)
    if (status === 'failed') return { brief: `Not saved to file: ${reason ?? 'no reason given'}` }
    return { brief: status === 'written' ? 'Saved to file' : 'Saving to file…' }
  }

  private get storageProblem(): string | null {
    const { notebook, blobs } = this.context
    return notebook.storageProblem ?? blobs.storageProblem
  }

  private syncWords(): Words {
    const { sync, problem: trouble, loaded, refusal } = this.context.notebook
    if (refusal !== null) return { brief: refusalText(refusal) }
    const { storageProblem } = this
    const state = trouble === null ? syncLabels[sync] : `Not saved: ${trouble}`
    if (storageProblem === null) {
      if (sync === 'offline' && trouble === null && loaded)
        return { brief: 'Offline: stored in this browser', more: ', sent when the relay is reachable' }
      return { brief: trouble === null ? state : `${state}. Stored in this browser` }
    }
    if (sync === 'offline' && trouble === null)
      return { brief: `Offline, and ${storageProblem}: keep this page open` }
    return {
      brief: `${state}${state.endsWith('…') ? '' : '.'} Not stored in this browser: ${storageProblem}`,
    }
  }

  /** The person's decision; nothing as long as the question was not asked. */
  private permission(): TemplateResult | typeof nothing {
    const { permission } = this.context.python.kernel
    const { permitted } = permission
    if (permitted === 'undecided') return nothing
    const allowed = permitted === 'allowed'
    return html`<button
      type="button"
      class="nb-status-permission"
      title=${allowed ? 'The code of this notebook may use the network and read the files next to it. Click to withdraw this permission.' : 'The code of this notebook may not use the network or read the files next to it. Click to allow it.'}
      @click=${() => permission.set(allowed ? 'refused' : 'allowed')}
    >
      Network<span class="nb-more"> and files</span> ${allowed ? 'allowed' : 'not allowed'}
    </button>`
  }

  protected override render(): TemplateResult {
    const { notebook, python } = this.context
    const { status, detail } = python.kernel
    const disk = notebook.presence.relay()?.disk
    const model = notebook.presence.model()
    const bad = this.storageProblem !== null || notebook.problem !== null
    const sync = this.syncWords()
    const file = this.fileWords()
    const isDetailed = (status === 'starting' || status === 'busy') && detail !== ''
    const kernel = { brief: kernelLabels[status], ...(isDetailed ? { more: `: ${detail}` } : {}) }
    return html`<span class="nb-status-sync ${bad ? 'nb-status-bad' : ''}" title=${full(sync)}
        >${shown(sync)}</span
      >
      <span class="nb-status-file ${file.brief === '' ? 'nb-more' : ''}" title=${full(file)}
        >${shown(file)}</span
      >
      ${
        shownFile(notebook).gone === true && notebook.editable
          ? html`<button type="button" @click=${() => notebook.presence.writeBack()}>
              Write file again
            </button>`
          : nothing
      }
      ${disk === undefined ? nothing : html`<span class="nb-status-bad">The relay cannot store data: ${disk}</span>`}
      ${model === null ? nothing : html`<small class="nb-hidden">Model: ${model}</small>`}
      ${this.permission()}
      <span class="nb-status-kernel" title=${detail}>${shown(kernel)}</span>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-status': NbStatus
  }
}
