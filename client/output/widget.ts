// A widget on the page. Its front end runs in a sandboxed frame, and its state is in the document. Changes made in the frame
// are written to the document every 50 ms, and changes by others are sent to the frame.

import type { Leaf, Leaves } from '../../shared/notebook/notebook.ts'
import { namedWidgets, type WidgetChange } from '../../shared/notebook/document/widgets.ts'
import type { FrameHeights, WidgetFrameMessage } from './frame.ts'
import { OutputFrame } from './frame.ts'
import type { OutputHosts } from './hosts.ts'
import { controlsLibrary } from './libraries.ts'
import { TextView } from './text.ts'

export interface DocumentWidgets {
  /** Null if the document does not have the model (yet). */
  state(id: string): Leaves | null
  /** The states of all models that a view of `root` needs, by id. */
  models(root: string): ReadonlyMap<string, Leaves>
  update(id: string, changes: Leaves): void
  send(id: string, content: Leaf, buffers: readonly string[]): void
  observe(listener: (change: WidgetChange) => void): () => void
}

export interface WidgetPlace {
  readonly key: string
  readonly label: string
  readonly heights: FrameHeights
  readonly widgets?: DocumentWidgets
  readonly hosts?: OutputHosts
}

/** Modules that are part of the app. */
const ownModules = /^(@jupyter-widgets\/(base|controls|output)|jupyter-leaflet)$/
/** The name of a package that may be loaded from a server. */
const packageName = /^(@[\w.-]+\/)?[\w.-]+$/
/** Milliseconds. */
const writeInterval = 50
/** Characters of JSON per change or message from a frame. */
const maxMessageLength = 1_000_000

export class WidgetView {
  readonly element = document.createElement('div')
  private frame: OutputFrame | null = null
  /** The models in the frame. */
  private shown: ReadonlySet<string> = new Set()
  private readonly pending = new Map<string, Leaves>()
  private timer: ReturnType<typeof setTimeout> | null = null
  /** While true, changes of the document come from this view. */
  private writing = false
  private readonly stop: () => void

  constructor(
    private readonly view: { readonly model: string; readonly text: string },
    private readonly place: WidgetPlace,
  ) {
    this.stop = place.widgets?.observe((change) => this.onChange(change)) ?? (() => undefined)
    if (this.isSupported) this.show()
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

  private get isSupported(): boolean {
    if (typeof this.state?.['_esm'] === 'string') return true
    const module = String(this.state?.['_model_module'] ?? '')
    return ownModules.test(module) || (this.place.hosts !== undefined && packageName.test(module))
  }

  private content(): string {
    const models = this.place.widgets?.models(this.view.model) ?? new Map<string, Leaves>()
    this.shown = new Set(models.keys())
    return JSON.stringify({ root: this.view.model, models: Object.fromEntries(models) })
  }

  /** An anywidget that refers to no other model does not need ipywidgets. */
  private get isAlone(): boolean {
    return typeof this.state?.['_esm'] === 'string' && this.place.widgets?.models(this.view.model).size === 1
  }

  private show(): void {
    const { key, label, heights } = this.place
    const output = {
      mime: 'application/vnd.jupyter.widget-view+json',
      content: () => this.content(),
      libraries: () => (this.isAlone ? Promise.resolve([]) : controlsLibrary()),
      onWidgetMessage: (message: WidgetFrameMessage) => this.onFrameMessage(message),
    } as const
    this.frame = new OutputFrame(output, key, heights, label, null, this.place.hosts)
    this.element.replaceChildren(this.frame.element)
  }

  /** Shows the output's text and why the widget cannot be shown. */
  private explain(): void {
    const { state } = this
    const module = state?.['_model_module']
    const reason =
      state === null
        ? 'The state of this widget is no longer available. Run the cell again to use it.'
        : `Widgets of ${typeof module === 'string' ? module : 'this kind'} cannot be shown here, only those of ipywidgets and anywidget.`
    const text = new TextView('nb-result')
    text.show(this.view.text)
    const note = document.createElement('p')
    note.className = 'nb-widget-note'
    note.textContent = reason
    this.element.replaceChildren(text.element, note)
  }

  private onChange({ id, state, messages }: WidgetChange): void {
    if (this.writing) return
    if (this.frame === null) {
      if (id !== this.view.model) return
      if (this.isSupported) this.show()
      else this.explain()
      return
    }
    if (this.shown.size === 0) return
    this.sendNewModels(id, state)
    if (!this.shown.has(id)) return
    // Pending local changes will overwrite these keys.
    const pending = this.pending.get(id) ?? {}
    const changed = Object.entries(state).filter(([key]) => !Object.hasOwn(pending, key))
    if (changed.length > 0)
      this.frame.send({ type: 'nb-widget-state', id, state: Object.fromEntries(changed) })
    for (const { to, content, buffers } of messages)
      if (to === 'views') this.frame.send({ type: 'nb-widget-message', id, message: { content, buffers } })
  }

  /** Sends models that are needed since this change: it refers to them, or they refer to shown ones. */
  private sendNewModels(id: string, state: Leaves): void {
    const named = Object.values(state).flatMap((value) => namedWidgets(value))
    const mayNeedMore = this.shown.has(id)
      ? named.some((name) => !this.shown.has(name))
      : named.some((name) => this.shown.has(name))
    if (!mayNeedMore) return
    const models = this.place.widgets?.models(this.view.model) ?? new Map<string, Leaves>()
    const fresh = [...models].filter(([model]) => !this.shown.has(model))
    if (fresh.length === 0) return
    this.shown = new Set(models.keys())
    this.frame?.send({ type: 'nb-widget-models', models: Object.fromEntries(fresh) })
  }

  private onFrameMessage(message: WidgetFrameMessage): void {
    if (!this.shown.has(message.id) || JSON.stringify(message).length > maxMessageLength) return
    switch (message.type) {
      case 'nb-widget-state':
        this.pending.set(message.id, { ...this.pending.get(message.id), ...(message.state as Leaves) })
        this.timer ??= setTimeout(() => this.write(), writeInterval)
        return
      case 'nb-widget-message': {
        this.write()
        const { content, buffers } = message.message
        this.place.widgets?.send(message.id, content as Leaf, buffers)
        return
      }
      default:
        message satisfies never
    }
  }

  private write(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    const changed = [...this.pending]
    this.pending.clear()
    this.writing = true
    try {
      for (const [id, changes] of changed) this.place.widgets?.update(id, changes)
    } finally {
      this.writing = false
    }
  }
}
