// A widget on the page: its shown half runs in a sandboxed frame, its state is the document's. What the frame sets is
// written about every 50 ms, and what others set goes to the frame.

import type { Leaf, Leaves } from '../../shared/notebook/notebook.ts'
import type { WidgetChange } from '../../shared/notebook/widgets.ts'
import type { FrameHeights, WidgetSaid } from './frame.ts'
import { OutputFrame } from './frame.ts'
import { TextView } from './text.ts'

/** The document's widgets, as an output needs them. */
export interface WidgetDoor {
  /** Null where the document has no such model, or not yet. */
  state(id: string): Leaves | null
  move(id: string, changes: Leaves): void
  send(id: string, content: Leaf, buffers: readonly string[]): void
  observe(id: string, listener: (change: WidgetChange) => void): () => void
}

export interface WidgetPlace {
  readonly key: string
  readonly label: string
  readonly heights: FrameHeights
  readonly widgets?: WidgetDoor
}

const interval = 50
/** Characters of JSON one change or message of a frame may have. */
const saidCap = 1_000_000

export class WidgetView {
  readonly element = document.createElement('div')
  private frame: OutputFrame | null = null
  private pending: Leaves = {}
  private timer: ReturnType<typeof setTimeout> | null = null
  /** What comes back from the document is this view's own. */
  private writing = false
  private readonly stop: () => void

  constructor(
    private readonly view: { readonly model: string; readonly text: string },
    private readonly place: WidgetPlace,
  ) {
    this.stop = place.widgets?.observe(view.model, (change) => this.take(change)) ?? (() => undefined)
    if (typeof this.state?.['_esm'] === 'string') this.show()
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

  private show(): void {
    const { key, label, heights } = this.place
    const output = {
      mime: 'application/vnd.jupyter.widget-view+json',
      content: () => JSON.stringify(this.state ?? {}),
      onSaid: (message: WidgetSaid) => this.hear(message),
    } as const
    this.frame = new OutputFrame(output, key, heights, label)
    this.element.replaceChildren(this.frame.element)
  }

  /** Without the code of its shown half there is its text. */
  private explain(): void {
    const { state } = this
    const maker = state?.['_model_module']
    const why =
      state === null
        ? 'The state of this widget is gone: run the cell again to use it.'
        : `Widgets of ${typeof maker === 'string' ? maker : 'this kind'} cannot be shown here; those made with anywidget can.`
    const text = new TextView('nb-result')
    text.show(this.view.text)
    const note = document.createElement('p')
    note.className = 'nb-widget-note'
    note.textContent = why
    this.element.replaceChildren(text.element, note)
  }

  private take({ state, messages }: WidgetChange): void {
    if (this.writing) return
    if (this.frame === null) {
      if (typeof this.state?.['_esm'] === 'string') this.show()
      else this.explain()
      return
    }
    // What this hand holds at the moment is written after it.
    const news = Object.entries(state).filter(([key]) => !Object.hasOwn(this.pending, key))
    if (news.length > 0) this.frame.tell({ type: 'nb-widget-state', state: Object.fromEntries(news) })
    for (const { to, content, buffers } of messages)
      if (to === 'views') this.frame.tell({ type: 'nb-widget-message', message: { content, buffers } })
  }

  private hear(said: WidgetSaid): void {
    if (JSON.stringify(said).length > saidCap) return
    switch (said.type) {
      case 'nb-widget-state':
        this.pending = { ...this.pending, ...(said.state as Leaves) }
        this.timer ??= setTimeout(() => this.write(), interval)
        return
      case 'nb-widget-message': {
        this.write()
        const { content, buffers } = said.message
        this.place.widgets?.send(this.view.model, content as Leaf, buffers)
        return
      }
      default:
        said satisfies never
    }
  }

  private write(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const changes = this.pending
    this.pending = {}
    if (Object.keys(changes).length === 0) return
    this.writing = true
    try {
      this.place.widgets?.move(this.view.model, changes)
    } finally {
      this.writing = false
    }
  }
}
