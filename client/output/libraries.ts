// What charts are drawn with. The page gets it, from our own origin or the browser's copy, when a first chart comes
// near, and hands its text to each chart's frame: a frame without an origin could not load it offline.

import jquery from '../../node_modules/jquery/dist/jquery.min.js?url'
import jupyterLeaflet from '../../node_modules/jupyter-leaflet/dist/index.js?url'
import leaflet from '../../node_modules/leaflet/dist/leaflet.js?url'
import mathjax from '../../node_modules/mathjax/es5/tex-svg.js?url'
import requirejs from '../../node_modules/requirejs/require.js?url'
import plotly from '../../node_modules/plotly.js-dist-min/plotly.min.js?url'
import vegaEmbed from '../../node_modules/vega-embed/build/vega-embed.min.js?url'
import vegaLite from '../../node_modules/vega-lite/build/vega-lite.min.js?url'
import vega from '../../node_modules/vega/build/vega.min.js?url'
import type { FramedMime, LibraryName } from '../frame/message.ts'

/** ipywidgets' own front ends, built in serve-frame.js. */
const controls = '/frame/controls.js'

/** In the order they need one another. */
function addressesFor(mime: FramedMime): readonly string[] {
  if (mime === 'application/vnd.plotly.v1+json') return [plotly]
  return mime.startsWith('application/vnd.vega') ? [vega, vegaLite, vegaEmbed] : []
}

const loaded = new Map<string, Promise<string>>()

async function load(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`${address} answered ${response.status}`)
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

/** What outputs ask a server for by name, from us. */
export async function libraryNamed(name: LibraryName): Promise<string> {
  if (name === 'leaflet.css') return (await import('./leaflet.ts')).leafletStyle
  const source = (await sources([byName[name]]))[0] ?? ''
  return name === 'leaflet' ? source + (await import('./leaflet.ts')).leafletMarkers : source
}

/** The sources of the scripts that an output of this type is drawn with. */
export const librariesFor = (mime: FramedMime): Promise<readonly string[]> => sources(addressesFor(mime))

export const controlsLibrary = (): Promise<readonly string[]> => sources([controls])

const sources = (addresses: readonly string[]): Promise<readonly string[]> =>
  Promise.all(
    addresses.map((address) => {
      const known = loaded.get(address)
      if (known) return known
      const loading = load(address)
      loaded.set(address, loading)
      loading.catch(() => loaded.delete(address))
      return loading
    }),
  )
