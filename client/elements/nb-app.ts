import { basePath, toBrowserPath } from '../base-path.ts'
import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { CurrentGrant } from '../document/grant.ts'
import { wouldAsk } from '../document/before-unload.ts'
import type { TabAction } from '../commands/context.ts'
import {
  noTabs,
  pathsOf,
  readTabs,
  searchOf,
  withClosed,
  withNext,
  withOpened,
  withSplit,
  type Tab,
  type TabPaths,
} from '../notebooks/tabs.ts'
import type { Binned } from '../notebooks/binned.ts'
import { notebookUrl } from '../notebooks/notebook-path.ts'
import type { Profile } from '../settings/identity.ts'
import type { RecoverySteps } from '../document/recovery.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import { Follow } from './follow.ts'
import { placeOf } from './headings.ts'
import { listen } from './listen.ts'
import { LightElement } from './light-element.ts'
import type { NbNotebookList } from './nb-notebook-list.ts'
import './nb-page.ts'
import type { NbPage, OpenSession } from './nb-page.ts'
import { ScrollPosition } from './scroll-position.ts'
import { refuseStrayFiles } from './stray-files.ts'
import { loadScript } from '../load-script.ts'

const loadTabs = (): Promise<unknown> => import('./nb-tabs.ts')
const loadSettingsPage = (): Promise<unknown> => import('./nb-settings-page.ts')

const prefix = toBrowserPath('/notebook/')
const settingsPath = toBrowserPath('/settings')

/** Milliseconds until the script of the list is loaded beside a notebook, and until that is tried again. */
const listDelay = 500
const askAgain = 2_000

/** The notebook path of a URL; null for the list and the settings. */
const pathOf = (pathname: string): string | null => {
  if (!pathname.startsWith(prefix)) return null
  try {
    return pathname.slice(prefix.length).split('/').map(decodeURIComponent).join('/')
  } catch (error) {
    if (error instanceof URIError) return null
    throw error
  }
}

const urlOf = (paths: TabPaths): string =>
  (paths.active === null ? basePath : notebookUrl(paths.active)) + searchOf(paths)

/** Another URL of the same notebook keeps its view. */
const withView = (url: string): string => {
  const view = new URLSearchParams(location.search).get('view')
  return view === null ? url : `${url}${url.includes('?') ? '&' : '?'}view=${encodeURIComponent(view)}`
}

const pageOf = (target: EventTarget | null): NbPage | null =>
  target instanceof Element ? target.closest('nb-page') : null

