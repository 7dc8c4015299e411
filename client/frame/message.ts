import { isRecord } from '../../shared/record.ts'
// What page and output frame say to each other. Neither side believes the other's shapes: the frame runs whatever
// an output brought along.

/** Drawn by a library that the page hands over; JSON. The newest version a maker wrote comes first. */
export const chartMimes = [
  'application/vnd.plotly.v1+json',
  // Altair 6 writes it with a dot.
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

/** Whose scripts run. */
export const scriptedMimes = ['text/html', 'image/svg+xml', 'application/javascript'] as const
export type ScriptedMime = (typeof scriptedMimes)[number]

/** An output further up that leaves something for the one that is shown. */
export interface EarlierOutput {
  readonly mime: ScriptedMime
  readonly content: string
}

export interface Scripted extends EarlierOutput {
  /** Names it when what it left is told. */
  readonly key: string
  /** To be run before it, in this order. */
  readonly earlier: readonly EarlierOutput[]
}

/** What outputs ask servers for that is part of ours. */
export const libraryNames = [
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
  /** CSS custom properties by name, with the leading dashes. */
  readonly properties: Readonly<Record<string, string>>
}

/** A widget's state by key; bytes are `{$buffer: base64}`. Values are whatever JSON allows. */
export type WidgetState = { readonly [key: string]: unknown }

/** The state of each model by its id. */
export type WidgetModels = { readonly [id: string]: WidgetState }

/** What a widget's frame is shown. */
export interface ShownWidget {
  readonly root: string
  readonly models: WidgetModels
}

/** A message between the two halves of a widget; `buffers` are base64. */
export interface WidgetMessage {
  readonly content: unknown
  readonly buffers: readonly string[]
}

export type ToFrame =
  | {
      readonly type: 'nb-show'
      readonly mime: FramedMime
      /** Of a widget: a `ShownWidget` as JSON. */
      readonly content: string
      /** Sources of the scripts it is drawn with. The frame itself may load nothing, and offline could not. */
      readonly libraries: readonly string[]
      readonly key: string
      readonly earlier: readonly EarlierOutput[]
      readonly theme: FrameTheme
    }
  /** Another output, whose script works on what this one shows. */
  | ({ readonly type: 'nb-also' } & Scripted)
  | { readonly type: 'nb-theme'; readonly theme: FrameTheme }
  /** A script or style sheet of ours that was asked for; null where it cannot be had. */
  | { readonly type: 'nb-library'; readonly name: LibraryName; readonly source: string | null }
  /** The page could not get what the output needs. */
  | { readonly type: 'nb-missing'; readonly reason: string }
  /** Models that the shown one names by now. */
  | { readonly type: 'nb-widget-models'; readonly models: WidgetModels }
  | { readonly type: 'nb-widget-state'; readonly id: string; readonly state: WidgetState }
  | { readonly type: 'nb-widget-message'; readonly id: string; readonly message: WidgetMessage }

/**
 * `ready`: listening, again after each reload of the frame, which may reach `hosts`. `height` is in CSS pixels.
 */
export type FromFrame =
  | { readonly type: 'nb-ready'; readonly hosts: readonly string[] }
  /** What it shows asked these servers, and may not. */
  | { readonly type: 'nb-wants'; readonly hosts: readonly string[] }
  | { readonly type: 'nb-library'; readonly name: LibraryName }
  | { readonly type: 'nb-size'; readonly height: number }
  /** Its scripts have run: what each of those before it, and then itself, left in the window. */
  | { readonly type: 'nb-left'; readonly key: string; readonly names: readonly (readonly string[])[] }
  | { readonly type: 'nb-widget-state'; readonly id: string; readonly state: WidgetState }
  | { readonly type: 'nb-widget-message'; readonly id: string; readonly message: WidgetMessage }

/** What structured clones hold beyond JSON (dates, maps, circles) is no part of a widget's state. */
function json(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null') as unknown
  } catch {
    return null
  }
}

/** Of one output. */
const mostNames = 1_000
const longestName = 100

const namesIn = (value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter((name) => typeof name === 'string' && name.length <= longestName).slice(0, mostNames)
    : []

export function readFromFrame(message: unknown): FromFrame | null {
  if (!isRecord(message)) return null
  switch (message['type']) {
    case 'nb-ready':
    case 'nb-wants':
      return { type: message['type'], hosts: namesIn(message['hosts']) }
    case 'nb-library': {
      const name = libraryNames.find((known) => known === message['name'])
      return name === undefined ? null : { type: 'nb-library', name }
    }
    case 'nb-size': {
      const { height } = message
      return typeof height === 'number' && Number.isFinite(height) ? { type: 'nb-size', height } : null
    }
    case 'nb-left': {
      const { key, names } = message
      return typeof key === 'string' && Array.isArray(names)
        ? { type: 'nb-left', key, names: names.map(namesIn) }
        : null
    }
    case 'nb-widget-state': {
      const { id } = message
      const state = json(message['state'])
      return isRecord(state) && typeof id === 'string' ? { type: 'nb-widget-state', id, state } : null
    }
    case 'nb-widget-message': {
      const { id, message: said } = message
      if (typeof id !== 'string' || !isRecord(said) || !Array.isArray(said['buffers'])) return null
      const buffers = said['buffers'].filter((buffer) => typeof buffer === 'string')
      return { type: 'nb-widget-message', id, message: { content: json(said['content']), buffers } }
    }
    default:
      return null
  }
}
