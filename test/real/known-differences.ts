interface KnownDifference {
  readonly cell: string
  readonly part: string
  readonly reason: string
}

const drawn = 'Vega draws SVG here, which stays sharp when zoomed, and a canvas there.'
const asks = 'Here an output lists the hosts it wants and waits for permission; there it loads at once.'
const covered = `${asks} There the hint to trust the notebook is hidden behind the map.`
const late = 'The markers of the map come from the page here, and from another host there.'
const inline = 'A drawing is inline here, and an image there.'
const higher = 'A chart without a height is 450 pixels high here and 360 there, so an axis has more ticks.'
const folded = 'JSON opens one level here and has no field to filter it.'
const framed = 'A frame with a data: URL is not allowed here.'
const script = 'The module fails in both; here the output reports it, there the console.'

export const knownDifferences: readonly KnownDifference[] = [
  { cell: 'altair 5', part: 'drawings', reason: drawn },
  { cell: 'altair 5', part: 'canvases', reason: drawn },
  { cell: 'folium 1', part: 'text', reason: covered },
  { cell: 'folium 1', part: 'controls', reason: asks },
  { cell: 'folium 1', part: 'pictures', reason: late },
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
