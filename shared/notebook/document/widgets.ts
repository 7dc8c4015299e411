// Widgets: the state shared by the Python side and the views of a control. It is in the document, so that everyone moves
// the same slider, and is never undone. Its form in a file is in saved-widgets.ts.
//
//   widgets  Y.Map<model id, Y.Map>
//     kernel    the executor whose Python has the model
//     state     Y.Map<key, Leaf>; bytes are {$buffer: base64}; `_esm` and `_css` are the code of the view
//     messages  Y.Array<Leaf {to, content, buffers}>; each is handled once, the last few are kept
//
// A model is here while an output shows it, or while a shown model refers to it.
import * as Y from 'yjs'
import { cellsOf, resultOf, type Value } from './layout.ts'
import { leafOf } from '../leaf.ts'
import type { Leaf, Leaves } from '../notebook.ts'
import type { Origin } from './origin.ts'
import { savedWidgets, widgetMetadata } from './saved-widgets.ts'
import { isRecord } from '../../record.ts'

export const widgetViewMime = 'application/vnd.jupyter.widget-view+json'

export interface Widget {
  readonly kernel: string
  readonly state: Leaves
}

export interface WidgetMessage {
  readonly to: 'kernel' | 'views'
  readonly content: Leaf
  /** base64 */
  readonly buffers: readonly string[]
}

export interface WidgetChange {
  readonly id: string
  /** What was set, by anyone; for a new model, its whole state. */
  readonly state: Leaves
  readonly messages: readonly WidgetMessage[]
}

/** Characters of JSON allowed for one value or message. */
const maxValueSize = 8_000_000
/** Messages kept for slow receivers. */
const messagesKept = 50

type WidgetMap = Y.Map<Value>

const widgetsOf = (doc: Y.Doc): Y.Map<WidgetMap> => doc.getMap('widgets')

const stateOf = (widget: unknown): Y.Map<Value> | null => {
  const state = widget instanceof Y.Map ? (widget as WidgetMap).get('state') : undefined
  return state instanceof Y.Map ? state : null
}

const messagesOf = (widget: unknown): Y.Array<Value> | null => {
  const messages = widget instanceof Y.Map ? (widget as WidgetMap).get('messages') : undefined
  return messages instanceof Y.Array ? messages : null
}

const leaves = (state: Y.Map<Value>, keys: Iterable<string> = state.keys()): Leaves => {
  const found: [string, Leaf][] = []
  for (const key of keys) {
    const value = state.get(key)
    if (value !== undefined && !(value instanceof Y.AbstractType)) found.push([key, leafOf(value)])
  }
  return Object.fromEntries(found)
}

export const readWidget = (doc: Y.Doc, id: string): Widget | null => {
  const widget: unknown = widgetsOf(doc).get(id)
  const state = stateOf(widget)
  if (state === null) return null
  const kernel = (widget as WidgetMap).get('kernel')
  return { kernel: typeof kernel === 'string' ? kernel : '', state: leaves(state) }
}

const fits = (value: Leaf): boolean => JSON.stringify(value).length <= maxValueSize
const same = (a: Value | undefined, b: Leaf): boolean =>
  a === b || (!(a instanceof Y.AbstractType) && JSON.stringify(leafOf(a)) === JSON.stringify(b))

/** Sets what differs; keys whose values are too large are unchanged and returned. */
const assign = (state: Y.Map<Value>, changes: Leaves): string[] => {
  const left: string[] = []
  for (const [key, change] of Object.entries(changes)) {
    const value = leafOf(change)
    if (!fits(value)) left.push(key)
    else if (!same(state.get(key), value)) state.set(key, value)
  }
  return left
}

/** Adds a model, or sets its whole state. Returns the keys that are too large. */
export const putWidget = (
  doc: Y.Doc,
  id: string,
  { kernel, state }: Widget,
  origin: Origin,
): readonly string[] => {
  let left: string[] = []
  doc.transact(() => {
    const existing = stateOf(widgetsOf(doc).get(id))
    if (existing !== null) {
      left = assign(existing, state)
      return
    }
    const widget: WidgetMap = new Y.Map()
    widgetsOf(doc).set(id, widget)
    widget.set('kernel', kernel)
    const made = new Y.Map<Value>()
    widget.set('state', made)
    left = assign(made, state)
    widget.set('messages', new Y.Array<Value>())
  }, origin)
  return left
}

/** Changes by the kernel; ignored if the document does not have the model. Returns the keys that are too large. */
export const setWidgetState = (
  doc: Y.Doc,
  id: string,
  changes: Leaves,
  origin: Origin,
): readonly string[] => {
  const state = stateOf(widgetsOf(doc).get(id))
  return state === null ? [] : doc.transact(() => assign(state, changes), origin)
}

const identity = /^_(esm|css|anywidget_id|(model|view)_(name|module|module_version))$/

/** Changes allowed to viewers: only existing keys, and none that define what the widget is. */
export const allowedChanges = (known: Leaves, changes: Leaves): Leaves =>
  Object.fromEntries(
    Object.entries(changes).filter(([key]) => !identity.test(key) && Object.hasOwn(known, key)),
  )

export const updateWidget = (doc: Y.Doc, id: string, changes: Leaves): void => {
  const state = shownState(doc, id)
  if (state === null) return
  const allowed = allowedChanges(state, changes)
  doc.transact(() => {
    // A widget from the file becomes the document's with its first change.
    if (readWidget(doc, id) === null) putWidget(doc, id, { kernel: '', state }, 'widget')
    setWidgetState(doc, id, allowed, 'widget')
  }, 'widget')
}

