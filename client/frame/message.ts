// The messages between the page and an output frame. The page parses what the frame sends, because the frame runs untrusted
// code.
import { isRecord } from '../../shared/record.ts'
import type { FrameState } from '../kernel/live-frames.ts'
import type { FrameQuery } from '../kernel/protocol.ts'

/** JSON, rendered by a library that the page provides. Newer versions come first. */
export const chartMimes = [
  'application/vnd.plotly.v1+json',
  // Altair 6 writes a dot.
  'application/vnd.vegalite.v6.json',
  'application/vnd.vegalite.v6+json',
  'application/vnd.vegalite.v5+json',
  'application/vnd.vegalite.v4+json',
  'application/vnd.vega.v6.json',
  'application/vnd.vega.v6+json',
  'application/vnd.vega.v5+json',
] as const
export type ChartMime = (typeof chartMimes)[number]
export const isChart = (mime: string): mime is ChartMime => chartMimes.some((known) => known === mime)

/** Types that can contain scripts. */
export const scriptedMimes = ['text/html', 'image/svg+xml', 'application/javascript'] as const
export type ScriptedMime = (typeof scriptedMimes)[number]

/** An output further up that defines globals for the one that is shown. */
export interface EarlierOutput {
  readonly mime: ScriptedMime
  readonly content: string
}

export interface Scripted extends EarlierOutput {
  /** Identifies the output in the 'nb-globals' message. */
  readonly key: string
  /** To be run first, in this order. */
  readonly earlier: readonly EarlierOutput[]
}

/** Libraries that outputs usually load from a CDN and that are part of the app. */
const libraryNames = [
  'plotly',
  'vega',
  'vega-lite',
  'vega-embed',
  'mathjax',
  'require',
  'jquery',
  'leaflet',
  'leaflet.css',
  'jupyter-leaflet',
] as const
export type LibraryName = (typeof libraryNames)[number]

export const framedMimes = [
  ...scriptedMimes,
  'application/vnd.jupyter.widget-view+json',
  ...chartMimes,
] as const
export type FramedMime = (typeof framedMimes)[number]

export interface FrameTheme {
  readonly scheme: 'light' | 'dark'
  /** CSS custom properties by name, including the leading dashes. */
  readonly properties: Readonly<Record<string, string>>
}

/** A widget's state by key: JSON values, with bytes as `{$buffer: base64}`. */
export type WidgetState = { readonly [key: string]: unknown }

/** Model states by id. */
export type WidgetModels = { readonly [id: string]: WidgetState }

/** The content of a widget's frame. */
export interface ShownWidget {
  readonly root: string
  readonly models: WidgetModels
}

/** A custom message between the Python and the JavaScript side of a widget; `buffers` are base64. */
export interface WidgetMessage {
  readonly content: unknown
  readonly buffers: readonly string[]
}

type WithoutId<T> = T extends unknown ? Omit<T, 'frame'> : never
/** About the frame of data that the output shows: the page knows which. */
export type FrameQuestion = WithoutId<FrameQuery>

export type ToFrame =
  | {
      readonly type: 'nb-show'
      readonly mime: FramedMime
      /** For widgets a `ShownWidget` as JSON. */
      readonly content: string
      /** Source texts of the scripts that render it. The frame cannot load anything itself. */
      readonly libraries: readonly string[]
      readonly key: string
      readonly earlier: readonly EarlierOutput[]
      readonly theme: FrameTheme
    }
  /** A script of another output that works on the elements of this one. */
  | ({ readonly type: 'nb-run-script' } & Scripted)
  | { readonly type: 'nb-theme'; readonly theme: FrameTheme }
  /** A requested script or style sheet; null if it is not available. */
  | { readonly type: 'nb-library'; readonly name: LibraryName; readonly source: string | null }
  /** A requested file; null if it is not available. */
  | { readonly type: 'nb-file'; readonly url: string; readonly file: Blob | null }
  /** Whether Python can be asked about the frame of data that the output shows. */
  | { readonly type: 'nb-live'; readonly state: FrameState }
  /** What it answered; null where it did not. */
  | { readonly type: 'nb-frame-answer'; readonly id: number; readonly answer: unknown }
  /** The page could not load a library the output needs. */
  | { readonly type: 'nb-missing'; readonly reason: string }
  /** Additional models that the shown one refers to. */
  | { readonly type: 'nb-widget-models'; readonly models: WidgetModels }
  | { readonly type: 'nb-widget-state'; readonly id: string; readonly state: WidgetState }
  | { readonly type: 'nb-widget-message'; readonly id: string; readonly message: WidgetMessage }

