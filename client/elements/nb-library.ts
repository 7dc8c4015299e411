import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import {
  createNotebook,
  deleteNotebook,
  listNotebooks,
  renameNotebook,
  urlOf,
  type Listed,
} from '../document/library.ts'
import { icons } from './icons.ts'
import { noteMade } from '../kernel/permission.ts'
import './nb-import.ts'
import './nb-theme.ts'
import { since, sizeWords } from './words.ts'

/** The notebooks of the folder: open, make, rename, delete. */
@customElement('nb-library')
export class NbLibrary extends LitElement {
  @state() private notebooks: readonly Listed[] | null = null
  @state() private failure = ''
  @state() private renaming: string | null = null
  @state() private leaving: string | null = null

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.title = 'LLM Notebook'
    addEventListener('focus', this.refresh)
    this.refresh()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('focus', this.refresh)
  }

  private readonly refresh = (): void => {
    void this.load()
  }

  private async load(): Promise<void> {
    const answer = await listNotebooks()
    this.failure = answer.ok ? '' : answer.reason
    if (answer.ok) this.notebooks = answer.notebooks.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const path = new FormData(form).get('path')
    if (typeof path !== 'string' || path.trim() === '') return
    const made = await createNotebook(path.trim())
    if (made.ok) noteMade(made.path)
    if (made.ok) this.dispatchEvent(new CustomEvent('goto', { detail: made.path, bubbles: true }))
    else this.failure = made.reason
  }

  private async rename(event: SubmitEvent, path: string): Promise<void> {
    event.preventDefault()
    const to = new FormData(event.target as HTMLFormElement).get('to')
    this.renaming = null
    if (typeof to !== 'string' || to.trim() === '' || to.trim() === path) return
    const answer = await renameNotebook(path, to.trim())
    if (!answer.ok) this.failure = answer.reason
    this.refresh()
  }

  private async delete(path: string): Promise<void> {
    this.leaving = null
    const answer = await deleteNotebook(path)
    if (!answer.ok) this.failure = answer.reason
    this.refresh()
  }

  private row(notebook: Listed): TemplateResult {
    const { path, reason } = notebook
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : ''
    const name = path.slice(folder.length).replace(/\.ipynb$/, '')
    if (this.renaming === path)
      return html`<li>
        <form class="nb-line" @submit=${(event: SubmitEvent) => void this.rename(event, path)}>
          <input name="to" aria-label="New name of ${path}" .value=${path} required autofocus />
          <button type="submit">Rename</button>
          <button type="button" @click=${() => (this.renaming = null)}>Cancel</button>
        </form>
      </li>`
    return html`<li>
      ${
        reason === null
          ? html`<a href=${`/notebook/${urlOf(path)}`}><span class="nb-folder">${folder}</span>${name}</a>`
          : html`<span class="nb-broken"
              ><span class="nb-folder">${folder}</span>${name}<small>${reason}</small></span
            >`
      }
      <span class="nb-when">${since(notebook.modified)} · ${sizeWords(notebook.size)}</span>
      ${
        this.leaving === path
          ? html`<span class="nb-sure"
              >To the bin?
              <button type="button" @click=${() => void this.delete(path)}>Delete</button>
              <button type="button" @click=${() => (this.leaving = null)}>Keep</button></span
            >`
          : html`<button
                type="button"
                class="nb-icon"
                aria-label="Rename ${path}"
                title="Rename or move"
                @click=${() => (this.renaming = path)}
              >
                ${icons.pencil}
              </button>
              <button
                type="button"
                class="nb-icon"
                aria-label="Delete ${path}"
                title="Delete"
                @click=${() => (this.leaving = path)}
              >
                ${icons.trash}
              </button>`
      }
    </li>`
  }

  protected override render(): TemplateResult {
    const { notebooks, failure } = this
    return html`<header class="nb-header">
        <h1>Notebooks</h1>
        <nav aria-label="Page"><nb-theme></nb-theme></nav>
      </header>
      <main class="nb-library">
        <form class="nb-line" @submit=${(event: SubmitEvent) => void this.create(event)}>
          <input
            name="path"
            aria-label="Name of the new notebook"
            placeholder="New notebook, or folder/name"
            required
          />
          <button type="submit" class="nb-primary">New notebook</button>
        </form>
        <nb-import button @imported=${this.refresh}></nb-import>
        ${failure === '' ? nothing : html`<div class="nb-bar" role="alert">${failure}</div>`}
        ${
          notebooks === null
            ? nothing
            : notebooks.length === 0
              ? html`<p class="nb-empty">No notebooks yet. Give the first one a name.</p>`
              : html`<ul aria-label="Notebooks" role="list">
                  ${notebooks.map((notebook) => this.row(notebook))}
                </ul>`
        }
      </main>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-library': NbLibrary
  }
}