export const sendToWidget = (doc: Y.Doc, id: string, message: WidgetMessage, origin: Origin): void => {
  const messages = messagesOf(widgetsOf(doc).get(id))
  const leaf = leafOf({ ...message, buffers: message.buffers })
  if (messages === null || !fits(leaf)) return
  doc.transact(() => {
    messages.push([leaf])
    if (messages.length > messagesKept) messages.delete(0, messages.length - messagesKept)
  }, origin)
}

export const removeWidget = (doc: Y.Doc, id: string, origin: Origin): void =>
  doc.transact(() => widgetsOf(doc).delete(id), origin)

const readMessage = (value: unknown): WidgetMessage | null => {
  if (!isRecord(value)) return null
  const { to, content = null, buffers } = value
  if (to !== 'kernel' && to !== 'views') return null
  const texts = Array.isArray(buffers) ? buffers.filter((buffer) => typeof buffer === 'string') : []
  return { to, content: leafOf(content), buffers: texts }
}

/** Reports every change with the origin of its transaction (a replica's name if it is remote). */
export const observeWidgets = (
  doc: Y.Doc,
  listener: (change: WidgetChange, origin: unknown) => void,
): (() => void) => {
  const onEvents = (events: Y.YEvent<Y.AbstractType<unknown>>[], { origin }: Y.Transaction): void => {
    for (const event of events) {
      const [id, part] = event.path
      if (id === undefined) {
        for (const key of event.changes.keys.keys())
          listener({ id: key, state: readWidget(doc, key)?.state ?? {}, messages: [] }, origin)
      } else if (part === 'state' && event.target instanceof Y.Map) {
        const state = leaves(event.target as Y.Map<Value>, event.changes.keys.keys())
        listener({ id: String(id), state, messages: [] }, origin)
      } else if (part === 'messages') {
        const added = event.changes.delta.flatMap(({ insert }) =>
          Array.isArray(insert) ? (insert as unknown[]) : [],
        )
        const messages = added.map(readMessage).filter((message) => message !== null)
        listener({ id: String(id), state: {}, messages }, origin)
      }
    }
  }
  const widgets = widgetsOf(doc)
  widgets.observeDeep(onEvents)
  return () => widgets.unobserveDeep(onEvents)
}

const reference = 'IPY_MODEL_'

/** The models that a state refers to, in ipywidgets' form, and those that outputs in it show. */
export const namedWidgets = (value: Leaf | undefined, depth = 20): string[] => {
  if (typeof value === 'string') return value.startsWith(reference) ? [value.slice(reference.length)] : []
  if (typeof value !== 'object' || value === null || depth === 0) return []
  // Of an output within an Output.
  const shown = viewedWidget({ data: value })
  if (shown !== null) return [shown]
  return Object.values(value).flatMap((part: Leaf) => namedWidgets(part, depth - 1))
}

/** A model's state, from Python here or from the file. */
export const shownState = (doc: Y.Doc, id: string): Leaves | null =>
  readWidget(doc, id)?.state ?? savedWidgets(doc).get(id) ?? null

/** `jslink` and `jsdlink`: no output shows them; they act on the models they refer to. */
export const isLink = (state: Leaves): boolean =>
  /^(Directional)?LinkModel$/.test(String(state['_model_name']))

/** The states of all models needed to show these: those they refer to, and links between them. */
export const shownModels = (doc: Y.Doc, ...roots: readonly string[]): ReadonlyMap<string, Leaves> => {
  const found = new Map<string, Leaves>()
  const ids = new Set([...widgetsOf(doc).keys(), ...savedWidgets(doc).keys()])
  const links = new Map<string, Leaves>()
  for (const id of ids) {
    const state = shownState(doc, id)
    if (state !== null && isLink(state)) links.set(id, state)
  }
  const waiting = [...roots]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const state = found.has(id) ? null : shownState(doc, id)
    if (state === null) continue
    found.set(id, state)
    waiting.push(...Object.values(state).flatMap((value) => namedWidgets(value)))
    for (const [link, names] of links)
      if (Object.values(names).some((value) => namedWidgets(value).includes(id))) waiting.push(link)
  }
  return found
}

/** The model an output shows; null for none. */
export const viewedWidget = (output: unknown): string | null => {
  const data = isRecord(output) ? output['data'] : null
  const view = isRecord(data) ? data[widgetViewMime] : null
  const id = isRecord(view) ? view['model_id'] : null
  return typeof id === 'string' ? id : null
}

/** Every model that outputs show, including those of deleted cells, which may be restored. */
export const viewedWidgets = (doc: Y.Doc): Set<string> => {
  const found = new Set<string>()
  for (const id of cellsOf(doc).keys()) {
    const outputs = resultOf(doc, id)?.get('outputs')
    if (!(outputs instanceof Y.Array)) continue
    for (const output of outputs) {
      const model = output instanceof Y.AbstractType ? null : viewedWidget(output)
      if (model !== null) found.add(model)
    }
  }
  return found
}

/** Removes models that nothing shows any more. */
export const sweepWidgets = (doc: Y.Doc, origin: Origin): void => {
  const widgets = widgetsOf(doc)
  if (widgets.size === 0) return
  const kept = shownModels(doc, ...viewedWidgets(doc))
  const gone = [...widgets.keys()].filter((id) => !kept.has(id))
  if (gone.length > 0) doc.transact(() => gone.forEach((id) => widgets.delete(id)), origin)
}

/** The file's metadata: unchanged until a widget is changed or created here. */
export const widgetMeta = (doc: Y.Doc): Leaves => {
  if (widgetsOf(doc).size === 0) return {}
  const models = shownModels(doc, ...viewedWidgets(doc))
  return models.size === 0 ? {} : { widgets: widgetMetadata(models) }
}
