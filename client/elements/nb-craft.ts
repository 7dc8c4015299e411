import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Craft } from '../../shared/context/craft.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import { cellId } from '../../shared/notebook/notebook.ts'
import { plainText, shownOutputs } from '../../shared/notebook/output/output.ts'
import type { NotebookContext } from '../commands/context.ts'
import { fetchCraft } from '../document/models-api.ts'
import { runApart } from '../kernel/run-apart.ts'
import { LightElement } from './light-element.ts'

/**
 * The code of the folders' CRAFT.ipynb, offered when a kernel has started, and run only by a click. It is shown: it is not
 * the notebook's, and whoever may write in the folder wrote it.
 */
@customElement('nb-craft')
export class NbCraft extends LightElement {
  @property({ attribute: false }) context!: Pick<
    NotebookContext,
    'notebook' | 'python' | 'announce' | 'showError'
  >
  /** With code that this kernel has not run, from the top folder down. */
  @state() private offered: readonly Craft[] = []
  /** Of the kernel's life that was looked at last; null before the first. */
  private life: number | null = null
  private isUnwanted = false
  private stop = (): void => undefined

  /** Its script comes after the page, and its context only with the first update. */
  protected override firstUpdated(): void {
    this.stop = this.context.python.kernel.onChange(() => void this.look())
    void this.look()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop()
  }

  /** Once in the life of a kernel. */
  private async look(): Promise<void> {
    const { notebook, python } = this.context
    const { status, ends } = python.kernel
    if (status === 'off' || status === 'failed' || this.life === ends) return
    if (this.isUnwanted || !notebook.editable) return
    this.life = ends
    this.offered = []
    const answer = await fetchCraft(notebook.path)
    if (answer.ok && this.life === ends) this.offered = answer.craft.filter(({ code }) => code.length > 0)
  }

  private dismiss(): void {
    this.isUnwanted = true
    this.offered = []
  }

  /** Cell by cell, up to the first that fails. */
  private async run(all: readonly Craft[]): Promise<void> {
    this.offered = []
    const { python, announce, showError } = this.context
    const { doc } = this.context.notebook
    const cell = python.lastRunCell ?? visibleCells(doc)[0] ?? cellId('')
    for (const { from, code } of all)
      for (const each of code) {
        const { status, outputs } = await runApart({ doc, python, cell, code: each })
        if (status === 'done') continue
        const shown = shownOutputs(outputs).map(plainText).join('\n').trim()
        return showError(`The code of ${from}: ${shown.split('\n').at(-1) || status}`)
      }
    announce(`The code of ${all.map(({ from }) => from).join(' and ')} has run.`)
  }

  protected override render(): TemplateResult | typeof nothing {
    const { offered } = this
    if (offered.length === 0) return nothing
    return html`<div class="nb-bar" role="status">
      ${offered.map(({ from }) => from).join(' and ')} ${offered.length === 1 ? 'has' : 'have'} code for a new
      kernel.
      <button type="button" @click=${() => void this.run(offered)}>Run it</button>
      <button type="button" @click=${() => this.dismiss()}>Not now</button>
      <details>
        <summary>Show it</summary>
        <pre>${offered.flatMap(({ from, code }) => [`# ${from}`, ...code]).join('\n\n')}</pre>
      </details>
    </div>`
  }
}
