import { toBrowserPath } from '../base-path.ts'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import { encodePath } from '../../shared/api/route.ts'
import type { Deleted, Listed } from '../../shared/api/routes.ts'
import type { CurrentGrant } from '../document/grant.ts'
import { keptPaths } from '../document/histories.ts'
import {
  createNotebook,
  deleteNotebook,
  listBin,
  listNotebooks,
  renameNotebook,
  restore,
} from '../document/notebooks-api.ts'
import { icons } from './icons.ts'
import { markCreatedHere } from '../kernel/permission.ts'
import type { SettingsStore } from '../settings/store.ts'
import { LightElement } from './light-element.ts'
import './nb-bin.ts'
import { restoredAs } from './nb-bin.ts'
import './nb-import.ts'
import { since, formatSize } from './format.ts'

/** Milliseconds until an unreachable relay is tried again. */
const askAgain = 2_000

const labelled = (label: string): string => `[aria-label="${CSS.escape(label)}"]`

/** A message about what was done, with an undo where possible; stays until closed. */
interface Notice {
  readonly text: string
  readonly undo?: { readonly path: string; readonly entry: string }
}

/** For a notebook that only this browser has, only the path is known. */
type Shown = Pick<Listed, 'path'> & Partial<Listed>

/** The notebooks of the folder: open, create, rename, delete, restore. */
@customElement('nb-notebook-list')
export class NbNotebookList extends LightElement {
  @property({ attribute: false }) grant!: CurrentGrant
  @property({ attribute: false }) settings!: SettingsStore
  @state() private notebooks: readonly Listed[] | null = null
  @state() private deleted: readonly Deleted[] = []
  @state() private offline = false
  /** Why an action failed; stays until closed or until the next action. */
  @state() private failure = ''
  /** Why the list could not be loaded. */
  @state() private noList = ''
  @state() private notice: Notice | null = null
  @state() private renaming: string | null = null
  @state() private deleting: string | null = null
  private again: ReturnType<typeof setTimeout> | undefined
  /** Counts requests for the list, so that an outdated answer is ignored. */
  private requests = 0
  /** A selector of what gets the focus once it exists, unless the focus is elsewhere by then. */
  private focusNext: string | null = null

