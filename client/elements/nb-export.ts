import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Writable } from '../../shared/convert/convert.ts'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import type { NotebookContext } from '../commands/context.ts'
import { download } from '../files/download.ts'
import { Dismiss } from './dismiss.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'

export type ExportContext = Pick<NotebookContext, 'notebook' | 'blobs' | 'announce' | 'showError'>

const forms: readonly (readonly [form: Writable, about: string])[] = [
  ['ipynb', 'complete notebook'],
  ['py', 'script without outputs'],
  ['md', 'readable text'],
  ['html', 'page to share'],
]

const types: Readonly<Record<Writable, string>> = {
  ipynb: 'application/x-ipynb+json',
  py: 'text/x-python',
  md: 'text/markdown',
  html: 'text/html',
}

/** A menu of download formats, each made here from the document. */
@customElement('nb-export')
export class NbExport extends LightElement {
  @property({ attribute: false }) context!: ExportContext
  @state() private open = false
  @state() private failure = ''
  readonly dismiss = new Dismiss(
    this,
    () => this.open,
    (by) => this.close(by),
  )

  private get items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  }

  private async toggle(): Promise<void> {
    this.open = !this.open
    this.failure = ''
    await this.updateComplete
    this.items[0]?.focus()
  }

  private close(by: 'key' | 'press'): void {
    this.open = false
    if (by === 'key') this.querySelector('button')?.focus()
  }

  private onKey(event: KeyboardEvent): void {
    // Keys in the menu must not run commands.
    event.stopPropagation()
    const { items } = this
    const at = items.indexOf(document.activeElement as HTMLElement)
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? -1 : at - 1 + items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key]
    if (to === undefined) return
    items.at(to % items.length)?.focus()
    event.preventDefault()
  }

  private onFocusOut(event: FocusEvent): void {
    if (!(event.relatedTarget instanceof Node) || !this.contains(event.relatedTarget)) this.open = false
  }

  private async download(form: Writable): Promise<void> {
    const { path, doc } = this.context.notebook
    const title = path.replace(/^.*\//s, '').replace(/\.ipynb$/, '')
    const notebook = await this.context.blobs.whole(readNotebook(doc))
    const name = `${title}.${form}`
    try {
      // Loaded on demand.
      const parts = form === 'ipynb' ? null : await import('../../shared/convert/convert.ts')
      const text = parts === null ? formatNotebook(notebook) : parts.writeForm(form, notebook, title)
      const without = parts?.leftOut(form, notebook) ?? null
      download(new Blob([text], { type: types[form] }), name)
      this.context.announce(`Downloaded ${name}${without === null ? '' : `, without ${without}`}`)
      this.close('key')
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.failure = `${name} cannot be exported: this part of the page is not cached yet, and the relay cannot be reached.`
    }
  }

  protected override render(): TemplateResult {
    return html`<button
        type="button"
        class="nb-icon"
        aria-label="Export"
        title="Export: download the notebook"
        aria-haspopup="menu"
        aria-expanded=${this.open}
        @click=${() => void this.toggle()}
      >
        ${icons.download}
      </button>
      ${
        this.open
          ? html`<div class="nb-menu" @keydown=${this.onKey} @focusout=${this.onFocusOut}>
              <div role="menu" aria-label="Export">
                ${forms.map(
                  ([form, about]) =>
                    html`<button
                      type="button"
                      role="menuitem"
                      tabindex="-1"
                      aria-label="Download as .${form}"
                      @click=${() => void this.download(form)}
                    >
                      <span>Download as .${form}</span><small>${about}</small>
                    </button>`,
                )}
              </div>
              ${this.failure === '' ? nothing : html`<div role="alert">${this.failure}</div>`}
            </div>`
          : nothing
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-export': NbExport
  }
}
