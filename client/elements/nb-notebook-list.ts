import { toBrowserPath } from '../base-path.ts'
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Deleted, Listed } from '../../shared/api/routes.ts'
import type { Answer } from '../document/ask.ts'
import type { CurrentGrant } from '../document/grant.ts'
import { listFolders, makeFolder, moveFolder, removeFolder } from '../document/folders-api.ts'
import { keptPaths } from '../document/histories.ts'
import {
  createNotebook,
  deleteNotebook,
  listBin,
  listNotebooks,
  renameNotebook,
  restore,
} from '../document/notebooks-api.ts'
import { folderOf, isPlainFile } from '../files/folder.ts'
import type { Binned } from '../notebooks/binned.ts'
import { duplicate } from '../notebooks/duplicate.ts'
import { nameOf, notebookUrl, withoutEnding } from '../notebooks/notebook-path.ts'
import { markCreatedHere } from '../kernel/permission.ts'
import { beginNotebook } from './begin-notebook.ts'
import type { SettingsStore } from '../settings/store.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import { listen } from './listen.ts'
import './nb-bin.ts'
import { restoredAs } from './nb-bin.ts'
import './nb-import.ts'
import './nb-notebook-search.ts'
import './nb-notebook-tree.ts'
import type { NbNotebookTree, Shown, TreeActions } from './nb-notebook-tree.ts'

/** Milliseconds until an unreachable relay is tried again. */
const askAgain = 2_000

/** A message about what was done, with an undo where possible; stays until closed. */
interface Notice {
  readonly text: string
  readonly undo?: () => Promise<void>
}

/** A list longer than this has the recent notebooks above it, at most `recentShown` of them. */
const few = 8
const recentShown = 5

/** The notebooks of the folder: open, create, rename, delete, restore. */
@customElement('nb-notebook-list')
export class NbNotebookList extends LightElement {
  @property({ attribute: false }) grant!: CurrentGrant
  @property({ attribute: false }) settings!: SettingsStore
  /** Moved to the bin from inside it. */
  @property({ attribute: false }) binned: Binned | null = null
  @state() private notebooks: readonly Listed[] | null = null
  @state() private folders: readonly string[] = []
  @state() private deleted: readonly Deleted[] = []
  @state() private offline = false
  /** Why an action failed; stays until closed or until the next action. */
  @state() private failure = ''
  /** Why the list could not be loaded. */
  @state() private noList = ''
  @state() private notice: Notice | null = null
  private asked = new URLSearchParams(location.search).get('folder')
  private again: ReturnType<typeof setTimeout> | undefined
  /** Counts requests for the list, so that an outdated answer is ignored. */
  private requests = 0
  readonly follow = new Follow(this, (changed) => {
    document.title = 'LLM Notebook'
    this.refresh()
    return [
      listen(window, ['focus', 'online'], this.refresh),
      listen(document, ['keydown'], this.onKey),
      listen(this, ['query'], changed),
      () => clearTimeout(this.again),
    ]
  })

  private get mayWrite(): boolean {
    return this.grant.allows('write')
  }

  private readonly refresh = (): void => {
    void this.load()
  }

  private async load(): Promise<void> {
    clearTimeout(this.again)
    const requests = ++this.requests
    const [answer, folders, bin] = await Promise.all([
      listNotebooks(),
      listFolders(),
      this.mayWrite ? listBin() : null,
      this.grant.ask(),
    ])
    if (!this.isConnected || requests !== this.requests) return
    this.offline = !answer.ok && answer.offline
    this.noList = answer.ok || answer.offline ? '' : answer.reason
    if (bin?.ok === true) this.deleted = bin.deleted
    if (folders.ok) this.folders = folders.folders
    if (answer.ok) {
      // The name field stays while it is edited, even if the notebook was deleted meanwhile.
      const named = this.notebooks?.find(({ path }) => path === this.tree?.renamed)
      const gone = named !== undefined && !answer.notebooks.some(({ path }) => path === named.path)
      const all = gone ? [...answer.notebooks, named] : answer.notebooks
      this.notebooks = all
      await this.showAskedFolder()
    } else {
      clearTimeout(this.again)
      this.again = setTimeout(this.refresh, askAgain)
    }
  }

