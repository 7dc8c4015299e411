// Renders ipywidgets in the output frame with their original front end. Built as a separate library that the page provides
// when needed. Models mirror the state in the document: local changes are sent to the page, and changes by others come from
// there.

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
import json from '../output/json.css?inline'
import theme from './controls.css?inline'
import type { Send, WidgetMessage, WidgetModels, WidgetState } from './message.ts'
import { OutputView } from './output-widget.ts'
import './show-widget.ts'
import { typeset, type LoadLibrary } from './typeset.ts'
import { WidgetModules, type Module } from './widget-modules.ts'
import type { RunningWidget } from './widget.ts'

type Listener = (message: unknown) => void

/** A model's connection to Python, by way of the page. */
class Comm implements base.IClassicComm {
  readonly target_name = 'jupyter.widget'
  private listener: Listener = () => undefined

  constructor(
    readonly comm_id: string,
    private readonly sendToPage: Send,
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
      this.sendToPage({ type: 'nb-widget-state', id, state: joinBuffers(state ?? {}, paths ?? [], buffers) })
    else if (method === 'custom')
      this.sendToPage({
        type: 'nb-widget-message',
        id,
        message: { content, buffers: buffers.map(viewToBase64) },
      })
    // A model only sends its next change after this status message.
    queueMicrotask(() => callbacks?.iopub?.['status']?.({ content: { execution_state: 'idle' } } as never))
    return id
  }

  on_msg(callback: Listener): void {
    this.listener = callback
  }

  on_close(): void {}

  receive(data: object, buffers: readonly DataView[]): void {
    this.listener({ content: { comm_id: this.comm_id, data }, buffers, metadata: {} })
  }
}

const own: { readonly [name: string]: Module } = {
  '@jupyter-widgets/base': base,
  '@jupyter-widgets/controls': controls,
  '@jupyter-widgets/output': { OutputModel, OutputView },
  anywidget,
}

class Manager extends ManagerBase {
  /** Modules that are not available. */
  readonly missing = new Set<string>()
  private readonly modules: WidgetModules
  private readonly comms = new Map<string, Comm>()

  /** What widgets ask for their labels. */
  readonly _rendermime = {
    latexTypesetter: { typeset: (element: HTMLElement): void => void typeset(element, this.library) },
  }

  constructor(
    readonly send: Send,
    readonly library: LoadLibrary,
  ) {
    super()
    this.modules = new WidgetModules(own, send, library)
  }

  protected override async loadClass(name: string, module: string, version: string): Promise<never> {
    const found = (await this.modules.load(module, version))?.[name]
    if (found !== undefined) return found as never
    this.missing.add(module)
    throw new Error(`the front end of ${module} is not part of the app`)
  }

  protected override async _create_comm(_target: string, id: string): Promise<Comm> {
    const comm = new Comm(id, this.send)
    this.comms.set(id, comm)
    return comm
  }

  protected override async _get_comm_info(): Promise<Record<string, never>> {
    return {}
  }

  async add(models: WidgetModels): Promise<void> {
    await Promise.all(
      Object.entries(models).map(async ([id, widgetState]) => {
        if (this.has_model(id)) return
        const { state, paths, buffers } = splitBuffers(widgetState)
        base.put_buffers(state as never, paths as never, buffers)
        // `new_model` registers its promise synchronously, so that models can refer to each other.
        const comm = new Comm(id, this.send)
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

  onState(id: string, widgetState: WidgetState): void {
    const { state, paths, buffers } = splitBuffers(widgetState)
    this.comms.get(id)?.receive({ method: 'update', state, buffer_paths: paths }, buffers)
  }

  onMessage(id: string, { content, buffers }: WidgetMessage): void {
    this.comms.get(id)?.receive({ method: 'custom', content }, buffers.map(base64ToView))
  }
}

window.startControls = async ({ root, models }, place, send, library): Promise<RunningWidget> => {
  const style = document.createElement('style')
  style.textContent = styles + theme + json
  document.head.append(style)
  const manager = new Manager(send, library)
  await manager.add(models)
  if (manager.missing.size > 0) {
    place.textContent = `The front end of ${[...manager.missing].join(', ')} is not part of the app.`
    return { onModels: () => undefined, onState: () => undefined, onMessage: () => undefined }
  }
  const view = await manager.create_view(await manager.get_model(root))
  place.replaceChildren()
  MessageLoop.sendMessage(view.luminoWidget, Widget.Msg.BeforeAttach)
  place.append(view.el)
  MessageLoop.sendMessage(view.luminoWidget, Widget.Msg.AfterAttach)
  window.addEventListener('resize', () =>
    MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize),
  )
  return {
    onModels: (more) => void manager.add(more),
    onState: (id, state) => manager.onState(id, state),
    onMessage: (id, message) => manager.onMessage(id, message),
  }
}
