import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import type { NotebookContext } from '../commands/context.ts'
import { Opening } from '../commands/opening.ts'
import { commandOf } from '../commands/table.ts'
import type { OpenEvent } from '../document/open.ts'
import type { CurrentGrant } from '../document/grant.ts'
import type { Identity } from '../settings/identity.ts'
import { createNotebook, restoreNotebook } from '../document/notebooks-api.ts'
import { Recovery, type RecoverySteps, type RecoveryTarget } from '../document/recovery.ts'
import { formatNotebook } from '../document/file-format.ts'
import { onNotebookMeta } from '../../shared/notebook/document/observe.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import { readOnlyKey } from '../../shared/notebook/read-only.ts'
import { folderOf } from '../files/folder.ts'
import { nameOf } from '../notebooks/notebook-path.ts'
import { rememberOpened } from '../notebooks/recent.ts'
import { isDialog, type Panel } from '../panels/panel.ts'
import { CellMenu } from './cell-menu.ts'
import { listen } from './listen.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import { takeFiles, type DroppedFiles } from './dropped-files.ts'
import { tellOpened } from './begin-notebook.ts'
import { findBar } from './find-bar.ts'
import { whenIdle } from './idle.ts'
import './nb-header.ts'
import type { RunCommand } from './nb-menus.ts'
import './nb-notebook.ts'
import type { NbNotebook } from './nb-notebook.ts'
import './nb-notifications.ts'
import './nb-panel.ts'
import { pageFoot } from './page-foot.ts'
import { pressAnywhere, pressOnPage } from './page-keys.ts'
import { noticeBar, pageNotices, recoveredBars, recoveryBar } from './page-notices.ts'
import { presentation } from './presentation.ts'
import { refused } from './refused.ts'
import { styleOpen } from './style-open.ts'
import { goBack, whereaboutsIn, type Whereabouts } from './whereabouts.ts'
import { loadScript } from '../load-script.ts'

/** A context and the function that closes it. */
export interface Session {
  readonly context: NotebookContext
  readonly close: () => void
}
/** Opens a notebook for this page; created in main.ts. */
export type OpenSession = (
  path: string,
  identity: Identity,
  page: Pick<
    NotebookContext,
    | 'focusCell'
    | 'showMatch'
    | 'announce'
    | 'showError'
    | 'confirm'
    | 'whenOpen'
    | 'person'
    | 'visit'
    | 'changeTabs'
    | 'leaveBinned'
  >,
) => Session

@customElement('nb-page')
export class NbPage extends LightElement {
  @property({ attribute: false }) path = ''
  /** Keys that are for no element are for this page. */
  @property({ attribute: false }) active = true
  /** Pixels by which it was scrolled when another one was shown in its place. */
  top: number | null = null
  @property({ attribute: false }) identity!: Identity
  @property({ attribute: false }) openSession!: OpenSession
  @property({ attribute: false }) grant!: CurrentGrant
  @property({ attribute: false }) recoverySteps!: RecoverySteps
  @state() private session: Session | null = null
  @state() private notice: TemplateResult | null = null
  /** Ids of the open panels. */
  @state() private shown: readonly string[] = []
  @state() private binned = false
  private recovery: Recovery | null = null
  private whereabouts: Whereabouts | null = null
  private mentioned = 0
  /** The path under which it is among those opened last. */
  private remembered = ''
  private readonly opening = new Opening(() => this.requestUpdate())
  private readonly notifications = document.createElement('nb-notifications')
  /** The element that had the focus before a panel was opened. */
  private readonly cameFrom = new Map<string, Element | null>()
  readonly cellMenu = new CellMenu(this, () => this.session?.context)

  readonly follow = new Follow(this, () => [
    listen(document, ['keydown'], this.onKeyDown),
    listen(document, ['keydown'], this.onKeyDownAnywhere, { capture: true }),
    this.grant.onChange(() => {
      // A different role needs a different page.
      if (this.session !== null) this.open()
    }),
  ])