  override connectedCallback(): void {
    super.connectedCallback()
    document.title = 'LLM Notebook'
    for (const type of ['focus', 'online']) addEventListener(type, this.refresh)
    this.refresh()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const type of ['focus', 'online']) removeEventListener(type, this.refresh)
    clearTimeout(this.again)
  }

  protected override updated(): void {
    if (this.focusNext === null) return
    const found = this.querySelector<HTMLElement>(this.focusNext)
    const isFree = document.activeElement === null || document.activeElement === document.body
    if (found === null && isFree) return
    this.focusNext = null
    if (!isFree) return
    found?.focus()
    if (found instanceof HTMLInputElement) found.select()
  }

  private get mayWrite(): boolean {
    return this.grant.allows('write')
  }

  private readonly refresh = (): void => {
    void this.load()
  }

  private async load(): Promise<void> {
    clearTimeout(this.again)
    const requests = ++this.requests
    const [answer, bin] = await Promise.all([
      listNotebooks(),
      this.mayWrite ? listBin() : null,
      this.grant.ask(),
    ])
    if (!this.isConnected || requests !== this.requests) return
    this.offline = !answer.ok && answer.offline
    this.noList = answer.ok || answer.offline ? '' : answer.reason
    if (bin?.ok === true) this.deleted = bin.deleted
    if (answer.ok) {
      // The name field stays while it is edited, even if the notebook was deleted meanwhile.
      const named = this.notebooks?.find(({ path }) => path === this.renaming)
      const gone = named !== undefined && !answer.notebooks.some(({ path }) => path === named.path)
      const all = gone ? [...answer.notebooks, named] : answer.notebooks
      this.notebooks = all.toSorted((a, b) => (a.path < b.path ? -1 : 1))
    } else {
      clearTimeout(this.again)
      this.again = setTimeout(this.refresh, askAgain)
    }
  }

  private showNotice(notice: Notice | null, failure = ''): void {
    this.notice = notice
    this.failure = failure
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const path = new FormData(form).get('path')
    if (typeof path !== 'string' || path.trim() === '') return
    const made = await createNotebook(path.trim())
    if (made.ok) markCreatedHere(made.path)
    if (made.ok) this.dispatchEvent(new CustomEvent('goto', { detail: made.path, bubbles: true }))
    else this.showNotice(null, `${path.trim()} could not be created: ${made.reason}.`)
  }

  private async rename(event: SubmitEvent, path: string): Promise<void> {
    event.preventDefault()
    const to = new FormData(event.target as HTMLFormElement).get('to')
    if (typeof to !== 'string' || to.trim() === '' || to.trim() === path) return this.cancel()
    const answer = await renameNotebook(path, to.trim())
    // The field stays open for another name.
    if (!answer.ok) return this.showNotice(null, `${path} could not be renamed: ${answer.reason}.`)
    if (this.renaming === path) this.cancel(answer.path)
    this.showNotice(null)
    await this.load()
  }

  /** Ends renaming; the focus returns to the button, found by the notebook's present name. */
  private cancel(path = this.renaming): void {
    this.renaming = null
    this.focusNext = path === null ? null : labelled(`Rename ${path}`)
    this.requestUpdate()
  }

  private async delete(path: string): Promise<void> {
    this.deleting = null
    const answer = await deleteNotebook(path)
    if (!answer.ok) this.showNotice(null, `${path} could not be deleted: ${answer.reason}.`)
    else {
      const { undo } = answer
      this.showNotice({
        text: `${path} was moved to the bin.`,
        ...(undo === null ? {} : { undo: { path, entry: undo } }),
      })
      this.focusNext = '.nb-undo'
    }
    await this.load()
  }

  private async undo({ path, entry }: { readonly path: string; readonly entry: string }): Promise<void> {
    const restored = await restore(entry)
    if (restored.ok) this.showNotice({ text: restoredAs(path, restored.path) })
    else this.showNotice(null, `${path} could not be restored: ${restored.reason}.`)
    await this.load()
  }

  private renameForm(path: string): TemplateResult {
    return html`<form
      class="nb-line"
      @submit=${(event: SubmitEvent) => void this.rename(event, path)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape' && !event.isComposing) this.cancel()
      }}
    >
      <input name="to" aria-label="New name of ${path}" .value=${path} required />
      <button type="submit">Rename</button>
      <button type="button" @click=${() => this.cancel()}>Cancel</button>
    </form>`
  }

  private row(notebook: Shown): TemplateResult {
    const { path, reason, modified, size } = notebook
    if (this.renaming === path) return html`<li>${this.renameForm(path)}</li>`
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
    const name = path.slice(folder.length).replace(/\.ipynb$/, '')
    return html`<li>
      ${
        reason === undefined
          ? html`<a href=${toBrowserPath(`/notebook/${encodePath(path)}`)}
              ><span class="nb-folder">${folder}</span>${name}</a
            >`
          : html`<span class="nb-broken"
              ><span class="nb-folder">${folder}</span>${name}<small>${reason}</small></span
            >`
      }
      ${
        modified === undefined || size === undefined || Date.parse(modified) === 0
          ? nothing
          : html`<span class="nb-when">${since(Date.parse(modified))} · ${formatSize(size)}</span>`
      }
      ${this.offline || !this.mayWrite || !path.endsWith('.ipynb') ? nothing : this.actions(path)}
    </li>`
  }

  private actions(path: string): TemplateResult {
    if (this.deleting === path)
      return html`<span class="nb-sure"
        >Move to bin?
        <button type="button" @click=${() => void this.delete(path)}>Delete</button>
        <button type="button" @click=${() => (this.deleting = null)}>Cancel</button></span
      >`
    return html`<button
        type="button"
        class="nb-icon"
        aria-label="Rename ${path}"
        title="Rename or move"
        @click=${() => {
          this.renaming = path
          this.focusNext = labelled(`New name of ${path}`)
        }}
      >
        ${icons.pencil}
      </button>
      <button
        type="button"
        class="nb-icon"
        aria-label="Delete ${path}"
        title="Delete"
        @click=${() => (this.deleting = path)}
      >
        ${icons.trash}
      </button>`
  }

  /** The last list, or offline the notebooks stored in this browser. */
  private get shown(): readonly Shown[] | null {
    if (!this.offline) return this.notebooks
    const listed = new Map(this.notebooks?.map((notebook) => [notebook.path, notebook]))
    return keptPaths()
      .map((path) => listed.get(path) ?? { path })
      .toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  private notices(): TemplateResult {
    const { failure, noList, notice, offline } = this
    const close = html`<button type="button" @click=${() => this.showNotice(null)}>Close</button>`
    return html`${failure === '' ? nothing : html`<div class="nb-bar" role="alert">${failure} ${close}</div>`}
      ${noList === '' ? nothing : html`<div class="nb-bar" role="alert">The list could not be loaded: ${noList}</div>`}
      <div role="status">
        ${
          offline
            ? html`<div class="nb-bar">
                The relay cannot be reached. These notebooks are stored in this browser.
              </div>`
            : nothing
        }
        ${
          notice === null
            ? nothing
            : html`<div class="nb-bar">
                ${notice.text}
                ${
                  notice.undo === undefined
                    ? nothing
                    : html`<button
                        type="button"
                        class="nb-undo"
                        @click=${() => notice.undo && void this.undo(notice.undo)}
                      >
                        Undo
                      </button>`
                }
                ${close}
              </div>`
        }
      </div>`
  }

  private newForm(): TemplateResult {
    return html`<form class="nb-line" @submit=${(event: SubmitEvent) => void this.create(event)}>
        <input
          name="path"
          aria-label="Name of the new notebook"
          placeholder="New notebook, or folder/name"
          required
        />
        <button type="submit" class="nb-primary">New notebook</button>
      </form>
      <nb-import button @imported=${this.refresh}></nb-import>`
  }

  protected override render(): TemplateResult {
    const { shown, offline } = this
    const none = offline
      ? 'No notebooks are stored in this browser yet.'
      : this.mayWrite
        ? 'No notebooks yet. Enter a name to create one.'
        : 'No notebooks yet.'
    return html`<header class="nb-header">
        <h1>Notebooks</h1>
        <nav aria-label="Page">
          <a class="nb-icon" href=${toBrowserPath('/settings')} aria-label="Settings" title="Settings"
            >${icons.settings}</a
          >
        </nav>
      </header>
      <main class="nb-notebook-list">
        ${this.mayWrite ? this.newForm() : html`<p class="nb-read-only">Read only</p>`} ${this.notices()}
        ${
          shown === null
            ? nothing
            : shown.length === 0
              ? html`<p class="nb-empty">${none}</p>`
              : html`<ul aria-label="Notebooks" role="list">
                  ${repeat(
                    shown,
                    ({ path }) => path,
                    (notebook) => this.row(notebook),
                  )}
                </ul>`
        }
        ${
          offline || !this.mayWrite
            ? nothing
            : html`<nb-bin
                .deleted=${this.deleted}
                @notice=${(event: CustomEvent<string>) => this.showNotice({ text: event.detail })}
                @changed=${this.refresh}
              ></nb-bin>`
        }
      </main>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-notebook-list': NbNotebookList
  }
}
