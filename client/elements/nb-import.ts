import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Imported } from '../document/import-file.ts'
import type { DroppedFiles } from './dropped-files.ts'
import { FileDrop } from './file-drop.ts'
import { LightElement } from './light-element.ts'

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
  @state() private reading = ''
  @state() private failures: readonly string[] = []

  readonly drop = new FileDrop(
    this,
    (event) => this.isFor(event),
    (files, target) => void this.importAll(files, target),
  )

  override connectedCallback(): void {
    super.connectedCallback()
    const { launchQueue } = globalThis as { readonly launchQueue?: LaunchQueue }
    launchQueue?.setConsumer(({ files = [] }) => void this.importLaunched(files))
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

  /** Imports one by one, and opens the first unless there is a message to read. */
  private async importAll(all: readonly File[], target: EventTarget | null = null): Promise<void> {
    const isForm = ({ name }: File): boolean => this.button || /\.(ipynb|py|md)$/i.test(name)
    const files = all.filter(isForm)
    const others = all.filter((file) => !isForm(file))
    if (others.length > 0)
      this.dispatchEvent(new CustomEvent<DroppedFiles>('data-files', { detail: { files: others, target } }))
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
                @change=${this.drop.onChosen}
              />
              <span>.ipynb, .py or .md, from this computer; or drop them here</span>
            </div>`
          : nothing
      }
      ${
        this.drop.over
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