  /** Its Python has variables, which end with the page. */
  get hasVariables(): boolean {
    return this.session?.context.python.kernel.hasRun === true
  }

  override connectedCallback(): void {
    super.connectedCallback()
    whenIdle(() => loadScript(() => import('./nb-import.ts')))
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    tellOpened(this.path, null)
    this.session?.close()
    this.session = null
    styleOpen(null)
    this.recovery?.close()
  }

  protected override willUpdate(changed: PropertyValues): void {
    // A notebook renamed under the page stays open.
    if (changed.has('path') && this.path !== this.session?.context.notebook.path) {
      this.recovery?.close()
      this.recovery = new Recovery(
        () => this.path,
        this.recoverySteps,
        () => this.requestUpdate(),
      )
      this.open()
    } else if (changed.has('identity')) this.session?.context.notebook.presence.introduce(this.identity)
  }

  private open(): void {
    this.whereabouts = whereaboutsIn(this, this.session?.context)
    this.session?.close()
    this.opening.begin()
    this.setTitle(this.path)
    const session = this.openSession(this.path, this.identity, {
      focusCell: (cell, mode, edge) => {
        const isRead = mode === 'edit' && this.session?.context.notebook.presented === true
        this.querySelector<NbNotebook>('nb-notebook')?.focusCell(cell, isRead ? 'command' : mode, edge)
      },
      showMatch: (match) => void this.querySelector<NbNotebook>('nb-notebook')?.showMatch(match),
      announce: (text) => this.notifications.announce(text),
      showError: (reason) => this.notifications.showError(reason),
      confirm: (question, yes, action) => this.notifications.ask(question, yes, action),
      whenOpen: (name, action) => this.opening.ask(name, action),
      person: () => this.identity,
      visit: (path) => this.dispatchEvent(new CustomEvent('visit', { detail: path, bubbles: true })),
      changeTabs: (action) => this.dispatchEvent(new CustomEvent('tabs', { detail: action, bubbles: true })),
      leaveBinned: (detail) => this.dispatchEvent(new CustomEvent('binned', { detail, bubbles: true })),
    })
    this.session = session
    const { notebook, python, choice, panels } = session.context
    this.cameFrom.clear()
    this.shown = panels.open.map(({ id }) => id)
    panels.onChange(() => void this.followPanels(session.context))
    session.context.view.onChange(() => this.requestUpdate())
    session.context.find.onChange(() => this.requestUpdate())
    choice.onChange(() => this.requestUpdate())
    session.context.comments.onChange(() => this.followMentions(session.context))
    python.kernel.onChange(() => this.requestUpdate())
    onNotebookMeta(notebook.doc, readOnlyKey, () => this.requestUpdate())
    notebook.presence.onPeople(() => (this.binned = notebook.presence.relay()?.bin === true))
    notebook.on((event) => {
      if (this.session === session) void this.onEvent(event)
    })
    void this.recovery?.begin(this.recoveryTarget(session))
  }

  private async onEvent(event: OpenEvent): Promise<void> {
    switch (event.type) {
      case 'changed':
        this.requestUpdate()
        return this.session === null ? undefined : this.recovery?.proceed(this.recoveryTarget(this.session))
      case 'superseded':
        if (event.copy !== null) this.recovery?.add(event.copy)
        return this.open()
      case 'renamed':
        return this.followName()
      default:
        event satisfies never
    }
  }

  private recoveryTarget({ context }: Session): RecoveryTarget {
    return {
      doc: context.notebook.doc,
      isReady: () => context.notebook.connected && context.notebook.grant.allows('write'),
      whole: (notebook) => context.blobs.whole(notebook),
    }
  }

  private followName(): void {
    const path = this.session?.context.notebook.path
    if (path === undefined) return
    this.dispatchEvent(new CustomEvent('goto', { detail: path, bubbles: true }))
    this.setTitle(path)
    this.notifications.announce(`This notebook is now ${path}`)
  }

