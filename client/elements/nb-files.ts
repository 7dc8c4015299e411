import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { FolderFile, FolderListing } from '../../shared/api/routes.ts'
import { reasonOf } from '../document/database.ts'
import type { OpenNotebook } from '../document/open.ts'
import { download } from '../files/download.ts'
import { fileUrl, folderOf, listFolder, saveToFolder } from '../files/folder.ts'
import { FileStore, type StoredFile } from '../files/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { FileDrop } from './file-drop.ts'
import { Follow } from './follow.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import { listen } from './listen.ts'
import { keepFocusInPanel } from './nb-panel.ts'
import { since, formatSize } from './format.ts'

/** A question before something is overwritten or deleted. */
type Confirmation =
  | { readonly type: 'delete' }
  /** The folder has a different file of this name; `tag` identifies it. */
  | { readonly type: 'save-over'; readonly tag: string }
  | { readonly type: 'upload-over'; readonly file: File }

const atRelay =
  'The folder is on the relay, which cannot be reached. Files read from it earlier are still available here.'

/**
 * The files available to Python: those stored in this browser, and those next to the notebook in the relay's folder.
 */
@customElement('nb-files')
export class NbFiles extends LightElement {
  @property({ attribute: false }) notebook!: Pick<OpenNotebook, 'docId' | 'path' | 'grant'>
  @property({ attribute: false }) kernel!: Pick<Kernel, 'status' | 'onChange'>
  @property({ attribute: false }) announce!: (text: string) => void
  @state() private stored: readonly StoredFile[] | null = null
  @state() private listing: FolderListing | null = null
  @state() private folderFailure = ''
  @state() private failure = ''
  @state() private questions: ReadonlyMap<string, Confirmation> = new Map()
  private store: FileStore | null = null
  private opening: Promise<void> = Promise.resolve()

