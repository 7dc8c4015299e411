import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Imported } from '../document/import-file.ts'
import { LightElement } from './light-element.ts'

/**
 * Files from this computer over the page, as far as a browser reveals before the drop. Images are left to other drop
 * targets.
 */
const carriesFiles = ({ dataTransfer }: DragEvent): boolean => {
  if (dataTransfer === null || !dataTransfer.types.includes('Files')) return false
  const files = [...dataTransfer.items].filter(({ kind }) => kind === 'file')
  return files.length === 0 || files.some(({ type }) => !type.startsWith('image/'))
}

/** Of the installed app: files opened with it (Chromium). */
interface LaunchQueue {
  setConsumer(take: (launch: { readonly files?: readonly FileSystemFileHandle[] }) => void): void
}

/**
 * Accepts files dropped anywhere on the page and shows it; with `button` also from a dialog. In a notebook, files that
 * are not notebooks are passed on as `data-files`.
 */
@customElement('nb-import')
export class NbImport extends LightElement {
  /** Folder for the new notebooks: '' or ending in `/`. */
  @property({ attribute: false }) folder = ''
  @property({ type: Boolean }) button = false
  @state() private dragging = false
  @state() private reading = ''
  @state() private failures: readonly string[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    // In the capture phase, before an editor inserts the file's text.
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      addEventListener(type, this.onDrag, true)
    const { launchQueue } = globalThis as { readonly launchQueue?: LaunchQueue }
    launchQueue?.setConsumer(({ files = [] }) => void this.importLaunched(files))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const type of ['dragenter', 'dragover', 'dragleave', 'drop'] as const)
      removeEventListener(type, this.onDrag, true)
  }

  private readonly onDrag = (event: DragEvent): void => {
    if (event.type === 'dragleave') {
      // No related target: the pointer left the window.
      if (event.relatedTarget === null) this.dragging = false
      return
    }
    if (!carriesFiles(event) || event.dataTransfer === null || !this.isFor(event)) return
    event.preventDefault()
    event.stopPropagation()
    event.dataTransfer.dropEffect = 'copy'
    this.dragging = event.type !== 'drop'
    if (event.type === 'drop') void this.importAll([...event.dataTransfer.files])
  }

  /** Of two notebooks side by side, the one below the pointer. */
  private isFor({ target }: DragEvent): boolean {
    const page = this.closest('nb-page')
    if (page === null) return true
    const below = target instanceof Element ? target.closest('nb-page') : null
    return !page.hidden && (below === null ? page.active : below === page)
  }

  private async importLaunched(handles: readonly FileSystemFileHandle[]): Promise<void> {
    const files = await Promise.all(handles.map((handle) => handle.getFile()))
    if (files.length > 0) await this.importAll(files)
  }

  private onChosen(event: Event): void {
    const input = event.target as HTMLInputElement
    const files = [...(input.files ?? [])]
    // So that the same file can be chosen again.
    input.value = ''
    void this.importAll(files)
  }

  /** Imports one by one, and opens the first unless there is a message to read. */
  private async importAll(all: readonly File[]): Promise<void> {
    const isForm = ({ name }: File): boolean => this.button || /\.(ipynb|py|md)$/i.test(name)
    const files = all.filter(isForm)
    const others = all.filter((file) => !isForm(file))
    if (others.length > 0)
      this.dispatchEvent(new CustomEvent<readonly File[]>('data-files', { detail: others }))
    const made: string[] = []
    const failures: string[] = []
    this.failures = []
    for (const file of files) {
      this.reading = file.name
      const imported = await this.importOne(file)
      if (imported.ok) made.push(imported.path)
      else failures.push(imported.reason)
    }
    this.reading = ''
    this.failures = failures
    if (made.length > 0) this.dispatchEvent(new CustomEvent('imported'))
    const [first] = made
    if (first !== undefined && failures.length === 0)
      this.dispatchEvent(new CustomEvent('visit', { detail: first, bubbles: true }))
  }

  private async importOne(file: File): Promise<Imported> {
    try {
      const { importFile } = await import('../document/import-file.ts')
      return await importFile(file, this.folder)
    } catch (error) {
      // The converter could not be loaded.
      if (!(error instanceof TypeError)) throw error
      return { ok: false, reason: `${file.name}: the relay cannot be reached` }
    }
  }

  protected override render(): TemplateResult {
    return html`${
        this.button
          ? html`<div class="nb-import">
              <button type="button" @click=${() => this.querySelector('input')?.click()}>Import</button>
              <input
                type="file"
                accept=".ipynb,.py,.md"
                multiple
                hidden
                aria-label="Files to import"
                @change=${this.onChosen}
              />
              <span>.ipynb, .py or .md, from this computer; or drop them here</span>
            </div>`
          : nothing
      }
      ${
        this.dragging
          ? html`<div class="nb-drop-area">
              ${
                this.button
                  ? 'Drop .ipynb, .py or .md files to import them as notebooks'
                  : 'Drop .ipynb, .py or .md files to import them as notebooks, or other files to upload them'
              }
            </div>`
          : nothing
      }
      <div role="status">${this.reading === '' ? nothing : `Importing ${this.reading}…`}</div>
      ${this.failures.map(
        (failure) =>
          html`<div class="nb-bar" role="alert">
            Not imported. ${failure}
            <button
              type="button"
              @click=${() => (this.failures = this.failures.filter((each) => each !== failure))}
            >
              Close
            </button>
          </div>`,
      )}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-import': NbImport
  }
}
