// An anywidget front end inside the output frame: a module with `render` and perhaps `initialize`
// (https://anywidget.dev/en/afm/). Its model is a picture of the state in the document: what it sets goes to the page,
// and what others set comes from there.

import { base64ToView, viewToBase64 } from './bytes.ts'
import type { FromFrame, WidgetMessage, WidgetState } from './message.ts'

type Cleanup = (() => unknown) | undefined
type Listener = (...values: readonly unknown[]) => unknown
interface Given {
  readonly model: Model
  readonly el?: HTMLElement
  readonly experimental: { readonly invoke: Model['invoke'] }
}
type Step = (given: Given) => unknown
interface Definition {
  readonly initialize?: Step
  readonly render?: Step
}

export interface RunningWidget {
  takeState(state: WidgetState): void
  takeMessage(message: WidgetMessage): void
}

/** The part of Backbone's model that widgets are written against. */
class Model {
  private readonly state = new Map<string, unknown>()
  /** Set and not saved. */
  private readonly changed = new Set<string>()
  private readonly listeners = new Map<string, Set<Listener>>()

  constructor(
    state: WidgetState,
    private readonly tell: (message: FromFrame) => void,
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
    this.tell({ type: 'nb-widget-state', state })
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
    this.tell({ type: 'nb-widget-message', message: { content, buffers: buffers.map(viewToBase64) } })

  readonly widget_manager = {
    get_model: (id: string): Promise<never> =>
      Promise.reject(new Error(`widgets inside of widgets are not shown here (${id})`)),
  }

  /** Calls a method of the Python half that is marked as a command; its answer is a message of the same id. */
  readonly invoke = (
    name: string,
    message: unknown,
    options: { buffers?: readonly DataView[] } = {},
  ): Promise<unknown> => {
    const id = crypto.randomUUID()
    return new Promise((resolve) => {
      const answered: Listener = (content, buffers) => {
        if (!isAnswer(content) || content.id !== id) return
        this.off('msg:custom', answered)
        resolve([content.response, buffers])
      }
      this.on('msg:custom', answered)
      this.send({ id, kind: 'anywidget-command', name, msg: message }, undefined, options.buffers ?? [])
    })
  }

  takeState(state: WidgetState): void {
    this.put(Object.entries(state).map(([key, value]) => [key, unpacked(value)] as const))
  }

  takeMessage({ content, buffers }: WidgetMessage): void {
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
      // One that throws is no reason for the others not to hear.
      try {
        listener(...values)
      } catch (error) {
        reportError(error)
      }
  }
}

const isAnswer = (content: unknown): content is { readonly id: unknown; readonly response: unknown } =>
  typeof content === 'object' &&
  content !== null &&
  'kind' in content &&
  content.kind === 'anywidget-command-response' &&
  'id' in content &&
  'response' in content

const same = (a: unknown, b: unknown): boolean =>
  a === b ||
  (typeof a === 'object' && typeof b === 'object' && JSON.stringify(packed(a)) === JSON.stringify(packed(b)))

const isRecord = (value: unknown): value is WidgetState =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Bytes as the document has them, at any depth. */
function packed(value: unknown): unknown {
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return { $buffer: viewToBase64(value) }
  if (Array.isArray(value)) return value.map(packed)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, packed(part)]))
}

function unpacked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpacked)
  if (!isRecord(value)) return value
  const { $buffer } = value
  if (typeof $buffer === 'string') return base64ToView($buffer)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, unpacked(part)]))
}

/** Imports text as a module; what it imports itself from elsewhere the frame's policy refuses. */
async function moduleOf(source: string): Promise<Definition> {
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  try {
    const loaded = (await import(/* @vite-ignore */ address)) as Definition & { default?: unknown }
    const found: unknown = typeof loaded.default === 'function' ? await loaded.default() : loaded.default
    return typeof found === 'object' && found !== null ? found : loaded
  } catch (error) {
    const [, elsewhere] = /(?:from|import)\s*(?:\(\s*)?["'](https?:[^"']+|[@\w][^"']*)["']/.exec(source) ?? []
    if (elsewhere === undefined) throw error
    throw new Error(
      `it imports ${elsewhere}, and outputs here load nothing from elsewhere: bundle it into the widget`,
      {
        cause: error,
      },
    )
  } finally {
    URL.revokeObjectURL(address)
  }
}

/** Shows the widget in `place`. */
export async function startWidget(
  state: WidgetState,
  place: HTMLElement,
  tell: (message: FromFrame) => void,
): Promise<RunningWidget> {
  const model = new Model(state, tell)
  const { _esm: source, _css: css } = state
  if (typeof source !== 'string') throw new Error('the widget brings no code of its own')
  if (/^https?:\/\/\S+$/.test(source))
    throw new Error(`its code is at ${source}, and outputs here load nothing from elsewhere`)
  if (typeof css === 'string') {
    const style = document.createElement('style')
    style.textContent = css
    document.head.append(style)
  }
  const el = document.createElement('div')
  place.replaceChildren(el)
  const definition = await moduleOf(source)
  const experimental = { invoke: model.invoke }
  const cleanups: Cleanup[] = []
  for (const [step, given] of [
    [definition.initialize, { model, experimental }],
    [definition.render, { model, el, experimental }],
  ] as const) {
    const cleanup = await step?.(given)
    if (typeof cleanup === 'function') cleanups.push(cleanup as () => unknown)
  }
  if (!definition.render) throw new Error('its module has no `render`')
  window.addEventListener('pagehide', () => {
    for (const cleanup of cleanups) cleanup?.()
  })
  return model
}
