import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { checkSchema } from '../../shared/notebook/schema.ts'
import { type NotebookContext } from '../commands/context.ts'
import { Opening } from '../commands/opening.ts'
import { isTyped, reachOf } from '../commands/reach.ts'
import { type OpenEvent } from '../document/open.ts'
import { type Identity } from '../document/identity.ts'
import { createNotebook, restoreNotebook, urlOf } from '../document/library.ts'
import { forget, heldBefore, recover, type Held } from '../document/recover.ts'
import { addRecovered, dismissRecovered, recoveredNotices } from '../document/recovered.ts'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { readNotebook } from '../../shared/notebook/read.ts'
import { folderOf } from '../files/folder.ts'
import { type NbFiles } from './nb-files.ts'
import './nb-header.ts'
import { type Panel } from './nb-header.ts'
import './nb-import.ts'
import './nb-keys.ts'
import './nb-notebook.ts'
import { type NbNotebook } from './nb-notebook.ts'
import './nb-python.ts'
import './nb-said.ts'
import './nb-status.ts'
import './nb-variables.ts'

/** Panels under which the notebook is out of reach. */
const covering: readonly Panel[] = ['history', 'files', 'packages']

/** A context and what ends it. */
export interface Session {
  readonly context: NotebookContext
  readonly close: () => void
}
/** Opens a notebook for this page; made in main.ts, where things are put together. */
export type OpenSession = (
  path: string,
  identity: Identity,
  page: Pick<NotebookContext, 'focusCell' | 'announce' | 'refuse' | 'sure' | 'whenOpen' | 'person'>,
) => Session

