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

/** Imports text as a module. The frame's policy blocks imports from other servers. */
const importText = async (source: string): Promise<Definition> => {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  try {
    const loaded = (await import(/* @vite-ignore */ url)) as Definition & { default?: unknown }
    const found: unknown = typeof loaded.default === 'function' ? await loaded.default() : loaded.default
    return typeof found === 'object' && found !== null ? found : loaded
  } catch (error) {
    const [, blocked] = /(?:from|import)\s*(?:\(\s*)?["'](https?:[^"']+|[@\w][^"']*)["']/.exec(source) ?? []
    if (blocked === undefined) throw error
    throw new Error(`it imports ${blocked}, but outputs cannot import modules: bundle it into the widget`, {
      cause: error,
    })
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
  if (/^https?:\/\/\S+$/.test(source))
    throw new Error(`its module is at ${source}, but outputs cannot load modules from a server`)
  if (typeof css === 'string') {
    const style = document.createElement('style')
    style.textContent = css
    document.head.append(style)
  }
  const definition = await importText(source)
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