  private comeToFront(): void {
    this.setTitle(this.path)
    if (this.top === null) return
    scrollTo(0, this.top)
    this.top = null
    const { cell } = this.session?.context.selection ?? { cell: null }
    this.querySelector<HTMLElement>(`nb-cell[data-cell-id="${CSS.escape(cell ?? '')}"]`)?.focus({
      preventScroll: true,
    })
  }

  private setTitle(path: string): void {
    if (!this.active) return
    document.title = `${nameOf(path)} · LLM Notebook`
  }

  private async saveCopy(): Promise<void> {
    if (this.session === null) return
    const { notebook, blobs } = this.session.context
    const copy = await blobs.whole(readNotebook(notebook.doc))
    const made = await createNotebook(this.path, { content: await formatNotebook(copy) })
    if (made.ok) this.dispatchEvent(new CustomEvent('goto', { detail: made.path, bubbles: true }))
    else this.notice = html`${made.reason}`
    this.open()
  }

  private async restore(): Promise<void> {
    const { path } = this
    const restored = await restoreNotebook(path, this.session?.context.notebook.docId ?? null)
    if (this.path !== path && !(restored.ok && this.path === restored.path)) return
    if (!restored.ok) this.notice = html`The notebook could not be restored: ${restored.reason}.`
    else if (restored.path !== path) {
      this.notice = html`${path} is now another notebook. This one was restored as ${restored.path}.`
      this.dispatchEvent(new CustomEvent('goto', { detail: restored.path, bubbles: true }))
    } else if (this.session?.context.notebook.refusal) this.open()
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => this.press(event, pressOnPage)
  private readonly onKeyDownAnywhere = (event: KeyboardEvent): void => this.press(event, pressAnywhere)

  private press(event: KeyboardEvent, act: typeof pressOnPage): void {
    const context = this.session?.context
    if (context === undefined || event.defaultPrevented || this.hidden) return
    const [target] = event.composedPath()
    const page = target instanceof Element ? target.closest('nb-page') : null
    if (page === null ? this.active : page === this) act(event, context)
  }

  /** Re-renders when people have mentioned this person, or the mention was dismissed. */
  private followMentions({ comments }: NotebookContext): void {
    if (comments.mentioned.length !== this.mentioned) this.requestUpdate()
    this.mentioned = comments.mentioned.length
  }

  /** The focus returns to where it was before the panel was opened. */
  private async followPanels({ panels }: NotebookContext): Promise<void> {
    const before = this.shown
    this.shown = panels.open.map(({ id }) => id)
    const opened = this.shown.filter((id) => !before.includes(id))
    const { activeElement } = document
    const panel = activeElement?.closest('nb-panel')?.panel.id
    const here = panel === undefined ? activeElement : (this.cameFrom.get(panel) ?? activeElement)
    for (const id of opened) this.cameFrom.set(id, here)
    const [closed] = before.filter((id) => !panels.isOpen(id))
    const from = closed === undefined ? null : this.cameFrom.get(closed)
    for (const id of before) if (!panels.isOpen(id)) this.cameFrom.delete(id)
    await this.updateComplete
    if (closed === undefined || opened.length > 0) return
    // Somebody went on from the panel, or it led to another one.
    if (panels.covered || document.activeElement?.closest('nb-cell, nb-panel, nb-find') != null) return
    if (from instanceof HTMLElement && from !== document.body && from.isConnected)
      from.focus({ preventScroll: true })
    else this.querySelector('nb-header')?.focusButton(closed)
  }

  /** Includes the panels, which are children of the header or next to the notebook. */
  protected override async getUpdateComplete(): Promise<boolean> {
    const isComplete = await super.getUpdateComplete()
    await this.querySelector('nb-header')?.updateComplete
    for (const panel of this.querySelectorAll('nb-panel')) await panel.updateComplete
    return isComplete
  }

  private panelsAt(side: Panel['side'], context: NotebookContext): TemplateResult {
    const { presented } = context.notebook
    return html`${repeat(
      context.panels.open.filter((panel) => panel.side === side && (!presented || isDialog(panel))),
      ({ id }) => id,
      (panel) =>
        html`<nb-panel
          .panel=${panel}
          .shortcuts=${context.shortcuts}
          .content=${panel.content(context)}
          .takesFocus=${this.cameFrom.has(panel.id)}
          @close=${() => context.panels.close(panel.id)}
        ></nb-panel>`,
    )}`
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('active') && this.active) this.comeToFront()
    const context = this.session?.context
    const notebook = context?.notebook
    if (notebook?.presented === true) this.dataset['view'] = context?.view.current
    else delete this.dataset['view']
    const isOpen = notebook?.notOpened === null
    this.toggleAttribute('data-not-opened', !isOpen)
    styleOpen(isOpen && context !== undefined ? context : null)
    if (notebook?.loaded === true) {
      this.opening.done()
      if (this.whereabouts !== null && context !== undefined) goBack(this, context, this.whereabouts)
      this.whereabouts = null
      if (this.remembered !== notebook.path && context !== undefined) {
        this.remembered = notebook.path
        rememberOpened(context.settings, notebook.path)
        tellOpened(notebook.path, this)
      }
    } else if (notebook?.refusal || notebook?.sync === 'offline') {
      tellOpened(notebook.path, null)
    }
    if (notebook?.refusal) {
      const titles = this.opening.cancel()
      if (titles !== null) this.notifications.showError(`${titles} failed: the notebook cannot be opened.`)
    }
  }