/** The page of one notebook. */
@customElement('nb-page')
export class NbPage extends LitElement {
  @property({ attribute: false }) path = ''
  @property({ attribute: false }) identity!: Identity
  @property({ attribute: false }) openSession!: OpenSession
  @state() private session: Session | null = null
  @state() private notice: TemplateResult | null = null
  @state() private shown: ReadonlySet<Panel> = new Set()
  @state() private binned = false
  private held: readonly Held[] = []
  private recovering = false
  private readonly opening = new Opening(() => this.requestUpdate())
  private readonly said = document.createElement('nb-said')
  /** What had the focus before the list of keys. */
  private cameFrom: Element | null = null

  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    document.addEventListener('keydown', this.onKeyDown)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    document.removeEventListener('keydown', this.onKeyDown)
    this.session?.close()
    this.session = null
  }

  protected override willUpdate(changed: PropertyValues): void {
    // A notebook that was renamed under the page stays open as it is.
    if (changed.has('path') && this.path !== this.session?.context.notebook.path) {
      this.held = []
      this.open()
    } else if (changed.has('identity')) this.session?.context.notebook.presence.introduce(this.identity)
  }

  private open(): void {
    this.session?.close()
    this.opening.begin()
    this.shown = new Set()
    this.entitle(this.path)
    const session = this.openSession(this.path, this.identity, {
      focusCell: (...where) => this.querySelector<NbNotebook>('nb-notebook')?.focusCell(...where),
      announce: (text) => this.said.announce(text),
      refuse: (reason) => this.said.refuse(reason),
      sure: (question, yes, action) => this.said.ask(question, yes, action),
      whenOpen: (name, action) => this.opening.ask(name, action),
      person: () => this.identity.name,
    })
    this.session = session
    const { notebook, python, choice } = session.context
    choice.onChange(() => this.requestUpdate())
    python.kernel.onChange(() => this.requestUpdate())
    notebook.presence.onPeople(() => (this.binned = notebook.presence.relay()?.bin === true))
    notebook.on((event) => {
      if (this.session === session) void this.onEvent(event)
    })
    void this.findHeld(session)
  }

  private async findHeld(session: Session): Promise<void> {
    const found = await heldBefore(this.path)
    if (this.session !== session) return
    const inMemory = this.held.filter(({ history }) => history === null)
    this.held = [...inMemory, ...found]
    return this.recover()
  }

  private async onEvent(event: OpenEvent): Promise<void> {
    switch (event.type) {
      case 'changed':
        this.requestUpdate()
        return this.recover()
      case 'superseded':
        if (event.held !== null) this.held = [...this.held, event.held]
        return this.open()
      case 'renamed':
        return this.followName()
      default:
        event satisfies never
    }
  }

  private followName(): void {
    const path = this.session?.context.notebook.path
    if (path === undefined) return
    this.dispatchEvent(new CustomEvent('goto', { detail: path, bubbles: true }))
    this.entitle(path)
    this.said.announce(`This notebook is now ${path}`)
  }

  private entitle(path: string): void {
    document.title = `${
      path
        .split('/')
        .at(-1)
        ?.replace(/\.ipynb$/, '') ?? ''
    } · LLM Notebook`
  }

  /** Once the relay's history is here, what only this browser had is carried over, or goes into a notebook beside. */
  private async recover(): Promise<void> {
    const session = this.session
    const [held] = this.held
    if (held === undefined || this.recovering || session?.context.notebook.connected !== true) return
    this.recovering = true
    const { path } = this
    try {
      const answer = await recover(path, held, session.context.notebook.doc, (notebook) =>
        session.context.blobs.whole(notebook),
      )
      if (answer === null) return
      if (!answer.ok) {
        if (path === this.path)
          this.notice = html`What this browser has of an earlier ${path} could not be given to the relay:
          ${answer.reason}. It is kept here and tried again.`
        return
      }
      if (held.history !== null) forget(path, held.history)
      if (answer.changed || answer.copy !== null) addRecovered(path, { copy: answer.copy })
      if (path !== this.path) return
      this.held = this.held.filter((other) => other !== held)
      this.notice = null
      this.requestUpdate()
    } finally {
      this.recovering = false
    }
    return this.recover()
  }

  private recoveredBars(): readonly TemplateResult[] {
    const { path } = this
    return recoveredNotices(path).map(
      (notice) =>
        html`<div class="nb-bar" role="status">
          ${
            notice.copy === null
              ? 'The relay had lost some of what you wrote here. It is back in its place.'
              : html`The relay had lost some of what you wrote here. It is in
                  <a href=${`/notebook/${urlOf(notice.copy)}`}>${notice.copy}</a>.`
          }
          <button
            type="button"
            @click=${() => {
              dismissRecovered(path, notice)
              this.requestUpdate()
            }}
          >
            Dismiss
          </button>
        </div>`,
    )
  }

  private async saveCopy(): Promise<void> {
    if (this.session === null) return
    const { notebook, blobs } = this.session.context
    const copy = await blobs.whole(readNotebook(notebook.doc))
    const made = await createNotebook(this.path, formatNotebook(copy))
    if (made.ok) this.dispatchEvent(new CustomEvent('goto', { detail: made.path, bubbles: true }))
    else this.notice = html`${made.reason}`
    this.open()
  }

  private async restore(): Promise<void> {
    const { path } = this
    const restored = await restoreNotebook(path, this.session?.context.notebook.docId ?? null)
    if (this.path !== path && !(restored.ok && this.path === restored.path)) return
    if (!restored.ok) this.notice = html`It cannot be restored: ${restored.reason}.`
    else if (restored.path !== path) {
      this.notice = html`${path} is another notebook by now. This one is back as ${restored.path}.`
      this.dispatchEvent(new CustomEvent('goto', { detail: restored.path, bubbles: true }))
    } else if (this.session?.context.notebook.refusal) this.open()
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    const context = this.session?.context
    if (context === undefined || event.defaultPrevented) return
    const [target] = event.composedPath()
    if (this.covered !== undefined) {
      this.onPanelKey(event, context, this.covered)
      return
    }
    // What stands there is no cell: no key may act on the one that is selected.
    if (target instanceof HTMLElement && target.closest('nb-variables') !== null) {
      if (event.key === 'Escape') this.toggle('variables')
      return
    }
    const inNotebook = target instanceof Element && target.closest('nb-notebook') !== null
    if (this.shown.has('variables') && !inNotebook) return this.onPanelKey(event, context, 'variables')
    const reach = reachOf(event, context.selection.armed)
    if (reach === 'nothing') return
    if (event.key.toLowerCase() === 'h' && isTyped(event) && !event.shiftKey) this.toggle('keys')
    else if (!this.shown.has('keys') && (reach === 'letters' || !isTyped(event)))
      context.press(event, 'command')
  }

  private get covered(): Panel | undefined {
    return covering.find((panel) => this.shown.has(panel))
  }

  /** Under a panel nothing is selected that keys could act on; what the history did can be undone. */
  private onPanelKey(event: KeyboardEvent, context: NotebookContext, panel: Panel): void {
    const [target] = event.composedPath()
    if (event.key === 'Escape') this.toggle(panel)
    else if (target instanceof HTMLInputElement && target.type !== 'range') return
    else if ((event.ctrlKey || event.metaKey) && ['z', 'y'].includes(event.key.toLowerCase()))
      context.press(event, 'command')
  }

  /** Opens or closes it; of those that lie over the notebook one is open at a time. */
  private toggle(panel: Panel): void {
    const shown = new Set(this.shown)
    if (panel === 'keys' && !shown.has(panel)) this.cameFrom = document.activeElement
    if (shown.delete(panel)) {
      if (panel === 'keys' && this.cameFrom instanceof HTMLElement && this.cameFrom.isConnected)
        this.cameFrom.focus({ preventScroll: true })
      else this.querySelector('nb-header')?.focusButton(panel)
    } else {
      for (const other of covering) if (covering.includes(panel)) shown.delete(other)
      shown.add(panel)
    }
    this.shown = shown
  }

  private async takeFiles(files: readonly File[]): Promise<void> {
    if (!this.shown.has('files')) this.toggle('files')
    await this.updateComplete
    await this.querySelector<NbFiles>('nb-files')?.upload(files)
  }

  private notices(context: NotebookContext): TemplateResult {
    const { notebook, python, choice } = context
    const refusal = notebook.refusal
    const schema = checkSchema(notebook.doc)
    const bar = (content: unknown): TemplateResult => html`<div class="nb-bar" role="alert">${content}</div>`
    return html`${this.notice === null ? nothing : bar(this.notice)} ${this.recoveredBars()}
    ${
      choice.notice === ''
        ? nothing
        : html`<div class="nb-bar" role="status">
            ${choice.notice} <button type="button" @click=${() => choice.dismiss()}>OK</button>
          </div>`
    }
    ${
      schema.writable
        ? nothing
        : bar(
            'This notebook was written by a newer version. You can read it here; reload the page to get the update.',
          )
    }
    ${
      this.binned || refusal?.type === 'in-bin'
        ? bar(
            html`This notebook is in the bin. ${this.binned ? 'Edits are still kept.' : nothing}
              <button type="button" @click=${() => void this.restore()}>Restore it</button>`,
          )
        : nothing
    }
    ${
      refusal?.type === 'no-such-notebook'
        ? bar(
            html`This cannot be opened: ${refusal.reason}.
            ${
              notebook.loaded
                ? html`What is shown is kept in this browser.
                    <button type="button" @click=${() => void this.saveCopy()}>Write it back</button>`
                : html`<a href="/">All notebooks</a>`
            }`,
          )
        : nothing
    }
    ${refusal?.type === 'not-allowed' ? bar(`The relay refuses this page: ${refusal.reason}`) : nothing}
    ${
      python.kernel.stuck
        ? bar(
            html`Python does not stop.
              <button type="button" @click=${() => void python.restart()}>Stop Python</button> Its variables
              are lost.`,
          )
        : nothing
    }`
  }

  protected override updated(): void {
    const notebook = this.session?.context.notebook
    if (notebook?.loaded === true) this.opening.done()
    else if (notebook?.refusal) {
      const words = this.opening.giveUp()
      if (words !== null) this.said.refuse(`${words} was not done: the notebook cannot be opened.`)
    }
  }

  protected override render(): unknown {
    const context = this.session?.context
    if (context === undefined) return nothing
    const { loaded, refusal, sync } = context.notebook
    const waiting =
      sync === 'offline'
        ? 'This notebook is not in this browser yet, and the relay cannot be reached.'
        : `Opening the notebook … ${this.opening.words}`
    // Another notebook is another page: nothing of the one before is taken over.
    return keyed(
      context,
      html`<nb-header
          .context=${context}
          .path=${this.path}
          .identity=${this.identity}
          .open=${this.shown}
          .loaded=${loaded}
          @panel=${(event: CustomEvent<Panel>) => this.toggle(event.detail)}
        ></nb-header>
        <main ?inert=${this.covered !== undefined}>
          ${
            this.shown.has('files')
              ? nothing
              : html`<nb-import
                  .folder=${folderOf(context.notebook.path)}
                  @data-files=${(event: CustomEvent<readonly File[]>) => void this.takeFiles(event.detail)}
                ></nb-import>`
          }
          <div class="nb-bars">${this.notices(context)}</div>
          ${
            loaded
              ? html`<nb-notebook .context=${context}></nb-notebook>`
              : refusal === null
                ? html`<p class="nb-empty">${waiting}</p>`
                : nothing
          }
        </main>
        ${
          this.shown.has('variables')
            ? html`<nb-variables .context=${context} @close=${() => this.toggle('variables')}></nb-variables>`
            : nothing
        }
        <div class="nb-foot">
          <nb-status .context=${context}></nb-status>
          <nb-python .context=${context}></nb-python>
        </div>
        ${this.shown.has('keys') ? html`<nb-keys @close=${() => this.toggle('keys')}></nb-keys>` : nothing}
        ${this.said}`,
    )
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-page': NbPage
  }
}