  readonly drop = new FileDrop(
    this,
    () => true,
    (files) => void this.upload(files),
  )
  readonly follow = new Follow(this, () => {
    const { kernel } = this
    let before = kernel.status
    this.opening = this.openStore()
    this.refreshFolder()
    return [
      listen(window, ['focus'], this.refreshFolder),
      kernel.onChange(() => {
        if (before === 'busy' && kernel.status === 'idle') this.refreshFolder()
        before = kernel.status
      }),
    ]
  })
  private stopStore: () => void = () => undefined

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stopStore()
    this.store?.close()
    this.store = null
  }

  private get folder(): string {
    return folderOf(this.notebook.path)
  }

  private async openStore(): Promise<void> {
    const { docId } = this.notebook
    if (docId === null) return
    await this.guard('Files cannot be stored in this browser', async () => {
      const store = await FileStore.open(docId)
      if (!this.isConnected) return store.close()
      this.store = store
      this.stopStore = store.onChange(() => void this.refresh())
      await this.refresh()
    })
  }

  /** Shows a failure of the browser's storage; rethrows anything else. */
  private async guard(what: string, action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      if (!(error instanceof DOMException)) throw error
      const full = error.name === 'QuotaExceededError'
      this.failure = `${what}: ${full ? 'not enough storage' : reasonOf(error)}.`
    }
  }

  private async refresh(): Promise<void> {
    if (this.store !== null) this.stored = await this.store.list()
  }

  private readonly refreshFolder = (): void => {
    void this.loadFolder()
  }

  private async loadFolder(): Promise<void> {
    const answer = await listFolder(this.folder)
    this.folderFailure = answer.ok
      ? ''
      : answer.offline
        ? atRelay
        : `The folder cannot be listed: ${answer.reason}.`
    if (answer.ok) this.listing = answer.listing
  }

  private inFolder(path: string): FolderFile | null {
    return this.listing?.files.find((file) => file.path === path) ?? null
  }

  private ask(path: string, question: Confirmation | null): void {
    const questions = new Map(this.questions)
    if (question === null) questions.delete(path)
    else questions.set(path, question)
    this.questions = questions
  }

  /** Stores files from this computer; replaces existing ones only with `over`. */
  async upload(files: readonly File[], over = false): Promise<void> {
    await this.opening
    this.failure = ''
    for (const file of files) {
      if (!over && this.stored?.some(({ path }) => path === file.name) === true) {
        this.ask(file.name, { type: 'upload-over', file })
        continue
      }
      this.ask(file.name, null)
      await this.guard(`${file.name} could not be uploaded`, async () => {
        const bytes = new Uint8Array(await file.arrayBuffer())
        await this.store?.write([
          { path: file.name, bytes, modified: file.lastModified, from: null, changed: false },
        ])
      })
    }
  }

  private async downloadOne(file: StoredFile): Promise<void> {
    const bytes = await this.store?.read(file)
    if (bytes !== undefined && bytes !== null)
      download(new Blob([bytes], { type: 'application/octet-stream' }), file.path.replace(/^.*\//s, ''))
  }

  private async deleteOne(path: string): Promise<void> {
    this.ask(path, null)
    await this.guard(`${path} could not be deleted`, async () => this.store?.remove([path]))
    keepFocusInPanel(this)
  }

  /** `over` is the tag of the folder's file that may be replaced. */
  private async saveOne(file: StoredFile, over: string | null): Promise<void> {
    const { path } = file
    this.failure = ''
    this.ask(path, null)
    const bytes = await this.store?.read(file)
    if (bytes === undefined || bytes === null) return
    const saved = await saveToFolder(this.folder, path, bytes, over)
    await this.loadFolder()
    if (saved.ok) {
      await this.store?.saved(file, saved.tag)
      this.announce(`${path} was saved to the folder`)
      return
    }
    const there = this.inFolder(path)
    if ((saved.status === 409 || saved.status === 412) && there !== null)
      this.ask(path, { type: 'save-over', tag: there.tag })
    else this.failure = `${path} could not be saved to the folder: ${saved.reason}.`
  }

  private question(file: StoredFile, question: Confirmation): TemplateResult {
    const { path } = file
    const confirm = (question: string, yes: string, action: () => unknown): TemplateResult =>
      html`<span class="nb-sure" role="group" aria-label=${`${path}: ${question}`}
        >${question}
        <button type="button" @click=${action}>${yes}</button>
        <button type="button" @click=${() => this.ask(path, null)}>Cancel</button></span
      >`
    switch (question.type) {
      case 'delete':
        return confirm('Delete permanently?', 'Delete', () => void this.deleteOne(path))
      case 'save-over':
        return confirm(
          'The folder has a different version.',
          'Replace',
          () => void this.saveOne(file, question.tag),
        )
      case 'upload-over':
        return confirm('The file already exists.', 'Replace', () => void this.upload([question.file], true))
      default:
        throw new Error(`unknown question ${String(question satisfies never)}`)
    }
  }

  private row(file: StoredFile): TemplateResult {
    const { path, from, changed } = file
    const there = this.inFolder(path)
    const copy = there !== null && !changed && from === there.tag
    const question = this.questions.get(path)
    return html`<li>
      <span class="nb-file-name" title=${path}>${path}</span>
      <span class="nb-file-about"
        >${formatSize(file.size)} ·
        ${since(file.modified)}${
          there === null ? nothing : copy ? ' · same as in the folder' : ' · differs from the folder'
        }</span
      >
      ${
        question !== undefined
          ? this.question(file, question)
          : html`<span class="nb-file-actions"
              >${
                this.listing === null || copy || !this.notebook.grant.allows('write')
                  ? nothing
                  : html`<button
                      type="button"
                      class="nb-text-button"
                      aria-label="Save ${path} to the folder"
                      title="Save next to the notebook, for everyone who uses this relay"
                      @click=${() => void this.saveOne(file, there === null ? null : from)}
                    >
                      Save to the folder
                    </button>`
              }${iconButton(`Download ${path}`, 'Download', icons.download, () => void this.downloadOne(file))}
              ${iconButton(`Delete ${path}`, 'Delete from this browser', icons.trash, () =>
                this.ask(path, { type: 'delete' }),
              )}</span
            >`
      }
    </li>`
  }

  private folderRow({ path, size, modified }: FolderFile): TemplateResult {
    return html`<li>
      <span class="nb-file-name" title=${path}>${path}</span>
      <span class="nb-file-about">${formatSize(size)} · ${since(modified)}</span>
      <span class="nb-file-actions"
        ><a
          class="nb-icon"
          href=${fileUrl(this.folder, path)}
          download=${path.replace(/^.*\//s, '')}
          aria-label="Download ${path} from the folder"
          title="Download"
          >${icons.download}</a
        ></span
      >
    </li>`
  }

  private inBrowser(): TemplateResult {
    const files = (this.stored ?? []).filter(({ path }) => !path.endsWith('/'))
    const total = files.reduce((sum, { size }) => sum + size, 0)
    return html`<section>
      <h3 id="nb-files-browser">
        In this browser ${files.length > 0 ? html`<small>${formatSize(total)}</small>` : nothing}
      </h3>
      <p>
        Files that Python writes and files you upload. They stay in this browser, for this notebook, until you
        delete them.
      </p>
      ${
        files.length === 0
          ? html`<p class="nb-files-none">No files yet.</p>`
          : html`<ul aria-labelledby="nb-files-browser" role="list">
              ${repeat(
                files,
                ({ path }) => path,
                (file) => this.row(file),
              )}
            </ul>`
      }
      <div class="nb-import">
        <button type="button" @click=${() => this.querySelector('input')?.click()}>Upload files</button>
        <input type="file" multiple hidden aria-label="Files to upload" @change=${this.drop.onChosen} />
        <span>or drop them here</span>
      </div>
    </section>`
  }

  private inRelayFolder(): TemplateResult {
    const { listing, folderFailure } = this
    // Notebooks have their own list.
    const files = listing?.files.filter(({ path }) => !path.endsWith('.ipynb')) ?? []
    return html`<section>
      <h3 id="nb-files-folder">In the folder</h3>
      <p>
        Next to the notebook, on the relay. Python reads them by name:
        <code>open(${JSON.stringify(files[0]?.path ?? 'data.csv')})</code>
      </p>
      ${folderFailure === '' ? nothing : html`<p class="nb-notice" role="status">${folderFailure}</p>`}
      ${
        listing === null
          ? nothing
          : files.length === 0
            ? html`<p class="nb-files-none">No files next to the notebook.</p>`
            : html`<ul aria-labelledby="nb-files-folder" role="list">
                ${repeat(
                  files,
                  ({ path }) => path,
                  (file) => this.folderRow(file),
                )}
              </ul>`
      }
      ${listing?.unnamed.map(
        ({ path, reason }) => html`<p class="nb-files-none">“${path}” cannot be used: ${reason}.</p>`,
      )}
      ${listing?.more === true ? html`<p class="nb-files-none">List truncated: the folder has more files.</p>` : nothing}
    </section>`
  }

  protected override render(): TemplateResult {
    return html`${this.failure === '' ? nothing : html`<p class="nb-notice" role="alert">${this.failure}</p>`}
    ${this.inBrowser()}${this.inRelayFolder()}
    ${this.drop.over ? html`<div class="nb-drop-area">Drop files to upload</div>` : nothing}`
  }
}
