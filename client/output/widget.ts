// A widget on the page, with all it is made of: its shown half runs in a sandboxed frame, its state is the document's. What the frame sets is
// written about every 50 ms, and what others set goes to the frame.

import type { Leaf, Leaves } from '../../shared/notebook/notebook.ts'
import { namedWidgets, type WidgetChange } from '../../shared/notebook/widgets.ts'
import type { FrameHeights, WidgetSaid } from './frame.ts'
import { OutputFrame } from './frame.ts'
import type { OutputHosts } from './hosts.ts'
import { controlsLibrary } from './libraries.ts'
import { TextView } from './text.ts'

/** The document's widgets, as an output needs them. */
export interface WidgetDoor {
  /** Null where the document has no such model, or not yet. */
  state(id: string): Leaves | null
  /** The states of all that a view of this model needs, by their ids. */
  models(root: string): ReadonlyMap<string, Leaves>
  move(id: string, changes: Leaves): void
  send(id: string, content: Leaf, buffers: readonly string[]): void
  observe(listener: (change: WidgetChange) => void): () => void
}

export interface WidgetPlace {
  readonly key: string
  readonly label: string
  readonly heights: FrameHeights
  readonly widgets?: WidgetDoor
  readonly hosts?: OutputHosts
}

/** ipywidgets' own modules, and one more that we have. */
const ours = /^(@jupyter-widgets\/(base|controls|output)|jupyter-leaflet)$/
const interval = 50
/** Characters of JSON one change or message of a frame may have. */
const saidCap = 1_000_000

export class WidgetView {
  readonly element = document.createElement('div')
  private frame: OutputFrame | null = null
  /** What the frame has. */
  private shown: ReadonlySet<string> = new Set()
  private readonly pending = new Map<string, Leaves>()
  private timer: ReturnType<typeof setTimeout> | null = null
  /** What comes back from the document is this view's own. */
  private writing = false
  private readonly stop: () => void

  constructor(
    private readonly view: { readonly model: string; readonly text: string },
    private readonly place: WidgetPlace,
  ) {
    this.stop = place.widgets?.observe((change) => this.take(change)) ?? (() => undefined)
    if (this.drawable) this.show()
    else this.explain()
  }

  dispose(): void {
    this.stop()
    if (this.timer !== null) {
      clearTimeout(this.timer)
      this.write()
    }
    this.frame?.dispose()
  }

  private get state(): Leaves | null {
    return this.place.widgets?.state(this.view.model) ?? null
  }

  private get drawable(): boolean {
    return typeof this.state?.['_esm'] === 'string' || ours.test(String(this.state?.['_model_module']))
  }

  /** With what it has by now. */
  private content(): string {
    const models = this.place.widgets?.models(this.view.model) ?? new Map<string, Leaves>()
    this.shown = new Set(models.keys())
    return JSON.stringify({ root: this.view.model, models: Object.fromEntries(models) })
  }

  /** An anywidget that names no other needs no more than itself. */
  private get alone(): boolean {
    return typeof this.state?.['_esm'] === 'string' && this.place.widgets?.models(this.view.model).size === 1
  }

  private show(): void {
    const { key, label, heights } = this.place
    const output = {
      mime: 'application/vnd.jupyter.widget-view+json',
      content: () => this.content(),
      libraries: () => (this.alone ? Promise.resolve([]) : controlsLibrary()),
      onSaid: (message: WidgetSaid) => this.hear(message),
    } as const
    this.frame = new OutputFrame(output, key, heights, label, null, this.place.hosts)
    this.element.replaceChildren(this.frame.element)
  }

  /** Without the code of its shown half there is its text. */
  private explain(): void {
    const { state } = this
    const maker = state?.['_model_module']
    const why =
      state === null
        ? 'The state of this widget is gone: run the cell again to use it.'
        : `Widgets of ${typeof maker === 'string' ? maker : 'this kind'} cannot be shown here; ipywidgets' own and those made with anywidget can.`
    const text = new TextView('nb-result')
    text.show(this.view.text)
    const note = document.createElement('p')
    note.className = 'nb-widget-note'
    note.textContent = why
    this.element.replaceChildren(text.element, note)
  }

  private take({ id, state, messages }: WidgetChange): void {
    if (this.writing) return
    if (this.frame === null) {
      if (id !== this.view.model) return
      if (this.drawable) this.show()
      else this.explain()
      return
    }
    if (this.shown.size === 0) return
    this.tellNew(id, state)
    if (!this.shown.has(id)) return
    // What this hand holds at the moment is written after it.
    const held = this.pending.get(id) ?? {}
    const news = Object.entries(state).filter(([key]) => !Object.hasOwn(held, key))
    if (news.length > 0) this.frame.tell({ type: 'nb-widget-state', id, state: Object.fromEntries(news) })
    for (const { to, content, buffers } of messages)
      if (to === 'views') this.frame.tell({ type: 'nb-widget-message', id, message: { content, buffers } })
  }

  /** Models that are named, or act upon those that are shown, since this change. */
  private tellNew(id: string, state: Leaves): void {
    const named = Object.values(state).flatMap((value) => namedWidgets(value))
    const isNews = this.shown.has(id)
      ? named.some((name) => !this.shown.has(name))
      : named.some((name) => this.shown.has(name))
    if (!isNews) return
    const models = this.place.widgets?.models(this.view.model) ?? new Map<string, Leaves>()
    const fresh = [...models].filter(([model]) => !this.shown.has(model))
    if (fresh.length === 0) return
    this.shown = new Set(models.keys())
    this.frame?.tell({ type: 'nb-widget-models', models: Object.fromEntries(fresh) })
  }

  private hear(said: WidgetSaid): void {
    if (!this.shown.has(said.id) || JSON.stringify(said).length > saidCap) return
    switch (said.type) {
      case 'nb-widget-state':
        this.pending.set(said.id, { ...this.pending.get(said.id), ...(said.state as Leaves) })
        this.timer ??= setTimeout(() => this.write(), interval)
        return
      case 'nb-widget-message': {
        this.write()
        const { content, buffers } = said.message
        this.place.widgets?.send(said.id, content as Leaf, buffers)
        return
      }
      default:
        said satisfies never
    }
  }

  private write(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const moves = [...this.pending]
    this.pending.clear()
    this.writing = true
    try {
      for (const [id, changes] of moves) this.place.widgets?.move(id, changes)
    } finally {
      this.writing = false
    }
  }
}
