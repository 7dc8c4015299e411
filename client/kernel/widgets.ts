// The kernel's side of widgets. Models live as long as Python; the document has those that an output shows. Changes by
// Python go there, gathered for 50 ms; changes by people go to Python, between runs.
import type * as Y from 'yjs'
import { sameJson } from '../../shared/notebook/leaf.ts'
import type { Leaf, Leaves } from '../../shared/notebook/notebook.ts'
import {
  allowedChanges,
  isLink,
  namedWidgets,
  observeWidgets,
  putWidget,
  readWidget,
  removeWidget,
  sendToWidget,
  setWidgetState,
  sweepWidgets,
  viewedWidget,
} from '../../shared/notebook/document/widgets.ts'
import type { Kernel } from './kernel.ts'
import { withEvent } from './event-outputs.ts'
import type { CommMessage, KernelEvent } from './protocol.ts'
import { isRecord } from '../../shared/record.ts'

type CommEvent = KernelEvent & { readonly type: 'comm' }

/** An output within an Output widget that has a display id. */
interface Place {
  readonly displayId: string
  readonly index: number
  /** What is there, unless something else has been put there since. */
  leaf: Leaf
}

const interval = 50
/** https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md */
const widgetTarget = 'jupyter.widget'

export class WidgetPeer {
  /** The open models of this page's Python, as Python last had them. */
  private readonly models = new Map<string, Leaves>()
  /** Set by Python, not yet in the document. */
  private readonly incoming = new Map<string, Leaves>()
  /** For Python, when no cell runs. */
  private outgoing: CommMessage[] = []
  /** Output widgets that capture output, the innermost last. */
  private handlers: string[] = []
  /** Those to be cleared before their next output. */
  private readonly clearing = new Set<string>()
  /** By Output widget. */
  private readonly places = new Map<string, Place[]>()
  private timer: ReturnType<typeof setTimeout> | null = null
  private readonly stops: readonly (() => void)[]

  /** `warn` shows a message to the person whose cell runs. */
  constructor(
    private readonly doc: Y.Doc,
    private readonly kernel: Kernel,
    private readonly executor: string,
    private readonly warn: (text: string) => void,
  ) {
    this.stops = [
      observeWidgets(doc, ({ id, state, messages }, origin) => {
        const known = this.models.get(id)
        if (origin === 'kernel' || known === undefined) return
        const changes = allowedChanges(known, state)
        if (Object.keys(changes).length > 0) {
          this.models.set(id, { ...known, ...changes })
          // What a person sets later than Python counts for both.
          const coming = this.incoming.get(id)
          if (coming !== undefined) this.incoming.set(id, without(coming, changes))
          this.setInPython(id, changes)
        }
        for (const { to, content, buffers } of messages)
          if (to === 'kernel') this.outgoing.push({ comm: id, data: { method: 'custom', content }, buffers })
        this.deliver()
      }),
      kernel.onChange(() => this.deliver()),
    ]
  }

  take({ what, comm, target, data, buffers }: CommEvent): void {
    switch (what) {
      case 'open':
        if (target !== widgetTarget || !isRecord(data['state'])) return
        this.models.set(comm, data['state'])
        this.publishLink(comm, data['state'])
        return
      case 'close':
        this.incoming.delete(comm)
        this.places.delete(comm)
        if (this.models.delete(comm)) removeWidget(this.doc, comm, 'kernel')
        return
      case 'message': {
        const known = this.models.get(comm)
        if (known === undefined) return
        if (data['method'] === 'update' && isRecord(data['state'])) {
          this.setHere(comm, data['state'])
          this.withdraw(comm, data['state'])
          const { msg_id: taking } = data['state']
          if (taking !== undefined) this.handlers = this.handlers.filter((other) => other !== comm)
          if (typeof taking === 'string' && taking !== '') this.handlers.push(comm)
        } else if (data['method'] === 'custom') {
          this.flush()
          const content: Leaf = data['content'] ?? null
          sendToWidget(this.doc, comm, { to: 'views', content, buffers }, 'kernel')
        }
        return
      }
      default:
        what satisfies never
    }
  }

  /** Output within `with out:`, or of an interact function, belongs to the Output widget. Whether it was captured. */
  capture(event: KernelEvent): boolean {
    const comm = this.handlers.at(-1)
    if (comm === undefined || !this.models.has(comm)) return false
    const clears = event.type === 'clear' || this.clearing.has(comm)
    const outputs = withEvent(clears ? [] : this.outputsOf(comm), event)
    if (outputs === null) return false
    if (event.type === 'clear' && event.wait) {
      this.clearing.add(comm)
      return true
    }
    this.clearing.delete(comm)
    if (clears) this.places.delete(comm)
    const [displayId, leaf] = [event.type === 'display' ? event.displayId : undefined, outputs.at(-1)]
    if (displayId !== undefined && leaf !== undefined) {
      const place = { displayId, index: outputs.length - 1, leaf }
      this.places.set(comm, [...(this.places.get(comm) ?? []), place])
    }
    this.setOutputs(comm, outputs)
    return true
  }

