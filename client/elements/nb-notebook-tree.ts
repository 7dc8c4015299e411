import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Listed } from '../../shared/api/routes.ts'
import { nameOf, notebookUrl, withoutEnding } from '../notebooks/notebook-path.ts'
import { treeOf, type TreeFolder } from '../notebooks/tree.ts'
import type { SettingsStore } from '../settings/store.ts'
import { formatSize, since } from './format.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import './nb-menu.ts'
import { pointOf } from './place-at.ts'
import { TreeDrag } from './tree-drag.ts'
import type { MenuItem } from './nb-menu.ts'

/** For a notebook that only this browser has, only the path is known. */
export type Shown = Pick<Listed, 'path'> & Partial<Listed>

export interface TreeActions {
  /** Of a notebook or folder. Returns the new path; null where it failed: the field stays open for another name. */
  readonly rename: (path: string, to: string) => Promise<string | null>
  /** Into a folder, '' for the top. */
  readonly move: (path: string, folder: string) => Promise<void>
  /** In a folder: '' or ending in `/`. Then its name is asked for. */
  readonly createFolder: (folder: string) => Promise<void>
  readonly removeFolder: (path: string) => Promise<void>
  readonly remove: (path: string) => Promise<void>
  readonly duplicate: (path: string, readOnly: boolean) => Promise<void>
  /** In a folder: '' or ending in `/`. */
  readonly create: (folder: string) => Promise<void>
}

/** With at most this many notebooks, folders are open at first. */
const openAtFirst = 60
/** Milliseconds until typing begins another name. */
const typingPause = 800

const row = '.nb-tree-row > :is(a, .nb-broken, .nb-tree-folder)'
const labelled = (label: string): string => `[aria-label="${CSS.escape(label)}"]`

/** The notebooks by folder. The arrow keys, Home, End and typing a name go through it; F2 renames, Delete deletes. */
@customElement('nb-notebook-tree')
export class NbNotebookTree extends LightElement {
  @property({ attribute: false }) notebooks: readonly Shown[] = []
  /** Also those with nothing in them. */
  @property({ attribute: false }) folders: readonly string[] = []
  @property({ attribute: false }) settings!: SettingsStore
  /** Null where nothing may be changed. */
  @property({ attribute: false }) actions: TreeActions | null = null
  @state() private renaming: string | null = null
  @state() private deleting: string | null = null
  private typed = { text: '', at: 0 }
  readonly drag = new TreeDrag(this, (path, folder) => void this.actions?.move(path, folder))
  /** A selector of what gets the focus once it exists, unless the focus is elsewhere by then. */
  private focusNext: string | null = null

  /** The path whose new name is being typed. */
  get renamed(): string | null {
    return this.renaming
  }

  protected override updated(): void {
    if (this.focusNext === null) return
    const found = this.querySelector<HTMLElement>(this.focusNext)
    const isFree = document.activeElement === null || document.activeElement === document.body
    if (found === null && isFree) return
    this.focusNext = null
    if (!isFree) return
    found?.focus()
    if (!(found instanceof HTMLInputElement)) return
    // The name without folder and ending.
    found.setSelectionRange(found.value.lastIndexOf('/') + 1, withoutEnding(found.value).length)
  }

  private isOpen(path: string): boolean {
    return this.settings.get('folders')[path] ?? this.notebooks.length <= openAtFirst
  }

  private setOpen(path: string, open: boolean): void {
    this.settings.set('folders', { ...this.settings.get('folders'), [path]: open })
    this.requestUpdate()
  }

  private startRenaming(path: string): void {
    this.renaming = path
    this.deleting = null
    this.release()
    this.focusNext = labelled(`New name of ${path}`)
  }

  private startDeleting(path: string): void {
    this.deleting = path
    this.release()
    this.focusNext = '.nb-sure button'
  }

  /** What has the focus is about to go. */
  private release(): void {
    if (this.contains(document.activeElement)) (document.activeElement as HTMLElement).blur()
  }

  /** The focus returns to the button, found by the notebook's present name. */
  private endRenaming(path: string): void {
    this.renaming = null
    this.release()
    this.focusNext = path.endsWith('.ipynb')
      ? labelled(`Rename ${path}`)
      : `[data-folder="${CSS.escape(path)}"]`
  }

  private async rename(event: SubmitEvent, path: string): Promise<void> {
    event.preventDefault()
    const to = new FormData(event.target as HTMLFormElement).get('to')
    if (typeof to !== 'string' || to.trim() === '' || to.trim() === path) return this.endRenaming(path)
    const now = await this.actions?.rename(path, to.trim())
    if (now != null && this.renaming === path) this.endRenaming(now)
  }

  /** Shows and focuses a notebook. */
  reveal(path: string): void {
    for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
      if (!this.isOpen(path.slice(0, end))) this.setOpen(path.slice(0, end), true)
    this.release()
    this.focusNext = `:is([data-path="${CSS.escape(path)}"], [data-folder="${CSS.escape(path)}"])`
    this.requestUpdate()
  }

