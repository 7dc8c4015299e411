// Renders charts from JSON with libraries provided by the page. The page's colours are defaults for those of the chart, and
// the chart is rendered again when the theme changes.

import type { ChartMime, FrameTheme, LibraryName } from './message.ts'
import { isRecord } from '../../shared/record.ts'

type Fields = { readonly [key: string]: unknown }
interface Plotly {
  react(place: HTMLElement, data: unknown, layout: Fields, config: Fields): Promise<unknown>
  addFrames(place: HTMLElement, frames: unknown): Promise<unknown>
}
type VegaEmbed = (place: HTMLElement, spec: unknown, options: Fields) => Promise<{ finalize(): void }>

/** Globals of the libraries. */
declare global {
  interface Window {
    Plotly?: Plotly
    vegaEmbed?: VegaEmbed
  }
}

const fields = (value: unknown): Fields => (isRecord(value) ? value : {})

/** The libraries that draw it, in the order of their dependencies. */
export const chartLibraries = (mime: ChartMime): readonly LibraryName[] =>
  mime === 'application/vnd.plotly.v1+json' ? ['plotly'] : ['vega', 'vega-lite', 'vega-embed']

/** Renders a chart, or renders it again with another theme. */
export type Draw = (theme: FrameTheme) => Promise<void>

export const chart = (mime: ChartMime, json: string, place: HTMLElement): Draw => {
  const spec: unknown = JSON.parse(json)
  if (mime === 'application/vnd.plotly.v1+json') return plotlyChart(fields(spec), place)
  const mode = mime.startsWith('application/vnd.vegalite') ? 'vega-lite' : 'vega'
  return vegaChart(mode, spec, place)
}

const colour = (theme: FrameTheme, name: string, otherwise: string): string =>
  theme.properties[`--nb-${name}`] ?? otherwise

const plotlyChart = (figure: Fields, place: HTMLElement): Draw => {
  const layout = fields(figure['layout'])
  // The frame adapts to its content, so a chart with relative height would collapse.
  const { height } = layout
  const box = document.createElement('div')
  box.style.height = `${typeof height === 'number' ? height : 450}px`
  place.replaceChildren(box)
  let framesAdded = false
  return async (theme) => {
    const { Plotly } = window
    if (!Plotly) throw new Error('Plotly is not loaded')
    // A sandboxed frame cannot download images; the page has a button for that.
    const config = {
      responsive: true,
      displaylogo: false,
      ...fields(figure['config']),
      modeBarButtonsToRemove: ['toImage', 'sendDataToCloud'],
    }
    await Plotly.react(box, figure['data'] ?? [], plotlyThemed(layout, theme), config)
    if (framesAdded || !Array.isArray(figure['frames'])) return
    framesAdded = true
    await Plotly.addFrames(box, figure['frames'])
  }
}

/** Puts the theme into the figure's template, which only has defaults. A template with its own background is kept. */
const plotlyThemed = (layout: Fields, theme: FrameTheme): Fields => {
  const template = fields(layout['template'])
  const own = fields(template['layout'])
  if (own['paper_bgcolor'] !== undefined) return { ...layout, autosize: layout['width'] === undefined }
  const clear = {
    paper_bgcolor: 'rgba(0,0,0,0)',
    font: { ...fields(own['font']), color: colour(theme, 'text', '#222') },
  }
  const line = colour(theme, 'border', '#ddd')
  const axis = { gridcolor: line, linecolor: line, zerolinecolor: line }
  const dark =
    theme.scheme === 'dark'
      ? {
          plot_bgcolor: 'rgba(0,0,0,0)',
          xaxis: { ...fields(own['xaxis']), ...axis },
          yaxis: { ...fields(own['yaxis']), ...axis },
        }
      : {}
  const { width } = layout
  return {
    ...layout,
    autosize: width === undefined,
    template: { ...template, layout: { ...own, ...clear, ...dark } },
  }
}

const vegaChart = (mode: 'vega' | 'vega-lite', spec: unknown, place: HTMLElement): Draw => {
  let before: { finalize(): void } | null = null
  return async (theme) => {
    const { vegaEmbed } = window
    if (!vegaEmbed) throw new Error('Vega is not loaded')
    before?.finalize()
    before = null
    before = await vegaEmbed(place, spec, {
      mode,
      actions: false,
      renderer: 'svg',
      config: vegaConfig(theme),
    })
  }
}

/** Defaults that the chart's own config overrides. */
const vegaConfig = (theme: FrameTheme): Fields => {
  const text = colour(theme, 'text', '#222')
  const muted = colour(theme, 'muted', '#666')
  const line = colour(theme, 'border', '#ddd')
  const font = colour(theme, 'font', 'sans-serif')
  const axis = { domainColor: line, gridColor: line, tickColor: line, labelColor: muted, titleColor: text }
  const legend = { labelColor: muted, titleColor: text }
  return {
    background: 'transparent',
    font,
    axis: { ...axis, labelFont: font, titleFont: font },
    legend: { ...legend, labelFont: font, titleFont: font },
    header: { ...legend, labelFont: font, titleFont: font },
    title: { color: text, subtitleColor: muted, font },
    view: { stroke: line },
    style: { 'guide-label': { fill: muted }, 'guide-title': { fill: text }, 'group-title': { fill: text } },
  }
}