  protected override render(): unknown {
    const context = this.session?.context
    if (context === undefined) return nothing
    const { loaded, notOpened: refusal, sync, editable, presented } = context.notebook
    if (refusal !== null) {
      const ways = { restore: () => void this.restore(), openAgain: () => this.open() }
      return html`${refused(context, refusal, ways, () => this.requestUpdate())}${this.notifications}`
    }
    const run: RunCommand = (id, text) => void commandOf(id).run(context, text)
    const waiting =
      sync === 'offline'
        ? 'This notebook is not stored in this browser, and the relay cannot be reached.'
        : `Opening the notebook… ${this.opening.message}`
    // Another notebook gets a new page: nothing is reused. So does one that may be edited from now on.
    return keyed(
      editable || presented ? context : context.notebook,
      html`${
          presented
            ? presentation(context, run, () => this.requestUpdate())
            : html`<nb-header
                .context=${context}
                .path=${this.path}
                .identity=${this.identity}
                .loaded=${loaded}
                .over=${this.panelsAt('over', context)}
                .run=${run}
              ></nb-header>`
        }
        ${findBar(context, () => {
          this.requestUpdate()
          return this.updateComplete
        })}
        <main ?inert=${context.panels.covered && !presented}>
          ${
            this.shown.includes('files') || !editable
              ? nothing
              : html`<nb-import
                  .folder=${folderOf(context.notebook.path)}
                  @data-files=${(event: CustomEvent<DroppedFiles>) => void takeFiles(this, context, event.detail)}
                ></nb-import>`
          }
          <div class="nb-bars">
            ${this.notice === null ? nothing : noticeBar(this.notice)}
            ${recoveryBar(this.path, this.recovery?.failure ?? null)}
            ${recoveredBars(this.path, () => this.requestUpdate())}
            ${pageNotices(context, {
              binned: this.binned,
              restore: () => void this.restore(),
              saveCopy: () => void this.saveCopy(),
            })}
          </div>
          ${
            loaded
              ? // Nothing of an editor stays in another view.
                keyed(context.view.current, html`<nb-notebook .context=${context}></nb-notebook>`)
              : html`<p class="nb-empty">${waiting}</p>`
          }
        </main>
        ${this.panelsAt('below', context)} ${this.panelsAt('beside', context)}
        ${pageFoot(context, () => this.requestUpdate())} ${this.panelsAt('corner', context)}
        ${this.panelsAt('centre', context)} ${this.notifications}`,
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-page': NbPage
  }
}
