// Validates the worker's messages: a cell's code can get hold of its port.
import { parseKeptPackage } from './kept-packages.ts'
import type { FromWorker, JsonObject, KernelEvent } from './protocol.ts'
import { isStrings } from './shapes.ts'
import { isRecord } from '../../shared/record.ts'

export type WorkerMessage = Exclude<FromWorker, { readonly type: 'event' | 'answer' | 'need' }> | RunMessage
type RunMessage =
  | { readonly type: 'event'; readonly run: number; readonly event: KernelEvent }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'need'; readonly id: number; readonly need: unknown; readonly now: boolean }

const fromJson = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

export const parseMessage = (value: unknown): WorkerMessage | null => {
  if (!isRecord(value)) return null
  const { type, run, id, detail, reason, status, snapshotError } = value
  switch (type) {
    case 'progress':
      return typeof detail === 'string' ? { type, detail } : null
    case 'ready':
      return snapshotError === null || typeof snapshotError === 'string' ? { type, snapshotError } : null
    case 'dead':
      return typeof reason === 'string' ? { type, reason } : null
    case 'finished':
      return typeof run === 'number' && (status === 'done' || status === 'error' || status === 'interrupted')
        ? { type, run, status }
        : null
    case 'event': {
      const event = parseEvent(fromJson(value['json']))
      return typeof run === 'number' && event !== null ? { type, run, event } : null
    }
    case 'answer': {
      const answer = fromJson(value['json'])
      return typeof id === 'number' && answer !== undefined ? { type, id, answer } : null
    }
    case 'need':
      return typeof id === 'number' ? { type, id, need: value['need'], now: value['now'] === true } : null
    default:
      return null
  }
}

/** A record parsed from JSON has JSON values. */
const isJsonObject = (value: unknown): value is JsonObject => isRecord(value)

const parseEvent = (value: unknown): KernelEvent | null => {
  if (!isRecord(value)) return null
  const { type, name, text, data, metadata, displayId, wait, id, prompt, password } = value
  switch (type) {
    case 'stream':
    case 'stream-end':
      return (name === 'stdout' || name === 'stderr') && typeof text === 'string'
        ? { type, name, text }
        : null
    case 'display':
    case 'result':
    case 'update-display': {
      if (!isJsonObject(data) || !isJsonObject(metadata)) return null
      if (type === 'result') return { type, data, metadata }
      if (typeof displayId === 'string') return { type, data, metadata, displayId }
      return type === 'display' && displayId === undefined ? { type, data, metadata } : null
    }
    case 'clear':
      return typeof wait === 'boolean' ? { type, wait } : null
    case 'input':
      return typeof id === 'number' && typeof prompt === 'string' && typeof password === 'boolean'
        ? { type, id, prompt, password }
        : null
    case 'next-input':
      return typeof text === 'string' && typeof value['replace'] === 'boolean'
        ? { type, text, replace: value['replace'] }
        : null
    case 'open':
      return typeof value['url'] === 'string' ? { type, url: value['url'] } : null
    case 'packages': {
      const { kept, removed } = value
      if (!Array.isArray(kept) || !isStrings(removed)) return null
      const parsed = kept.map(parseKeptPackage)
      return parsed.every((each) => each !== null) ? { type, kept: parsed, removed } : null
    }
    case 'error': {
      const { ename, evalue, traceback } = value
      return typeof ename === 'string' && typeof evalue === 'string' && isStrings(traceback)
        ? { type, ename, evalue, traceback }
        : null
    }
    case 'comm': {
      const { what, comm, target, buffers } = value
      if (what !== 'open' && what !== 'message' && what !== 'close') return null
      return typeof comm === 'string' &&
        typeof target === 'string' &&
        isJsonObject(data) &&
        isStrings(buffers)
        ? { type, what, comm, target, data, buffers }
        : null
    }
    default:
      return null
  }
}
