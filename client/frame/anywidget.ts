// Anywidget's front end module: `render` and perhaps `initialize` (https://anywidget.dev/en/afm/), whatever model it is
// given.

import type { WidgetState } from './message.ts'

export type Listener = (...values: readonly unknown[]) => unknown
type Cleanup = (() => unknown) | undefined

/** What of a model is needed here. */
export interface AnyModelPart {
  on(names: string, listener: Listener): unknown
  off(names: string, listener: Listener): unknown
  send(content: unknown, callbacks: undefined, buffers: readonly ArrayBufferView[]): unknown
}

interface Given {
  readonly model: AnyModelPart
  readonly el?: HTMLElement
  readonly experimental: { readonly invoke: ReturnType<typeof invoker> }
}
type Step = (given: Given) => unknown
export interface Definition {
  readonly initialize?: Step
  readonly render?: Step
}

/** Calls a method of the Python half that is marked as a command; its answer is a message of the same id. */
const invoker =
  (model: AnyModelPart) =>
  (name: string, message: unknown, options: { buffers?: readonly DataView[] } = {}): Promise<unknown> => {
    const id = crypto.randomUUID()
    return new Promise((resolve) => {
      const answered: Listener = (content, buffers) => {
        if (!isAnswer(content) || content.id !== id) return
        model.off('msg:custom', answered)
        resolve([content.response, buffers])
      }
      model.on('msg:custom', answered)
      model.send({ id, kind: 'anywidget-command', name, msg: message }, undefined, options.buffers ?? [])
    })
  }

const isAnswer = (content: unknown): content is { readonly id: unknown; readonly response: unknown } =>
  typeof content === 'object' &&
  content !== null &&
  'kind' in content &&
  content.kind === 'anywidget-command-response' &&
  'id' in content &&
  'response' in content

/** Imports text as a module; what it imports itself from elsewhere the frame's policy refuses. */
async function imported(source: string): Promise<Definition> {
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

const definitions = new WeakMap<AnyModelPart, Promise<Definition>>()

async function initialized(
  model: AnyModelPart,
  { _esm: source, _css: css }: WidgetState,
): Promise<Definition> {
  if (typeof source !== 'string') throw new Error('the widget brings no code of its own')
  if (/^https?:\/\/\S+$/.test(source))
    throw new Error(`its code is at ${source}, and outputs here load nothing from elsewhere`)
  if (typeof css === 'string') {
    const style = document.createElement('style')
    style.textContent = css
    document.head.append(style)
  }
  const definition = await imported(source)
  hold(await definition.initialize?.({ model, experimental: { invoke: invoker(model) } }))
  return definition
}

function hold(cleanup: unknown): void {
  if (typeof cleanup === 'function') window.addEventListener('pagehide', () => void (cleanup as Cleanup)?.())
}

/** Draws a view of the model in `el`; its module is asked to initialize the model once. */
export async function drawAnywidget(model: AnyModelPart, state: WidgetState, el: HTMLElement): Promise<void> {
  const initializing = definitions.get(model) ?? initialized(model, state)
  definitions.set(model, initializing)
  const { render } = await initializing
  if (!render) throw new Error('its module has no `render`')
  hold(await render({ model, el, experimental: { invoke: invoker(model) } }))
}