export type FromFrame =
  /** Sent after each load of the frame, which may load from `hosts`. */
  | { readonly type: 'nb-ready'; readonly hosts: readonly string[] }
  /** The output tried to load from these hosts and was blocked. */
  | { readonly type: 'nb-blocked-hosts'; readonly hosts: readonly string[] }
  | { readonly type: 'nb-library'; readonly name: LibraryName }
  /** An image, sound or video beside the notebook. */
  | { readonly type: 'nb-file'; readonly url: string }
  /** A link was followed. */
  | { readonly type: 'nb-link'; readonly url: string }
  /** The output is complete, or has failed. */
  | { readonly type: 'nb-shown' }
  /** CSS pixels. */
  | { readonly type: 'nb-size'; readonly height: number }
  /** The globals that each of the earlier outputs and, last, the output itself defined. */
  | { readonly type: 'nb-globals'; readonly key: string; readonly names: readonly (readonly string[])[] }
  | { readonly type: 'nb-frame-ask'; readonly id: number; readonly question: FrameQuestion }
  | { readonly type: 'nb-widget-state'; readonly id: string; readonly state: WidgetState }
  | { readonly type: 'nb-widget-message'; readonly id: string; readonly message: WidgetMessage }

export type Send = (message: FromFrame) => void

/** Reduces a structured clone, which can contain dates, maps and cycles, to JSON. */
const json = (value: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown
  } catch {
    return null
  }
}

/** Per output. */
const maxNames = 1_000
const maxNameLength = 100
const maxUrlLength = 1_000

const namesIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((name) => typeof name === 'string' && name.length <= maxNameLength).slice(0, maxNames)
    : []

const readQuestion = (value: unknown): FrameQuestion | null => {
  if (!isRecord(value)) return null
  const { type, first, sort, text, column } = value
  switch (type) {
    case 'frame-rows': {
      const [by, descending] = Array.isArray(sort) ? (sort as unknown[]) : []
      if (!isWhole(first) || typeof text !== 'string' || text.length > maxNameLength) return null
      if (sort === null) return { type, first, sort, text }
      return isWhole(by) && typeof descending === 'boolean'
        ? { type, first, sort: [by, descending], text }
        : null
    }
    case 'frame-profile':
      return { type }
    case 'frame-values':
      return isWhole(column) ? { type, column } : null
    default:
      return null
  }
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)

export const readFromFrame = (message: unknown): FromFrame | null => {
  if (!isRecord(message)) return null
  switch (message['type']) {
    case 'nb-ready':
    case 'nb-blocked-hosts':
      return { type: message['type'], hosts: namesIn(message['hosts']) }
    case 'nb-library': {
      const name = libraryNames.find((known) => known === message['name'])
      return name === undefined ? null : { type: 'nb-library', name }
    }
    case 'nb-file':
    case 'nb-link': {
      const { type, url } = message
      return typeof url === 'string' && url.length <= maxUrlLength ? { type, url } : null
    }
    case 'nb-shown':
      return { type: 'nb-shown' }
    case 'nb-size': {
      const { height } = message
      return typeof height === 'number' && Number.isFinite(height) ? { type: 'nb-size', height } : null
    }
    case 'nb-globals': {
      const { key, names } = message
      return typeof key === 'string' && Array.isArray(names)
        ? { type: 'nb-globals', key, names: names.map(namesIn) }
        : null
    }
    case 'nb-frame-ask': {
      const question = readQuestion(message['question'])
      return question !== null && isWhole(message['id'])
        ? { type: 'nb-frame-ask', id: message['id'], question }
        : null
    }
    case 'nb-widget-state': {
      const { id } = message
      const state = json(message['state'])
      return isRecord(state) && typeof id === 'string' ? { type: 'nb-widget-state', id, state } : null
    }
    case 'nb-widget-message': {
      const { id, message: custom } = message
      if (typeof id !== 'string' || !isRecord(custom) || !Array.isArray(custom['buffers'])) return null
      const buffers = custom['buffers'].filter((buffer) => typeof buffer === 'string')
      return { type: 'nb-widget-message', id, message: { content: json(custom['content']), buffers } }
    }
    default:
      return null
  }
}
