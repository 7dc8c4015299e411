// A single anywidget in the output frame. Its model mirrors the state in the document: local changes are sent to the page,
// and changes by others come from there.

import { renderAnywidget, type Listener } from './anywidget.ts'
import { base64ToView, viewToBase64 } from './bytes.ts'
import type { Send, WidgetMessage, WidgetModels, WidgetState } from './message.ts'

/** Receives updates for a shown widget. */
export interface RunningWidget {
  onModels(models: WidgetModels): void
  onState(id: string, state: WidgetState): void
  onMessage(id: string, message: WidgetMessage): void
}

/** The part of Backbone's model that widgets use. */
class Model {
  private readonly state = new Map<string, unknown>()
  /** Keys that were set but not saved. */
  private readonly changed = new Set<string>()
  private readonly listeners = new Map<string, Set<Listener>>()

  constructor(
    private readonly id: string,
    state: WidgetState,
    private readonly sendToPage: Send,
  ) {
    for (const [key, value] of Object.entries(state)) this.state.set(key, unpacked(value))
  }

  readonly get = (key: string): unknown => this.state.get(key)

  readonly set = (key: string | WidgetState, value?: unknown): void => {
    const entries: readonly (readonly [string, unknown])[] =
      typeof key === 'string' ? [[key, value]] : Object.entries(key)
    for (const [name] of entries) this.changed.add(name)
    this.put(entries)
  }

  readonly save_changes = (): void => {
    if (this.changed.size === 0) return
    const state = Object.fromEntries([...this.changed].map((key) => [key, packed(this.state.get(key))]))
    this.changed.clear()
    this.sendToPage({ type: 'nb-widget-state', id: this.id, state })
  }

  readonly on = (names: string, listener: Listener): void => {
    for (const name of names.split(' ')) {
      const found = this.listeners.get(name) ?? new Set()
      this.listeners.set(name, found.add(listener))
    }
  }

  readonly off = (names?: string | null, listener?: Listener | null): void => {
    for (const name of names?.split(' ') ?? this.listeners.keys())
      if (listener) this.listeners.get(name)?.delete(listener)
      else this.listeners.delete(name)
  }

  readonly send = (
    content: unknown,
    _callbacks?: unknown,
    buffers: readonly (ArrayBuffer | ArrayBufferView)[] = [],
  ): void =>
    this.sendToPage({
      type: 'nb-widget-message',
      id: this.id,
      message: { content, buffers: buffers.map(viewToBase64) },
    })

  readonly widget_manager = {
    get_model: (id: string): Promise<never> =>
      Promise.reject(new Error(`this widget does not refer to the model ${id}`)),
  }

  onState(state: WidgetState): void {
    this.put(Object.entries(state).map(([key, value]) => [key, unpacked(value)] as const))
  }

  onMessage({ content, buffers }: WidgetMessage): void {
    this.emit('msg:custom', content, buffers.map(base64ToView))
  }

  private put(entries: readonly (readonly [string, unknown])[]): void {
    const different = entries.filter(([key, value]) => !same(this.state.get(key), value))
    for (const [key, value] of different) this.state.set(key, value)
    for (const [key, value] of different) this.emit(`change:${key}`, this, value, {})
    if (different.length > 0) this.emit('change', this, {})
  }

  private emit(name: string, ...values: readonly unknown[]): void {
    for (const listener of this.listeners.get(name) ?? [])
      // A listener that throws must not keep others from being called.
      try {
        listener(...values)
      } catch (error) {
        reportError(error)
      }
  }
}

const same = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && JSON.stringify(packed(a)) === JSON.stringify(packed(b)))

const isPlainObject = (value: unknown): value is WidgetState =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Encodes bytes at any depth as in the document. */
const packed = (value: unknown): unknown => {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { $buffer: viewToBase64(value) }
  if (Array.isArray(value)) return value.map(packed)
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, packed(part)]))
}

const unpacked = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(unpacked)
  if (!isPlainObject(value)) return value
  const { $buffer } = value
  if (typeof $buffer === 'string') return base64ToView($buffer)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpacked(part)]))
}

export const startWidget = async (
  id: string,
  state: WidgetState,
  place: HTMLElement,
  send: Send,
): Promise<RunningWidget> => {
  const model = new Model(id, state, send)
  const el = document.createElement('div')
  place.replaceChildren(el)
  await renderAnywidget(model, state, el)
  return {
    onModels: () => undefined,
    onState: (_, changes) => model.onState(changes),
    onMessage: (_, message) => model.onMessage(message),
  }
}