  /** The folder in the URL, once. */
  private async showAskedFolder(): Promise<void> {
    const folder = this.asked
    this.asked = null
    if (folder === null) return
    await this.updateComplete
    const isThere =
      this.folders.includes(folder) ||
      this.notebooks?.some(({ path }) => path.startsWith(`${folder}/`)) === true
    if (isThere) this.tree?.showFolder(folder)
    else if (await isPlainFile(folder))
      this.showNotice(null, `${folder} is not a notebook. The notebooks in its folder have it under Files.`)
    else this.showNotice(null, `There is no folder ${folder}.`)
  }

  private showNotice(notice: Notice | null, failure = ''): void {
    this.notice = notice
    this.failure = failure
  }

  private get tree(): NbNotebookTree | null {
    return this.querySelector('nb-notebook-tree')
  }

  /** `+` makes a notebook, and `/` searches. */
  private readonly onKey = (event: KeyboardEvent): void => {
    const { target, key } = event
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return
    if (target instanceof Element && target.closest('input, select, textarea, [role="menu"]') !== null) return
    if (key === '+' && this.mayWrite && !this.offline) void this.createUntitled(this.folderInFocus)
    else if (key === '/') this.search()
    else return
    event.preventDefault()
  }

  search(): void {
    this.querySelector('nb-notebook-search')?.focusField()
  }

  /** '' or ending in `/`. */
  private get folderInFocus(): string {
    const { folder, path } = (document.activeElement as HTMLElement | null)?.dataset ?? {}
    if (folder !== undefined) return `${folder}/`
    return path === undefined ? '' : folderOf(path)
  }

  private async create(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const path = new FormData(event.target as HTMLFormElement).get('path')
    if (typeof path !== 'string' || path.trim() === '') return this.createUntitled('')
    this.open(path.trim(), await createNotebook(path.trim()))
  }

  private async createUntitled(folder: string): Promise<void> {
    const made = await beginNotebook(folder, (path) => this.goTo(path))
    if (!made.ok) this.showNotice(null, `A notebook could not be created: ${made.reason}.`)
  }

  private goTo(path: string): void {
    this.dispatchEvent(new CustomEvent('goto', { detail: path, bubbles: true }))
  }

  private open(name: string, made: Answer<{ path: string }>): void {
    if (!made.ok) return this.showNotice(null, `${name} could not be created: ${made.reason}.`)
    markCreatedHere(made.path)
    this.goTo(made.path)
  }

  private readonly actions: TreeActions = {
    create: (folder) => this.createUntitled(folder),
    rename: (path, to) => this.rename(path, to, null),
    move: async (path, folder) => {
      const name = path.slice(path.lastIndexOf('/') + 1)
      await this.rename(path, folder === '' ? name : `${folder}/${name}`, (to) => ({
        text: `${path} is now ${to}.`,
        undo: async () => void (await this.rename(to, path, null)),
      }))
    },
    createFolder: async (folder) => {
      const made = await makeFolder(`${folder}New folder`)
      if (!made.ok) this.showNotice(null, `A folder could not be made: ${made.reason}.`)
      await this.load()
      await this.updateComplete
      if (made.ok) this.tree?.nameFolder(made.path)
    },
    removeFolder: async (path) => {
      const removed = await removeFolder(path)
      this.showNotice(null, removed.ok ? '' : `${path} was not deleted: ${removed.reason}.`)
      await this.load()
    },
    duplicate: async (path, readOnly) => {
      const made = await duplicate(path, readOnly)
      if (!made.ok) return this.showNotice(null, `${path} could not be copied: ${made.reason}.`)
      this.showNotice({ text: `${made.path} was created.` })
      await this.load()
      this.tree?.reveal(made.path)
    },
    remove: async (path) => {
      const answer = await deleteNotebook(path)
      if (!answer.ok) this.showNotice(null, `${path} could not be deleted: ${answer.reason}.`)
      else this.showBinned({ path, undo: answer.undo })
      await this.load()
      this.focusUndo()
    },
  }

  private showBinned({ path, undo }: Binned): void {
    this.showNotice({
      text: `${path} was moved to the bin.`,
      ...(undo === null ? {} : { undo: () => this.restore(path, undo) }),
    })
  }