  /** Shows the object in the places of this display id that are within Output widgets. */
  updateDisplay(displayId: string, leaf: Leaf): void {
    for (const [comm, places] of this.places) {
      const outputs = [...this.outputsOf(comm)]
      const found = places.filter(
        (place) => place.displayId === displayId && sameJson(outputs[place.index], place.leaf),
      )
      for (const place of found) outputs[place.index] = place.leaf = leaf
      if (found.length > 0) this.setOutputs(comm, outputs)
    }
  }

  private outputsOf(comm: string): readonly Leaf[] {
    const outputs = this.models.get(comm)?.['outputs']
    return Array.isArray(outputs) ? (outputs as readonly Leaf[]) : []
  }

  private setOutputs(comm: string, outputs: readonly Leaf[]): void {
    this.setHere(comm, { outputs })
    this.setInPython(comm, { outputs })
  }

  private setHere(comm: string, changes: Leaves): void {
    this.models.set(comm, { ...this.models.get(comm), ...changes })
    this.incoming.set(comm, { ...this.incoming.get(comm), ...changes })
    this.timer ??= setTimeout(() => this.flush(), interval)
  }

  /** An output was written: the model it shows, with all models it refers to, goes into the document. */
  show(output: Leaf): void {
    const model = viewedWidget(output)
    if (model === null) return
    this.flush()
    this.doc.transact(() => this.publish(model), 'kernel')
  }

  /** A run has ended, and its start may have removed outputs. */
  settle(): void {
    this.flush()
    sweepWidgets(this.doc, 'kernel')
  }

  /** Python has ended and with it the models; their state in the document stays. */
  forget(): void {
    this.flush()
    this.models.clear()
    this.handlers = []
    this.clearing.clear()
    this.places.clear()
    this.outgoing = []
  }

  destroy(): void {
    for (const stop of this.stops) stop()
    if (this.timer !== null) clearTimeout(this.timer)
  }

  private publish(id: string): void {
    const state = this.models.get(id)
    if (state === undefined || readWidget(this.doc, id) !== null) return
    this.warnTooLarge(putWidget(this.doc, id, { kernel: this.executor, state }, 'kernel'))
    for (const value of Object.values(state)) for (const named of namedWidgets(value)) this.publish(named)
    for (const [other, link] of this.models) this.publishLink(other, link)
  }

  /** No output shows a link widget: it is in the document if one of its ends is. */
  private publishLink(id: string, state: Leaves): void {
    if (!isLink(state)) return
    const ends = Object.values(state).flatMap((value) => namedWidgets(value))
    if (ends.some((end) => readWidget(this.doc, end) !== null)) this.publish(id)
  }

  private flush(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    if (this.incoming.size === 0) return
    this.doc.transact(() => {
      for (const [id, changes] of this.incoming) {
        if (readWidget(this.doc, id) === null) continue
        this.warnTooLarge(setWidgetState(this.doc, id, changes, 'kernel'))
        for (const value of Object.values(changes))
          for (const named of namedWidgets(value)) this.publish(named)
      }
    }, 'kernel')
    this.incoming.clear()
  }

  private warnTooLarge(tooLarge: readonly string[]): void {
    if (tooLarge.length > 0)
      this.warn(`[Too large for a widget's state, and not shown: ${tooLarge.join(', ')}]\n`)
  }

  /** While Python is busy, several changes become one message. */
  private setInPython(comm: string, changes: Leaves): void {
    const last = this.outgoing.at(-1)
    if (last?.comm === comm && last.data['method'] === 'update' && isRecord(last.data['state']))
      this.outgoing[this.outgoing.length - 1] = {
        ...last,
        data: { method: 'update', state: { ...last.data['state'], ...changes } },
      }
    else this.outgoing.push({ comm, data: { method: 'update', state: changes }, buffers: [] })
  }

  /** What Python has set since is not set in it to what it was before. */
  private withdraw(comm: string, newer: Leaves): void {
    this.outgoing = this.outgoing.flatMap((message) => {
      const { state, method } = message.data
      if (message.comm !== comm || method !== 'update' || !isRecord(state)) return [message]
      const left = without(state, newer)
      return Object.keys(left).length > 0 ? [{ ...message, data: { ...message.data, state: left } }] : []
    })
  }

  private deliver(): void {
    if (this.kernel.status !== 'idle') return
    for (const message of this.outgoing.splice(0)) this.kernel.comm(message)
  }
}

const without = (state: Leaves, keys: Leaves): Leaves =>
  Object.fromEntries(Object.entries(state).filter(([key]) => !Object.hasOwn(keys, key)))
