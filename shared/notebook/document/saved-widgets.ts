// Widgets in a file's metadata, as written by JupyterLab, so that a saved notebook shows them without Python.
// https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/v2/state.schema.json
import type * as Y from 'yjs'
import { nbmetaOf } from './layout.ts'
import type { Leaf, Leaves } from '../notebook.ts'
import { plainJson } from '../output/output.ts'
import { isRecord } from '../../record.ts'

export const widgetStateMime = 'application/vnd.jupyter.widget-state+json'

/** `value` with `leaf` at the path; `value` itself for an invalid path. */
const withPart = (value: Leaf, [key, ...rest]: readonly unknown[], leaf: Leaf): Leaf => {
  if (key === undefined) return leaf
  if (Array.isArray(value))
    return value.map((part: Leaf, at) => (at === key ? withPart(part, rest, leaf) : part))
  if (typeof key !== 'string') return value
  const fields = isRecord(value) ? value : {}
  return { ...fields, [key]: withPart(fields[key] ?? null, rest, leaf) }
}

const readModel = (model: Leaf): Leaves | null => {
  if (!isRecord(model) || !isRecord(model['state'])) return null
  const { model_name: name, model_module: module, model_module_version: version, buffers } = model
  const names = { _model_name: name, _model_module: module, _model_module_version: version }
  const named = Object.entries(names).filter(([, value]) => typeof value === 'string') as [string, Leaf][]
  let state: Leaf = { ...Object.fromEntries(named), ...model['state'] }
  for (const buffer of Array.isArray(buffers) ? (buffers as Leaf[]) : [])
    if (isRecord(buffer) && typeof buffer['data'] === 'string' && Array.isArray(buffer['path']))
      state = withPart(state, buffer['path'] as Leaf[], { $buffer: buffer['data'] })
  return isRecord(state) ? state : null
}

/** The metadata object is replaced when it changes. */
const known = new WeakMap<object, ReadonlyMap<string, Leaves>>()
const none: ReadonlyMap<string, Leaves> = new Map()

/** The state of each model by id, bytes as in the document. */
export const savedWidgets = (doc: Y.Doc): ReadonlyMap<string, Leaves> => {
  const leaf = nbmetaOf(doc).get('widgets')
  if (typeof leaf !== 'object' || leaf === null) return none
  const before = known.get(leaf)
  if (before) return before
  const metadata = plainJson(leaf)
  const saved = isRecord(metadata) ? metadata[widgetStateMime] : null
  const models = isRecord(saved) && isRecord(saved['state']) ? saved['state'] : {}
  const found = new Map<string, Leaves>()
  for (const [id, model] of Object.entries(models)) {
    const state = readModel(model)
    if (state !== null) found.set(id, state)
  }
  known.set(leaf, found)
  return found
}

interface Buffer {
  readonly data: string
  readonly encoding: 'base64'
  readonly path: readonly (string | number)[]
}

/** A value without its bytes, which are added to `buffers`. */
const withoutBytes = (value: Leaf, path: readonly (string | number)[], buffers: Buffer[]): Leaf => {
  if (Array.isArray(value)) return value.map((part: Leaf, at) => withoutBytes(part, [...path, at], buffers))
  if (!isRecord(value)) return value
  const fields: [string, Leaf][] = []
  for (const [key, part] of Object.entries(value)) {
    if (isRecord(part) && typeof part['$buffer'] === 'string')
      buffers.push({ data: part['$buffer'], encoding: 'base64', path: [...path, key] })
    else fields.push([key, withoutBytes(part, [...path, key], buffers)])
  }
  return Object.fromEntries(fields)
}

/** The file's metadata for these models. */
export const widgetMetadata = (models: ReadonlyMap<string, Leaves>): Leaf => {
  const state = [...models]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, model]): [string, Leaf] => {
      const buffers: Buffer[] = []
      const plain = withoutBytes(plainJson(model), [], buffers)
      const { _model_module: module, _model_module_version: version, _model_name: name } = model
      const entry = {
        ...(buffers.length > 0 && { buffers: buffers as unknown as Leaf }),
        model_module: module ?? '',
        model_module_version: version ?? '',
        model_name: name ?? '',
        // Sorted, as nbformat writes it.
        state: isRecord(plain)
          ? Object.fromEntries(Object.entries(plain).sort(([a], [b]) => (a < b ? -1 : 1)))
          : plain,
      }
      return [id, entry]
    })
  return { [widgetStateMime]: { state: Object.fromEntries(state), version_major: 2, version_minor: 0 } }
}
