// Loads and renders an anywidget front-end module, which has `render` and optionally `initialize`
// (https://anywidget.dev/en/afm/).

import type { WidgetState } from './message.ts'
import { isRecord } from '../../shared/record.ts'

export type Listener = (...values: readonly unknown[]) => unknown
type Cleanup = (() => unknown) | undefined

/** The part of a model that is needed here. */
export interface AnyModelPart {
  on(names: string, listener: Listener): unknown
  off(names: string, listener: Listener): unknown
  send(content: unknown, callbacks: undefined, buffers: readonly ArrayBufferView[]): unknown
}

interface HookArguments {
  readonly model: AnyModelPart
  readonly el?: HTMLElement
  readonly experimental: { readonly invoke: ReturnType<typeof invoker> }
}
type Hook = (given: HookArguments) => unknown
export interface Definition {
  readonly initialize?: Hook
  readonly render?: Hook
}

/** Calls a Python method marked as a command; the response is a message with the same id. */
const invoker =
  (model: AnyModelPart) =>
  (name: string, message: unknown, options: { buffers?: readonly DataView[] } = {}): Promise<unknown> => {
    const id = crypto.randomUUID()
    return new Promise((resolve) => {
      const onMessage: Listener = (content, buffers) => {
        if (!isResponse(content) || content.id !== id) return
        model.off('msg:custom', onMessage)
        resolve([content.response, buffers])
      }
      model.on('msg:custom', onMessage)
      model.send({ id, kind: 'anywidget-command', name, msg: message }, undefined, options.buffers ?? [])
    })
  }

const isResponse = (content: unknown): content is { readonly id: unknown; readonly response: unknown } =>
  isRecord(content) &&
  content['kind'] === 'anywidget-command-response' &&
  'id' in content &&
  'response' in content

/** The text of a module, or its address. The frame's policy blocks imports from servers that are not allowed. */
const importModule = async (source: string): Promise<Definition> => {
  const isAddress = /^https:\/\/\S+$/.test(source)
  const url = isAddress ? source : URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  try {
    const loaded = (await import(/* @vite-ignore */ url)) as Definition & { default?: unknown }
    const found: unknown = typeof loaded.default === 'function' ? await loaded.default() : loaded.default
    return typeof found === 'object' && found !== null ? found : loaded
  } catch (error) {
    const [, imported] = /(?:from|import)\s*(?:\(\s*)?["'](https?:[^"']+|[@\w][^"']*)["']/.exec(source) ?? []
    const blocked = isAddress ? source : imported
    if (blocked === undefined) throw error
    const reason = blocked.startsWith('https:')
      ? 'which is not part of the app'
      : 'but outputs cannot import modules: bundle it into the widget'
    throw new Error(`it imports ${blocked}, ${reason}`, { cause: error })
  } finally {
    URL.revokeObjectURL(url)
  }
}

const definitions = new WeakMap<AnyModelPart, Promise<Definition>>()

const initialized = async (
  model: AnyModelPart,
  { _esm: source, _css: css }: WidgetState,
): Promise<Definition> => {
  if (typeof source !== 'string') throw new Error('the widget has no JavaScript module')
  if (typeof css === 'string') {
    const style = document.createElement('style')
    style.textContent = css
    document.head.append(style)
  }
  const definition = await importModule(source)
  cleanUpOnUnload(await definition.initialize?.({ model, experimental: { invoke: invoker(model) } }))
  return definition
}

const cleanUpOnUnload = (cleanup: unknown): void => {
  if (typeof cleanup === 'function') window.addEventListener('pagehide', () => void (cleanup as Cleanup)?.())
}

/** Renders a view of the model in `el`. Calls the module's `initialize` once per model. */
export const renderAnywidget = async (
  model: AnyModelPart,
  state: WidgetState,
  el: HTMLElement,
): Promise<void> => {
  const initializing = definitions.get(model) ?? initialized(model, state)
  definitions.set(model, initializing)
  const { render } = await initializing
  if (!render) throw new Error('its module has no `render`')
  cleanUpOnUnload(await render({ model, el, experimental: { invoke: invoker(model) } }))
}
