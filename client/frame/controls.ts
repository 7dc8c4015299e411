// Widgets of ipywidgets inside the output frame, by their own front ends. A library of its own, that the page hands over
// when a first one is shown. Models are pictures of the state in the document: what they save goes to the page, what
// others set comes from there.

import { ManagerBase } from '@jupyter-widgets/base-manager'
import * as base from '@jupyter-widgets/base'
import * as controls from '@jupyter-widgets/controls'
import styles from '@jupyter-widgets/controls/css/widgets.css?inline'
import { OutputModel } from '@jupyter-widgets/output'
import { MessageLoop } from '@lumino/messaging'
import { Widget } from '@lumino/widgets'
import * as anywidget from './any-model.ts'
import { joinBuffers, splitBuffers } from './buffers.ts'
import { base64ToView, viewToBase64 } from './bytes.ts'
import theme from './controls.css?inline'
import type { FromFrame, LibraryName, WidgetMessage, WidgetModels, WidgetState } from './message.ts'
import { OutputView } from './output-widget.ts'
import './shown-widget.ts'
import type { RunningWidget } from './widget.ts'

type Tell = (message: FromFrame) => void
type Listener = (message: unknown) => void

/** What a model takes for its connection with Python. */
class Comm implements base.IClassicComm {
  readonly target_name = 'jupyter.widget'
  private heard: Listener = () => undefined

  constructor(
    readonly comm_id: string,
    private readonly tell: Tell,
  ) {}

  open(): string {
    return ''
  }

  close(): string {
    return ''
  }

  send(
    data: unknown,
    callbacks?: base.ICallbacks,
    _metadata?: unknown,
    buffers: readonly (ArrayBuffer | ArrayBufferView)[] = [],
  ): string {
    const {
      method,
      state,
      buffer_paths: paths,
      content,
    } = data as {
      readonly method: string
      readonly state?: WidgetState
      readonly buffer_paths?: (string | number)[][]
      readonly content?: unknown
    }
    const id = this.comm_id
    if (method === 'update')
      this.tell({ type: 'nb-widget-state', id, state: joinBuffers(state ?? {}, paths ?? [], buffers) })
    else if (method === 'custom')
      this.tell({ type: 'nb-widget-message', id, message: { content, buffers: buffers.map(viewToBase64) } })
    // A model holds its next change back until it hears that this one was taken.
    queueMicrotask(() => callbacks?.iopub?.['status']?.({ content: { execution_state: 'idle' } } as never))
    return id
  }

  on_msg(callback: Listener): void {
    this.heard = callback
  }

  on_close(): void {}

  hear(data: object, buffers: readonly DataView[]): void {
    this.heard({ content: { comm_id: this.comm_id, data }, buffers, metadata: {} })
  }
}

type Module = { readonly [name: string]: unknown }
const modules: { readonly [name: string]: Module } = {
  '@jupyter-widgets/base': base,
  '@jupyter-widgets/controls': controls,
  '@jupyter-widgets/output': { OutputModel, OutputView },
  anywidget,
}

class Manager extends ManagerBase {
  private readonly loaded = new Map<string, Promise<Module | null>>()
  private readonly comms = new Map<string, Comm>()

  constructor(
    private readonly tell: Tell,
    private readonly library: (name: LibraryName) => Promise<string | null>,
  ) {
    super()
  }

  protected override async loadClass(name: string, module: string): Promise<never> {
    const found = (modules[module] ?? (await this.bundled(module)))?.[name]
    if (found === undefined) throw new Error(`widgets of ${module} cannot be shown here`)
    return found as never
  }

  /** A front end that is written for a module loader, which it needs for ipywidgets' base alone. */
  private bundled(module: string): Promise<Module | null> {
    const load = async (): Promise<Module | null> => {
      const source = module === 'jupyter-leaflet' ? await this.library(module) : null
      if (source === null) return null
      let found: Module | null = null
      const define = (names: readonly string[], make: (...given: unknown[]) => Module): void => {
        found = make(...names.map((name) => (name === 'module' ? { uri: '' } : modules[name])))
      }
      // eslint-disable-next-line typescript/no-implied-eval -- the frame is where code of others runs
      Function('define', source)(define)
      return found
    }
    const loading = this.loaded.get(module) ?? load()
    this.loaded.set(module, loading)
    return loading
  }

  protected override async _create_comm(_target: string, id: string): Promise<Comm> {
    const comm = new Comm(id, this.tell)
    this.comms.set(id, comm)
    return comm
  }

  protected override async _get_comm_info(): Promise<Record<string, never>> {
    return {}
  }

  async add(models: WidgetModels): Promise<void> {
    await Promise.all(
      Object.entries(models).map(async ([id, said]) => {
        if (this.has_model(id)) return
        const { state, paths, buffers } = splitBuffers(said)
        base.put_buffers(state as never, paths as never, buffers)
        // Its promise is registered before anything is waited for, so that models may name one another.
        const comm = new Comm(id, this.tell)
        this.comms.set(id, comm)
        await this.new_model(
          {
            model_name: String(state['_model_name']),
            model_module: String(state['_model_module']),
            model_module_version: String(state['_model_module_version']),
            model_id: id,
            comm,
          },
          state,
        )
      }),
    )
  }

  takeState(id: string, said: WidgetState): void {
    const { state, paths, buffers } = splitBuffers(said)
    this.comms.get(id)?.hear({ method: 'update', state, buffer_paths: paths }, buffers)
  }

  takeMessage(id: string, { content, buffers }: WidgetMessage): void {
    this.comms.get(id)?.hear({ method: 'custom', content }, buffers.map(base64ToView))
  }
}

/** Shows the model `root` in `place`. */
window.startControls = async ({ root, models }, place, tell, library): Promise<RunningWidget> => {
  const style = document.createElement('style')
  style.textContent = styles + theme
  document.head.append(style)
  const manager = new Manager(tell, library)
  await manager.add(models)
  const view = await manager.create_view(await manager.get_model(root))
  place.replaceChildren()
  MessageLoop.sendMessage(view.luminoWidget, Widget.Msg.BeforeAttach)
  place.append(view.el)
  MessageLoop.sendMessage(view.luminoWidget, Widget.Msg.AfterAttach)
  window.addEventListener('resize', () =>
    MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize),
  )
  return {
    takeModels: (more) => void manager.add(more),
    takeState: (id, state) => manager.takeState(id, state),
    takeMessage: (id, message) => manager.takeMessage(id, message),
  }
}
