// Libraries for charts and widgets. The page loads them on demand and sends their source to the output frames, which cannot
// load them offline themselves.

import { toBrowserPath } from '../base-path.ts'
import jquery from '../../node_modules/jquery/dist/jquery.min.js?url'
import jupyterLeaflet from '../../node_modules/jupyter-leaflet/dist/index.js?url'
import leaflet from '../../node_modules/leaflet/dist/leaflet.js?url'
import mathjax from '../../node_modules/mathjax/es5/tex-svg-full.js?url'
import requirejs from '../../node_modules/requirejs/require.js?url'
import plotly from '../../node_modules/plotly.js-dist-min/plotly.min.js?url'
import vegaEmbed from '../../node_modules/vega-embed/build/vega-embed.min.js?url'
import vegaLite from '../../node_modules/vega-lite/build/vega-lite.min.js?url'
import vega from '../../node_modules/vega/build/vega.min.js?url'
import type { FramedMime, LibraryName } from '../frame/message.ts'

/** The front end of ipywidgets, built by serve-frame.js. */
const controls = toBrowserPath('/frame/controls.js')

/** In order of their dependencies. */
const urlsFor = (mime: FramedMime): readonly string[] => {
  if (mime === 'application/vnd.plotly.v1+json') return [plotly]
  return mime.startsWith('application/vnd.vega') ? [vega, vegaLite, vegaEmbed] : []
}

const loaded = new Map<string, Promise<string>>()

const load = async (url: string): Promise<string> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url}: status ${response.status}`)
  return response.text()
}

const byName: Readonly<Record<Exclude<LibraryName, 'leaflet.css'>, string>> = {
  plotly,
  vega,
  'vega-lite': vegaLite,
  'vega-embed': vegaEmbed,
  mathjax,
  require: requirejs,
  jquery,
  leaflet,
  'jupyter-leaflet': jupyterLeaflet,
}

export const libraryNamed = async (name: LibraryName): Promise<string> => {
  if (name === 'leaflet.css') return (await import('./leaflet.ts')).leafletStyle
  const source = (await sources([byName[name]]))[0] ?? ''
  return name === 'leaflet' ? source + (await import('./leaflet.ts')).leafletMarkers : source
}

/** Sources of the scripts that render outputs of this type. */
export const librariesFor = (mime: FramedMime): Promise<readonly string[]> => sources(urlsFor(mime))

export const controlsLibrary = (): Promise<readonly string[]> => sources([controls])

const sources = (urls: readonly string[]): Promise<readonly string[]> =>
  Promise.all(
    urls.map((url) => {
      const known = loaded.get(url)
      if (known) return known
      const loading = load(url)
      loaded.set(url, loading)
      loading.catch(() => loaded.delete(url))
      return loading
    }),
  )
