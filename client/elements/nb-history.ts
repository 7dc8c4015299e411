import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type * as Y from 'yjs'
import { lineClients } from '../../shared/notebook/document/authors.ts'
import { compareCells, type CellDifference } from '../../shared/notebook/merge/compare.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { CellContext } from '../commands/context.ts'
import { restore } from '../commands/history.ts'
import { fetchState, fetchTimeline, nameVersion } from '../document/history.ts'
import { byPerson } from '../../shared/notebook/person.ts'
import type { Timeline } from '../../shared/api/routes.ts'
import { changesAround, namesOf, stopsOf, formatTime, type Stop } from '../document/timeline.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import { cellState } from './nb-history-cell.ts'
import { keepFocusInPanel } from './nb-panel.ts'
import { now } from '../document/clock.ts'

/** Milliseconds without edits before the comparison and the timeline are refreshed. */
const compareQuiet = 100
const timelineQuiet = 1_000

const atRelay =
  'The history is stored on the relay, which cannot be reached. It appears here once you are connected.'

/** A timeline of the notebook: go to any stop, compare with now, name it, restore one cell or all. */
@customElement('nb-history')
export class NbHistory extends LightElement {
  @property({ attribute: false }) context!: CellContext
  @state() private timeline: Timeline | null = null
  /** The position shown; null until the timeline is loaded. */
  @state() private at: number | null = null
  @state() private past: { readonly at: number; readonly doc: Y.Doc } | null = null
  @state() private cells: readonly CellDifference[] = []
  @state() private failure = ''
  private going = false
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()

