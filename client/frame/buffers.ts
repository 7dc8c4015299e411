// Converts widget states between the form of ipywidgets, with bytes in separate buffers and their paths, and that of the
// document, with bytes in place as `{$buffer: base64}`.

import { base64ToView, viewToBase64 } from './bytes.ts'
import type { WidgetState } from './message.ts'
import { isRecord } from '../../shared/record.ts'

type Path = readonly (string | number)[]

interface Split {
  readonly state: Record<string, unknown>
  readonly paths: Path[]
  readonly buffers: DataView[]
}

export const splitBuffers = (widgetState: WidgetState): Split => {
  const paths: Path[] = []
  const buffers: DataView[] = []
  const plain = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) return value.map((part, at) => plain(part, [...path, at]))
    if (!isRecord(value)) return value
    const { $buffer } = value
    if (typeof $buffer === 'string') {
      paths.push(path)
      buffers.push(base64ToView($buffer))
      return null
    }
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part, [...path, key])]))
  }
  return { state: plain(widgetState, []) as Record<string, unknown>, paths, buffers }
}

export const joinBuffers = (
  state: WidgetState,
  paths: readonly Path[],
  buffers: readonly (ArrayBuffer | ArrayBufferView)[],
): WidgetState => {
  const put = (value: unknown, [key, ...rest]: Path, leaf: unknown): unknown => {
    if (key === undefined) return leaf
    if (Array.isArray(value))
      return Object.assign([...(value as unknown[])], { [key]: put(value[Number(key)], rest, leaf) })
    const fields = isRecord(value) ? value : {}
    return { ...fields, [key]: put(fields[key], rest, leaf) }
  }
  let joined: unknown = state
  for (const [index, path] of paths.entries()) {
    const buffer = buffers[index]
    if (buffer) joined = put(joined, path, { $buffer: viewToBase64(buffer) })
  }
  return joined as WidgetState
}
