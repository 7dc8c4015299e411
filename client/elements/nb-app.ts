import { basePath, toBrowserPath } from '../base-path.ts'
import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { encodePath } from '../../shared/api/route.ts'
import type { CurrentGrant } from '../document/grant.ts'
import { wouldAsk } from '../document/before-unload.ts'
import type { Profile } from '../settings/identity.ts'
import type { RecoverySteps } from '../document/recovery.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import { Follow } from './follow.ts'
import { placeOf } from './headings.ts'
import { LightElement } from './light-element.ts'
import './nb-page.ts'
import type { OpenSession } from './nb-page.ts'
import { ScrollPosition } from './scroll-position.ts'

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

/** The list, a notebook or the settings, by the URL. Links within the page change it without a reload. */
@customElement('nb-app')
export class NbApp extends LightElement {
  @property({ attribute: false }) openSession!: OpenSession
  @property({ attribute: false }) grant!: CurrentGrant
  @property({ attribute: false }) settings!: SettingsStore
  @property({ attribute: false }) shortcuts!: Shortcuts
  @property({ attribute: false }) recoverySteps!: RecoverySteps
  @state() private path = pathOf(location.pathname)
  @state() private inSettings = location.pathname === settingsPath
  /** The script of the list is loaded. */
  @state() private hasList = false
  @state() private noList = false
  readonly settingsFollow = new Follow(this, (changed) => [this.settings.onChange(changed)])
  private readonly scrollPlace = new ScrollPosition()

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('popstate', this.onPopState)
    this.addEventListener('click', this.onClick)
    this.addEventListener('goto', (event) => this.go((event as CustomEvent<string>).detail))
    this.addEventListener('visit', (event) => this.visit((event as CustomEvent<string>).detail))
    this.addEventListener('identity', (event) =>
      this.settings.set('identity', (event as CustomEvent<Profile>).detail),
    )
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('popstate', this.onPopState)
  }

  private readonly onPopState = (): void => {
    if (wouldAsk()) return location.reload()
    this.scrollPlace.follow()
    this.follow()
  }

  private follow(): void {
    this.path = pathOf(location.pathname)
    this.inSettings = location.pathname === settingsPath
  }

  private go(path: string): void {
    // A renamed notebook keeps its entry in the browser's history.
    const url = prefix + encodePath(path)
    if (this.path === null) this.scrollPlace.push(url)
    else this.scrollPlace.rename(url)
    this.follow()
  }

  /** Opens another notebook as a new history entry. */
  private visit(path: string): void {
    if (wouldAsk()) return location.assign(prefix + encodePath(path))
    this.scrollPlace.push(prefix + encodePath(path))
    this.follow()
  }

  private readonly onClick = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey)
      return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.origin !== location.origin) return
    if (![basePath, settingsPath].includes(link.pathname) && !link.pathname.startsWith(prefix)) return
    if (wouldAsk()) return
    event.preventDefault()
    const isHere = link.pathname === location.pathname
    if (isHere && link.hash !== '' && placeOf(link.hash) === null)
      return this.querySelector('nb-notifications')?.showError('This notebook has no such heading.')
    this.scrollPlace.push(link.pathname + link.hash)
    this.follow()
  }

  /** At once where it is needed; else after the notebook has its editor, so that it is there without a relay, too. */
  protected override firstUpdated(): void {
    if (this.path === null) void this.loadList()
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
    return html`<nb-notebook-list .settings=${this.settings} .grant=${this.grant}></nb-notebook-list>`
  }

  protected override render(): TemplateResult {
    const { settings, shortcuts } = this
    if (this.inSettings) {
      void import('./nb-settings-page.ts')
      return html`<nb-settings-page .settings=${settings} .shortcuts=${shortcuts}></nb-settings-page>`
    }
    if (this.path === null) return this.list()
    return html`<nb-page
      .path=${this.path}
      .identity=${this.grant.known({ id: settings.get('user'), ...settings.get('identity') })}
      .openSession=${this.openSession}
      .grant=${this.grant}
      .recoverySteps=${this.recoverySteps}
    ></nb-page>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-app': NbApp
  }
}