/** The list, the open notebooks or the settings, by the URL. Links within the page change it without a reload. */
@customElement('nb-app')
export class NbApp extends LightElement {
  @property({ attribute: false }) openSession!: OpenSession
  @property({ attribute: false }) grant!: CurrentGrant
  @property({ attribute: false }) settings!: SettingsStore
  @property({ attribute: false }) shortcuts!: Shortcuts
  @property({ attribute: false }) recoverySteps!: RecoverySteps
  @state() private tabs = readTabs(noTabs, pathOf(location.pathname), location.search)
  @state() private inSettings = location.pathname === settingsPath
  /** The script of the list is loaded. */
  @state() private hasList = false
  @state() private noList = false
  /** The list says so, until one goes elsewhere. */
  @state() private binned: Binned | null = null
  readonly settingsFollow = new Follow(this, (changed) => [
    this.settings.onChange(changed),
    listen(window, ['popstate'], this.onPopState),
    refuseStrayFiles(),
  ])
  private readonly scrollPlace = new ScrollPosition()

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('click', this.onClick)
    this.addEventListener('goto', (event) => this.go(event as CustomEvent<string>))
    this.addEventListener('visit', (event) =>
      this.visit((event as CustomEvent<string>).detail, pageOf(event.target)),
    )
    this.addEventListener('binned', (event) => this.leaveBinned((event as CustomEvent<Binned>).detail))
    this.addEventListener('tabs', (event) => this.changeTabs((event as CustomEvent<TabAction>).detail))
    this.addEventListener('close-tab', (event) => this.close((event as CustomEvent<string>).detail))
    this.addEventListener('split', (event) => this.split((event as CustomEvent<string>).detail))
    this.addEventListener('focusin', this.onFocusIn)
    this.addEventListener('identity', (event) =>
      this.settings.set('identity', (event as CustomEvent<Profile>).detail),
    )
  }

  private readonly onPopState = (): void => {
    if (wouldAsk()) return location.reload()
    this.scrollPlace.follow()
    this.follow()
  }

  /** Shows what the URL names. `left` is a tab that was closed, or whose notebook has another path. */
  private follow(left: string | null = null): void {
    this.binned = null
    const page = this.pageAt(this.tabs.active)
    if (page !== null && this.tabs.beside === null) page.top = scrollY
    this.keepVariables(left)
    this.tabs = readTabs(this.tabs, pathOf(location.pathname), location.search)
    this.inSettings = location.pathname === settingsPath
  }

  /** Closing a notebook ends its Python, so one that has variables is only closed on request: others get a tab in the URL. */
  private keepVariables(left: string | null): void {
    const { pathname, search, hash } = location
    const named = [pathOf(pathname), ...new URLSearchParams(search).getAll('tab')]
    const kept = pathsOf(this.tabs).all.filter(
      (path) => path !== left && !named.includes(path) && this.hasVariables(path),
    )
    if (kept.length === 0) return
    const added = searchOf({ all: kept, active: null, beside: null })
    this.scrollPlace.rename(pathname + (search === '' ? added : `${search}&${added.slice(1)}`) + hash)
  }

  private hasVariables(path: string): boolean {
    return [...this.querySelectorAll('nb-page')].some((page) => page.path === path && page.hasVariables)
  }

  /** Goes to these tabs, as a new entry of the browser's history. `closed` was one of them. */
  private show(paths: TabPaths, closed: string | null = null): void {
    const url = urlOf(paths)
    if (wouldAsk() && paths.all.length < this.tabs.all.length) return location.assign(url)
    this.scrollPlace.push(url)
    this.follow(closed)
  }

  private close(path: string): void {
    this.show(withClosed(pathsOf(this.tabs), path), path)
  }

  /** These tabs and a notebook, shown where the one at `over` is. */
  private withOpened(path: string, over: string | null): TabPaths {
    return withOpened(pathsOf(this.tabs), path, over, over !== null && this.hasVariables(over))
  }

  private go({ detail: path, target }: CustomEvent<string>): void {
    const page = pageOf(target)
    const paths = pathsOf(this.tabs)
    if (page === null) return this.show(withOpened(paths, path, null))
    // A renamed notebook keeps its entry in the browser's history.
    const now = (each: string | null): string | null => (each === page.path ? path : each)
    const renamed = urlOf({
      all: paths.all.map((each) => (each === page.path ? path : each)),
      active: now(paths.active),
      beside: now(paths.beside),
    })
    this.scrollPlace.rename(withView(renamed))
    this.follow(page.path)
  }

  /** Opens another notebook as a new history entry: in its tab, else in place of the one on `page`. */
  private visit(path: string, page: NbPage | null): void {
    const paths = this.withOpened(path, page?.path ?? this.tabs.active?.path ?? null)
    if (wouldAsk()) return location.assign(urlOf(paths))
    this.show(paths)
  }

  private changeTabs(action: TabAction): void {
    const paths = pathsOf(this.tabs)
    switch (action) {
      case 'new':
        return this.show({ ...paths, active: null, beside: null })
      case 'open':
        this.show({ ...paths, active: null, beside: null })
        return void this.searchList()
      case 'close':
        return paths.active === null ? undefined : this.close(paths.active)
      case 'next':
      case 'previous':
        return paths.all.length < 2 ? undefined : this.show(withNext(paths, action === 'next' ? 1 : -1))
      case 'split':
        return this.show(withSplit(paths))
      default:
        action satisfies never
    }
  }

  private leaveBinned(binned: Binned): void {
    this.close(binned.path)
    this.binned = binned
    // Where another tab takes its place, and not the list.
    const page = this.pageAt(this.tabs.active)
    page?.querySelector('nb-notifications')?.announce(`${binned.path} was moved to the bin.`)
  }

  private async searchList(): Promise<void> {
    await this.loadList()
    await this.updateComplete
    const list = this.querySelector<NbNotebookList>('nb-notebook-list')
    await list?.updateComplete
    list?.search()
  }

  private split(path: string): void {
    const paths = pathsOf(this.tabs)
    this.show(withSplit(paths, paths.beside === path ? null : path))
  }

  /** Of two side by side, the one with the focus is the active one. */
  private readonly onFocusIn = ({ target }: FocusEvent): void => {
    const { active, beside } = this.tabs
    if (active === null || beside === null || pageOf(target) !== this.pageAt(beside)) return
    this.scrollPlace.rename(urlOf({ ...pathsOf(this.tabs), active: beside.path, beside: active.path }))
    this.follow()
  }

  private pageAt(tab: Tab | null): NbPage | null {
    return tab === null
      ? null
      : ([...this.querySelectorAll('nb-page')].find(({ path }) => path === tab.path) ?? null)
  }

  private readonly onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
      return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.origin !== location.origin) return
    if (![basePath, settingsPath].includes(link.pathname) && !link.pathname.startsWith(prefix)) return
    if (wouldAsk()) return
    event.preventDefault()
    const { active, all } = this.tabs
    const path = pathOf(link.pathname)
    const page = pageOf(link)
    const isHere = path !== null && path === (page?.path ?? active?.path)
    if (isHere && link.hash !== '' && placeOf(link.hash) === null)
      return this.querySelector('nb-notifications')?.showError('This notebook has no such heading.')
    // The tabs stay, unless the link names others.
    const kept = all.length > 1 || (active === null && all.length > 0)
    const search =
      link.search !== '' || !kept
        ? link.search
        : searchOf(
            path === null
              ? { ...pathsOf(this.tabs), active: null, beside: null }
              : this.withOpened(path, active === null ? null : (page?.path ?? active.path)),
          )
    this.scrollPlace.push((isHere ? withView(link.pathname + search) : link.pathname + search) + link.hash)
    this.follow()
  }

  /** At once where it is needed; else after the notebook has its editor, so that it is there without a relay, too. */
  protected override firstUpdated(): void {
    if (this.tabs.active === null) void this.loadList()
    else setTimeout(() => void this.loadList(), listDelay)
  }

  private async loadList(): Promise<void> {
    try {
      await import('./nb-notebook-list.ts')
      this.hasList = true
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      this.noList = true
      setTimeout(() => void this.loadList(), askAgain)
    }
  }

  private list(): TemplateResult {
    if (!this.hasList)
      return this.noList
        ? html`<p class="nb-empty" role="status">The relay cannot be reached. Trying again…</p>`
        : html``
    return html`<nb-notebook-list
      .settings=${this.settings}
      .grant=${this.grant}
      .binned=${this.binned}
    ></nb-notebook-list>`
  }

  private get hasBar(): boolean {
    const { all, active } = this.tabs
    return all.length > (active === null ? 0 : 1)
  }

  protected override willUpdate(): void {
    if (this.hasBar) loadScript(loadTabs)
    this.toggleAttribute('data-tabs', this.hasBar)
    for (const element of [this, document.body])
      element.toggleAttribute('data-split', this.tabs.beside !== null)
  }

  private page(tab: Tab): TemplateResult {
    const { settings, tabs } = this
    return html`<nb-page
      ?hidden=${tab !== tabs.active && tab !== tabs.beside}
      ?data-active=${tab === tabs.active}
      .active=${tab === tabs.active}
      .path=${tab.path}
      .identity=${this.grant.known({ id: settings.get('user'), ...settings.get('identity') })}
      .openSession=${this.openSession}
      .grant=${this.grant}
      .recoverySteps=${this.recoverySteps}
    ></nb-page>`
  }

  private place(): TemplateResult | typeof nothing {
    const { settings, shortcuts } = this
    if (this.inSettings) {
      loadScript(loadSettingsPage)
      return html`<nb-settings-page .settings=${settings} .shortcuts=${shortcuts}></nb-settings-page>`
    }
    return this.tabs.active === null ? this.list() : nothing
  }

  protected override render(): TemplateResult {
    const { tabs } = this
    return html`${this.hasBar ? html`<nb-tabs .tabs=${tabs} .urlOf=${urlOf}></nb-tabs>` : nothing}${this.place()}${repeat(
      tabs.all,
      ({ id }) => id,
      (tab) => this.page(tab),
    )}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-app': NbApp
  }
}