  readonly follow = new Follow(this, (changed) => {
    const { notebook } = this.context
    const onUpdate = (): void => {
      this.debounce('compare', compareQuiet, () => this.compare())
      this.debounce('timeline', timelineQuiet, () => void this.load())
    }
    notebook.doc.on('update', onUpdate)
    void this.load()
    return [
      () => notebook.doc.off('update', onUpdate),
      notebook.on(() => {
        if ((this.timeline === null || this.failure !== '') && notebook.connected) void this.load()
        changed()
      }),
    ]
  })

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    for (const timer of this.timers.values()) clearTimeout(timer)
    this.past?.doc.destroy()
    this.past = null
  }

  private debounce(what: string, quiet: number, action: () => void): void {
    clearTimeout(this.timers.get(what))
    this.timers.set(what, setTimeout(action, quiet))
  }

  private async load(): Promise<void> {
    const answer = await fetchTimeline(this.context.notebook.path)
    if (!this.isConnected) return
    if (!answer.ok) {
      this.failure = answer.offline ? atRelay : `The history could not be loaded: ${answer.reason}.`
      return
    }
    this.failure = ''
    this.timeline = answer.timeline
    await this.go(this.at ?? answer.timeline.updates)
  }

  /** Loads one position at a time; of those requested meanwhile, only the last. */
  private async go(at: number): Promise<void> {
    this.at = at
    if (this.going) return
    this.going = true
    try {
      while (this.isConnected && this.at !== this.past?.at) if (!(await this.fetch(this.at))) return
    } finally {
      this.going = false
    }
  }

  private async fetch(at: number): Promise<boolean> {
    const answer = await fetchState(this.context.notebook.path, at)
    if (!answer.ok) {
      this.failure = answer.offline ? atRelay : `This version could not be loaded: ${answer.reason}.`
      return false
    }
    if (!this.isConnected) return false
    this.failure = ''
    this.past?.doc.destroy()
    this.past = { at, doc: answer.doc }
    this.compare()
    return true
  }

  private compare(): void {
    if (this.past !== null) this.cells = compareCells(this.past.doc, this.context.notebook.doc)
  }

  private get names(): (user: string) => string {
    return namesOf(this.timeline?.people ?? [], this.context.person())
  }

  private readonly nameOf = (client: number): string | null => {
    const { notebook, person } = this.context
    if (client === notebook.doc.clientID) return this.names(person().id)
    const [, user] = this.timeline?.clients.find(([known]) => known === client) ?? []
    return user === undefined ? null : this.names(user)
  }

  private async name(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const form = event.target as HTMLFormElement
    const name = new FormData(form).get('name')
    if (typeof name !== 'string' || name.trim() === '' || this.at === null) return
    const { notebook, person } = this.context
    const answer = await nameVersion(notebook.path, { name: name.trim(), at: this.at, ...byPerson(person()) })
    if (!answer.ok) {
      this.failure = `This version could not be named: ${answer.reason}.`
      return
    }
    form.reset()
    await this.load()
  }

  private restore(cell: CellId | null): void {
    if (this.past === null) return
    restore(this.context, this.past.doc, cell)
    this.compare()
    // The pressed button was removed.
    keepFocusInPanel(this)
  }

  private place(place: Stop): TemplateResult {
    const current = place.at === this.at
    return html`<li>
      <button type="button" aria-current=${current ? 'true' : nothing} @click=${() => void this.go(place.at)}>
        ${place.names.map((name) => html`<strong>${name}</strong>`)}
        <span>${place.people}</span>
        <small
          >${formatTime(place.time, now())} · ${place.updates}
          ${place.updates === 1 ? 'change' : 'changes'}</small
        >
      </button>
    </li>`
  }

  /** The finer slider: single changes within the chosen stop. */
  private finer(timeline: Timeline, at: number): TemplateResult | typeof nothing {
    const { first, last } = changesAround(timeline, at)
    if (first === last) return nothing
    const label = `Change ${at - first + 1} of ${last - first + 1}`
    return html`<span class="nb-history-finer">${label}</span>
      <input
        type="range"
        class="nb-history-finer"
        aria-label="Change"
        aria-valuetext=${label}
        min=${first}
        max=${last}
        .value=${String(at)}
        @input=${(event: Event) => void this.go(Number((event.target as HTMLInputElement).value))}
      />`
  }

  private changes(): TemplateResult {
    const { past, cells } = this
    if (past === null) return html`<p class="nb-empty">Loading history…</p>`
    const { writable, doc } = this.context.notebook
    const differing = cells.filter(({ same }) => !same).length
    const runs: CellDifference[][] = []
    for (const cell of cells) {
      const run = runs.at(-1)
      if (cell.same && run?.[0]?.same === true) run.push(cell)
      else runs.push([cell])
    }
    return html`<div class="nb-history-summary">
        <p role="status">
          ${differing === 0 ? 'The same as now.' : `${differing} ${differing === 1 ? 'cell differs' : 'cells differ'} from now.`}
        </p>
        ${
          differing === 0
            ? nothing
            : html`<span class="nb-history-signs"
                  ><b data-type="gone">−</b> then <b data-type="new">+</b> now</span
                >
                <button
                  type="button"
                  class="nb-primary"
                  ?disabled=${!writable}
                  @click=${() => this.restore(null)}
                >
                  Restore all
                </button>`
        }
      </div>
      ${repeat(
        runs,
        ([first]) => first?.id,
        (run) => {
          const [cell] = run
          if (cell === undefined) return nothing
          if (cell.same) return this.unchanged(run)
          return html`<nb-history-cell
            role="group"
            aria-label=${`Cell ${cells.indexOf(cell) + 1}, ${cellState(cell)}`}
            .cell=${cell}
            .clients=${{ was: lineClients(past.doc, cell.id), now: lineClients(doc, cell.id) }}
            .nameOf=${this.nameOf}
            .writable=${writable}
            @restore=${(event: CustomEvent<CellId>) => this.restore(event.detail)}
          ></nb-history-cell>`
        },
      )}`
  }

  private unchanged(cells: readonly CellDifference[]): TemplateResult {
    return html`<details class="nb-history-same">
      <summary>${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} unchanged</summary>
      ${cells.map(({ was }) => html`<pre tabindex="0">${was?.source}</pre>`)}
    </details>`
  }

  private nameForm(): TemplateResult {
    return html`<form class="nb-line" @submit=${(event: SubmitEvent) => void this.name(event)}>
      <input name="name" aria-label="Name of this version" placeholder="A name" maxlength="200" required />
      <button type="submit">Name this version</button>
    </form>`
  }

  protected override render(): TemplateResult {
    const { timeline, at, failure } = this
    const places = timeline === null ? [] : stopsOf(timeline, at, this.names)
    const index = places.findIndex((place) => place.at === at)
    const current = places[index]
    const label =
      current === undefined
        ? ''
        : [...current.names, formatTime(current.time, now()), current.people].join(' · ')
    return html`<div class="nb-history-head">
        <span class="nb-history-place">${label}</span>
        ${
          current === undefined
            ? nothing
            : html`<input
                  type="range"
                  aria-label="Version"
                  aria-valuetext=${label}
                  min="0"
                  max=${places.length - 1}
                  .value=${String(index)}
                  @input=${(event: Event) => {
                    const place = places[Number((event.target as HTMLInputElement).value)]
                    if (place !== undefined) void this.go(place.at)
                  }}
                />
                ${timeline === null || at === null ? nothing : this.finer(timeline, at)}`
        }
      </div>
      ${failure === '' ? nothing : html`<p class="nb-notice" role="alert">${failure}</p>`}
      ${
        current === undefined
          ? failure === ''
            ? html`<p class="nb-empty">Loading history…</p>`
            : nothing
          : html`<div class="nb-history-columns">
              <aside aria-label="Timeline">
                ${this.context.notebook.editable ? this.nameForm() : nothing}
                <ol aria-label="Versions" role="list">
                  ${repeat(
                    places.toReversed(),
                    (place) => place.at,
                    (place) => this.place(place),
                  )}
                </ol>
              </aside>
              <div class="nb-history-cells" aria-busy=${this.past?.at === at ? 'false' : 'true'}>
                ${this.changes()}
              </div>
            </div>`
      }`
  }
}
