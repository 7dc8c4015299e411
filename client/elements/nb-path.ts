import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { Answer } from '../document/ask.ts'
import { formatNotebook } from '../document/file-format.ts'
import { createNotebook, renameNotebook } from '../document/notebooks-api.ts'
import { withoutEnding } from '../notebooks/notebook-path.ts'
import { LightElement } from './light-element.ts'

/** Where this notebook, or a copy of it, is to be. Nothing that is there is ever replaced. */
@customElement('nb-path')
export class NbPath extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  /** The panel it is in. */
  @property({ attribute: false }) purpose!: 'save-as' | 'rename'
  @state() private failure = ''
  @state() private isSending = false

  protected override firstUpdated(): void {
    const field = this.querySelector('input')
    field?.focus()
    // Its name, without the folders.
    field?.setSelectionRange(field.value.lastIndexOf('/') + 1, field.value.length)
  }

  private async send(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const path = this.querySelector('input')?.value.trim() ?? ''
    if (path === '' || this.isSending) return
    this.isSending = true
    const { context, purpose } = this
    const done = await (purpose === 'rename'
      ? renameNotebook(context.notebook.path, path)
      : this.copyTo(path))
    this.isSending = false
    if (!done.ok) return void (this.failure = done.reason)
    context.panels.close(purpose)
    if (purpose === 'save-as') context.visit(done.path)
  }

  /** What this page has, with edits that the relay has not got yet. */
  private async copyTo(path: string): Promise<Answer<{ path: string }>> {
    const { notebook, blobs } = this.context
    const content = await formatNotebook(await blobs.whole(readNotebook(notebook.doc)))
    return createNotebook(path, { content })
  }

  protected override render(): TemplateResult {
    const isCopy = this.purpose === 'save-as'
    return html`<form class="nb-path" @submit=${(event: SubmitEvent) => void this.send(event)}>
      <p id="nb-path-about">
        ${
          isCopy
            ? 'A copy is saved and opened here. This notebook stays as it is, for you and for everybody else.'
            : 'A path with folders moves it. Everybody who has it open goes along.'
        }
      </p>
      <input
        type="text"
        aria-label="Path"
        aria-describedby="nb-path-about"
        aria-invalid=${this.failure !== ''}
        autocomplete="off"
        autocapitalize="off"
        spellcheck="false"
        required
        .value=${withoutEnding(this.context.notebook.path)}
        @input=${() => (this.failure = '')}
      />
      ${this.failure === '' ? nothing : html`<p role="alert">${isCopy ? 'Not saved' : 'Not renamed'}: ${this.failure}.</p>`}
      <button type="submit" class="nb-primary" ?disabled=${this.isSending}>
        ${isCopy ? 'Save' : 'Rename'}
      </button>
    </form>`
  }
}
