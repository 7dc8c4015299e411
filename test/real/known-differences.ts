interface KnownDifference {
  readonly cell: string
  readonly part: string
  readonly reason: string
}

const drawn = 'Vega draws SVG here, which stays sharp when it is zoomed; a canvas there.'
const asks = 'Here an output names the servers it wants and waits for a word; there it loads at once.'
const covered = `${asks} The hint to trust the notebook lies there behind the map.`
const inline = 'A drawing is in the page here; there it is an image of it.'
const higher = 'A chart without a height is 450 pixels high here and 360 there, so an axis has more ticks.'
const folded = 'JSON opens one level here and has no field to filter it.'
const framed = 'A frame of a data: address is not let in here.'
const script = 'The module fails in both; here the output says so, there the console does.'

export const knownDifferences: readonly KnownDifference[] = [
  { cell: 'altair 5', part: 'drawings', reason: drawn },
  { cell: 'altair 5', part: 'canvases', reason: drawn },
  { cell: 'folium 1', part: 'text', reason: covered },
  { cell: 'folium 1', part: 'controls', reason: asks },
  { cell: 'folium 2', part: 'text', reason: asks },
  { cell: 'folium 2', part: 'controls', reason: asks },
  { cell: 'itables 1', part: 'text', reason: script },
  { cell: 'matplotlib 5', part: 'pictures', reason: inline },
  { cell: 'matplotlib 5', part: 'drawings', reason: inline },
  { cell: 'matplotlib 8', part: 'text', reason: asks },
  { cell: 'matplotlib 8', part: 'controls', reason: asks },
  { cell: 'media 4', part: 'pictures', reason: inline },
  { cell: 'media 4', part: 'drawings', reason: inline },
  { cell: 'media 7', part: 'text', reason: folded },
  { cell: 'media 7', part: 'controls', reason: folded },
  { cell: 'media 12', part: 'text', reason: framed },
  { cell: 'plotly 2', part: 'drawings', reason: higher },
  { cell: 'plotly 4', part: 'drawings', reason: higher },
]