  private focusUndo(): void {
    const isFree = document.activeElement === null || document.activeElement === document.body
    if (isFree) this.querySelector<HTMLElement>('.nb-undo')?.focus()
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('binned') || this.binned === null) return
    this.showBinned(this.binned)
    void this.updateComplete.then(() => this.focusUndo())
  }

  /** Of a notebook or folder. */
  private async rename(
    path: string,
    to: string,
    notice: ((to: string) => Notice) | null,
  ): Promise<string | null> {
    const answer = await (path.endsWith('.ipynb') ? renameNotebook : moveFolder)(path, to)
    if (!answer.ok) {
      this.showNotice(null, `${path} could not be renamed: ${answer.reason}.`)
      return null
    }
    this.showNotice(notice === null ? null : notice(answer.path))
    await this.load()
    this.tree?.reveal(answer.path)
    return answer.path
  }

  private async restore(path: string, entry: string): Promise<void> {
    const restored = await restore(entry)
    if (restored.ok) this.showNotice({ text: restoredAs(path, restored.path) })
    else this.showNotice(null, `${path} could not be restored: ${restored.reason}.`)
    await this.load()
  }

  /** The last list, or offline the notebooks stored in this browser. */
  private get shown(): readonly Shown[] | null {
    if (!this.offline) return this.notebooks
    const listed = new Map(this.notebooks?.map((notebook) => [notebook.path, notebook]))
    return keptPaths().map((path) => listed.get(path) ?? { path })
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
                    : html`<button type="button" class="nb-undo" @click=${() => void notice.undo?.()}>
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
        <input name="path" aria-label="Name of the new notebook" placeholder="New notebook, or folder/name" />
        <button type="submit" class="nb-primary" title="New notebook (+)">New notebook</button>
        <button
          type="button"
          aria-label="New folder"
          title="New folder"
          ?disabled=${this.offline}
          @click=${() => void this.actions.createFolder('')}
        >
          ${icons.newFolder}
        </button>
      </form>
      <nb-import button @imported=${this.refresh}></nb-import>`
  }

  private recent(shown: readonly Shown[]): TemplateResult | typeof nothing {
    if (shown.length <= few) return nothing
    const there = new Map(shown.map((notebook) => [notebook.path, notebook]))
    const recent = this.settings.get('recent').flatMap((path) => there.get(path) ?? [])
    if (recent.length === 0) return nothing
    return html`<section class="nb-recent" aria-labelledby="nb-recent-title">
      <h2 id="nb-recent-title">Recent</h2>
      <ul role="list" aria-label="Recent">
        ${recent.slice(0, recentShown).map(({ path, title = '' }) => {
          const name = nameOf(path)
          const about = folderOf(path) === '' ? title : folderOf(path).slice(0, -1)
          return html`<li>
            <a href=${notebookUrl(path)} aria-label="${withoutEnding(path)}, recent"
              ><strong>${name}</strong
              ><small>${about.toLowerCase() === name.toLowerCase() ? '' : about}</small></a
            >
          </li>`
        })}
      </ul>
    </section>`
  }

  private list(shown: readonly Shown[]): TemplateResult {
    if (shown.length > 0 || (this.folders.length > 0 && !this.offline))
      return html`${this.recent(shown)}
        <nb-notebook-tree
          .notebooks=${shown}
          .folders=${this.offline ? [] : this.folders}
          .settings=${this.settings}
          .actions=${this.mayWrite && !this.offline ? this.actions : null}
        ></nb-notebook-tree>`
    const none = this.offline
      ? 'No notebooks are stored in this browser yet.'
      : this.mayWrite
        ? 'No notebooks yet. Press + to create one.'
        : 'No notebooks yet.'
    return html`<p class="nb-empty">${none}</p>`
  }

  protected override render(): TemplateResult {
    const { shown, offline } = this
    const searching = !offline && (this.querySelector('nb-notebook-search')?.query ?? '') !== ''
    return html`<header class="nb-header">
        <h1>Notebooks</h1>
        <nav aria-label="Page">
          <a class="nb-icon" href=${toBrowserPath('/settings')} aria-label="Settings" title="Settings"
            >${icons.settings}</a
          >
        </nav>
      </header>
      <main class="nb-notebook-list">
        ${this.mayWrite ? this.newForm() : html`<p class="nb-read-only">Read only</p>`}
        ${offline ? nothing : html`<nb-notebook-search></nb-notebook-search>`} ${this.notices()}
        <div ?hidden=${searching}>
          ${shown === null ? nothing : this.list(shown)}
          ${
            offline || !this.mayWrite
              ? nothing
              : html`<nb-bin
                  .deleted=${this.deleted}
                  @notice=${(event: CustomEvent<string>) => this.showNotice({ text: event.detail })}
                  @changed=${this.refresh}
                ></nb-bin>`
          }
        </div>
      </main>`
  }
}