  /** Opens and focuses a folder. */
  showFolder(path: string): void {
    this.setOpen(path, true)
    this.reveal(path)
  }

  /** Asks for the name of a new one. */
  nameFolder(path: string): void {
    // The button that made it.
    if (document.activeElement instanceof HTMLButtonElement) document.activeElement.blur()
    this.reveal(path)
    this.startRenaming(path)
  }

  /** The menu of a row, at the pointer; with Shift the browser's own. */
  private readonly onMenu = (event: PointerEvent): void => {
    const { target, pointerType, shiftKey } = event
    if (!(target instanceof Element) || shiftKey || pointerType === 'touch') return
    if (target.closest('input, [role="menu"]') !== null) return
    const menu = target.closest('.nb-tree-row')?.querySelector('nb-menu')
    if (!menu) return
    event.preventDefault()
    void menu.openAt(pointOf(event, target))
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    const { target, key } = event
    if (
      !(target instanceof HTMLElement) ||
      event.isComposing ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return
    const controls = [
      ...(target.closest('.nb-tree-row')?.querySelectorAll<HTMLElement>('a, .nb-broken, button') ?? []),
    ].filter((control) => control.checkVisibility({ visibilityProperty: true }))
    const rows = [...this.querySelectorAll<HTMLElement>(row)]
    const at = rows.indexOf(controls[0] ?? target)
    if (at < 0 || target.closest('[role="menu"], .nb-sure') !== null) return
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[key]
    const { path, folder } = rows[at]?.dataset ?? {}
    if (to !== undefined) rows[Math.min(Math.max(to, 0), rows.length - 1)]?.focus()
    else if (key === 'ArrowRight' || key === 'ArrowLeft') this.goAside(key, target, controls, rows, at)
    else if (target !== rows[at]) return
    else if (key === 'F2' && path !== undefined && this.mayChange(path)) this.startRenaming(path)
    else if (key === 'F2' && folder !== undefined && this.actions !== null) this.startRenaming(folder)
    else if (key === 'Delete' && folder !== undefined && this.actions !== null)
      void this.actions.removeFolder(folder)
    else if (key === 'Delete' && path !== undefined && this.mayChange(path)) this.startDeleting(path)
    else if (key.length === 1 && key !== ' ' && key !== '+' && key !== '/') this.goToName(key, rows, at)
    else return
    event.preventDefault()
  }

  /** Opens and closes a folder, goes to what is in it or to the one it is in; or through the buttons of a notebook. */
  private goAside(
    key: string,
    target: HTMLElement,
    controls: readonly HTMLElement[],
    rows: readonly HTMLElement[],
    at: number,
  ): void {
    const { folder } = rows[at]?.dataset ?? {}
    const place = controls.indexOf(target)
    const isFolder = folder !== undefined && place === 0
    if (key === 'ArrowRight') {
      if (!isFolder) controls[place + 1]?.focus()
      else if (this.isOpen(folder)) rows[at + 1]?.focus()
      else this.setOpen(folder, true)
    } else if (place > 0) controls[place - 1]?.focus()
    else if (isFolder && this.isOpen(folder)) this.setOpen(folder, false)
    else target.closest('ul')?.parentElement?.querySelector<HTMLElement>(row)?.focus()
  }

  private goToName(key: string, rows: readonly HTMLElement[], at: number): void {
    const now = Date.now()
    const isMore = now - this.typed.at < typingPause
    this.typed = { text: (isMore ? this.typed.text : '') + key.toLowerCase(), at: now }
    const { text } = this.typed
    const from = isMore ? at : at + 1
    const order = [...rows.slice(from), ...rows.slice(0, from)]
    const nameIn = ({ dataset }: HTMLElement): string =>
      nameOf(dataset['path'] ?? dataset['folder'] ?? '').toLowerCase()
    order.find((each) => nameIn(each).startsWith(text))?.focus()
  }

  private mayChange(path: string): boolean {
    return this.actions !== null && path.endsWith('.ipynb')
  }

  private renameForm(path: string): TemplateResult {
    return html`<form
      class="nb-line"
      @submit=${(event: SubmitEvent) => void this.rename(event, path)}
      @keydown=${(event: KeyboardEvent) => {
        if (event.key === 'Escape' && !event.isComposing) this.endRenaming(path)
      }}
    >
      <input name="to" aria-label="New name of ${path}" .value=${path} required />
      <button type="submit">Rename</button>
      <button type="button" @click=${() => this.endRenaming(path)}>Cancel</button>
    </form>`
  }

  private notebook(shown: Shown): TemplateResult {
    const { path, reason, modified, size, title } = shown
    if (this.renaming === path) return html`<li>${this.renameForm(path)}</li>`
    const name = nameOf(path)
    const isKnown = modified !== undefined && size !== undefined && Date.parse(modified) !== 0
    return html`<li>
      <div
        class="nb-tree-row"
        ?data-asks=${this.deleting === path}
        draggable=${this.mayChange(path) ? 'true' : nothing}
      >
        ${
          reason === undefined
            ? html`<a data-path=${path} href=${notebookUrl(path)} aria-label=${withoutEnding(path)}
                >${name}</a
              >`
            : html`<span class="nb-broken" data-path=${path} tabindex="0"
                >${name}<small>${reason}</small></span
              >`
        }
        ${title === undefined || title.toLowerCase() === name.toLowerCase() ? nothing : html`<span class="nb-heading">${title}</span>`}
        ${isKnown ? html`<span class="nb-when">${since(Date.parse(modified))} · ${formatSize(size)}</span>` : nothing}
        ${this.mayChange(path) ? this.buttons(path, reason === undefined) : nothing}
      </div>
    </li>`
  }

  private buttons(path: string, readable: boolean): TemplateResult {
    const { actions } = this
    const copies: readonly MenuItem[] = readable
      ? [
          { label: 'Duplicate', run: () => void actions?.duplicate(path, false) },
          { label: 'Read-only copy', run: () => void actions?.duplicate(path, true) },
        ]
      : []
    const items: readonly MenuItem[] = [
      { label: 'Rename or move', about: 'F2', run: () => this.startRenaming(path) },
      ...copies,
      { label: 'Open in new browser tab', run: () => void open(notebookUrl(path), '_blank', 'noopener') },
      { label: 'Move to bin', about: 'Delete', run: () => this.startDeleting(path) },
    ]
    return html`${iconButton(`Rename ${path}`, 'Rename or move (F2)', icons.pencil, () => this.startRenaming(path))}
      ${iconButton(`Delete ${path}`, 'Delete', icons.trash, () => this.startDeleting(path))}
      <nb-menu label="More for ${path}" .items=${items}></nb-menu>
      ${this.deleting === path ? this.question(path) : nothing}`
  }

  /** Over the buttons, which keep their place: nothing else in the row moves. */
  private question(path: string): TemplateResult {
    return html`<span class="nb-sure"
      >Move to bin?
      <button type="button" @click=${() => void this.delete(path)}>Delete</button>
      <button type="button" @click=${() => this.keep(path)}>Cancel</button></span
    >`
  }

  private async delete(path: string): Promise<void> {
    this.deleting = null
    this.release()
    await this.actions?.remove(path)
  }

  private keep(path: string): void {
    this.deleting = null
    this.release()
    this.focusNext = `[data-path="${CSS.escape(path)}"]`
  }

  private folder(folder: TreeFolder<Shown>): TemplateResult {
    const { path, name, count } = folder
    const open = this.isOpen(path)
    if (this.renaming === path) return html`<li>${this.renameForm(path)}</li>`
    return html`<li data-into=${path}>
      <div class="nb-tree-row" draggable=${this.actions === null ? nothing : 'true'}>
        <button
          type="button"
          class="nb-tree-folder"
          data-folder=${path}
          aria-expanded=${open}
          @click=${() => this.setOpen(path, !open)}
        >
          ${icons.right}<span>${name}</span><small>${count}</small>
        </button>
        ${
          this.actions === null
            ? nothing
            : html`${iconButton(`New notebook in ${path}`, `New notebook in ${name}`, icons.plus, () => void this.actions?.create(`${path}/`))}
                <nb-menu label="More for ${path}" .items=${this.folderItems(folder)}></nb-menu>`
        }
      </div>
      ${
        open
          ? html`<ul role="list" aria-label=${path}>
              ${this.level(folder)}
            </ul>`
          : nothing
      }
    </li>`
  }

  private folderItems({ path, count, folders }: TreeFolder<Shown>): readonly MenuItem[] {
    return [
      { label: 'New notebook', about: '+', run: () => void this.actions?.create(`${path}/`) },
      { label: 'New folder', run: () => void this.actions?.createFolder(`${path}/`) },
      { label: 'Rename or move', about: 'F2', run: () => this.startRenaming(path) },
      ...(count + folders.length > 0
        ? []
        : [{ label: 'Delete', about: 'Delete', run: () => void this.actions?.removeFolder(path) }]),
    ]
  }

  private level({ folders: inside, notebooks }: TreeFolder<Shown>): TemplateResult {
    return html`${repeat(
      inside,
      ({ path }) => path,
      (folder) => this.folder(folder),
    )}${repeat(
      notebooks,
      ({ path }) => path,
      (notebook) => this.notebook(notebook),
    )}`
  }

  protected override render(): TemplateResult {
    return html`<ul
      class="nb-tree"
      aria-label="Notebooks"
      role="list"
      data-into=""
      @keydown=${this.onKey}
      @contextmenu=${this.onMenu}
    >
      ${this.level(treeOf(this.notebooks, this.folders))}
    </ul>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-notebook-tree': NbNotebookTree
  }
}
