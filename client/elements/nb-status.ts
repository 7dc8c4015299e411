import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { shownFile } from '../document/file-status.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import { SettledSync } from './settled-sync.ts'
import {
  fileWords,
  full,
  kernelLabels,
  shown,
  storageProblem,
  syncWords,
  type StatusContext,
} from './status-words.ts'

/** Where the edits are (this browser, relay, file), each only as far as it was acknowledged. */
@customElement('nb-status')
export class NbStatus extends LightElement {
  @property({ attribute: false }) context!: StatusContext
  private readonly settled = new SettledSync(this)
  readonly follow = new Follow(this, (changed) => [
    this.context.notebook.on(changed),
    this.context.notebook.presence.onPeople(changed),
    this.context.python.kernel.onChange(changed),
    this.context.python.onPrompt(changed),
    this.context.python.kernel.permission.onChange(changed),
  ])

  override connectedCallback(): void {
    super.connectedCallback()
    this.setAttribute('role', 'status')
    this.setAttribute('aria-label', 'Notebook status')
    // It changes with each letter that is typed: nb-spoken says what is worth hearing.
    this.setAttribute('aria-live', 'off')
  }

  protected override willUpdate(): void {
    const { notebook, python } = this.context
    this.dataset['sync'] = notebook.sync
    this.dataset['file'] = shownFile(notebook).status
    this.dataset['kernel'] = python.kernel.status
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

  /** The cell that asks may be far from the window. */
  private kernel(): TemplateResult {
    const { python, focusCell } = this.context
    const { status, detail } = python.kernel
    const { question } = python
    if (question !== null)
      return html`<button
        type="button"
        class="nb-status-kernel nb-status-question"
        title="Go to the cell"
        @click=${() => focusCell(question.cell, 'command', null)}
      >
        Kernel waits for ${question.wants}
      </button>`
    const isDetailed = (status === 'starting' || status === 'busy') && detail !== ''
    const words = { brief: kernelLabels[status], ...(isDetailed ? { more: `: ${detail}` } : {}) }
    return html`<span class="nb-status-kernel ${status === 'failed' ? 'nb-status-bad' : ''}" title=${detail}
      >${shown(words)}</span
    >`
  }

  protected override render(): TemplateResult {
    const { notebook } = this.context
    const disk = notebook.presence.relay()?.disk
    const model = notebook.presence.model()
    const bad = storageProblem(this.context) !== null || notebook.problem !== null
    const shownSync = this.settled.of(notebook.sync)
    const sync = syncWords(this.context, shownSync)
    const file = fileWords(this.context, shownSync)
    const isFileFailed = shownFile(notebook).status === 'failed'
    return html`<span
        class="nb-status-sync ${bad ? 'nb-status-bad' : ''}"
        data-shown=${shownSync}
        title=${full(sync)}
        >${shown(sync)}</span
      >
      <span
        class="nb-status-file ${file.brief === '' ? 'nb-more' : ''} ${isFileFailed ? 'nb-status-bad' : ''}"
        title=${full(file)}
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
      ${this.permission()} ${this.kernel()}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-status': NbStatus
  }
}
