// What Leaflet needs beside its script, for the outputs that ask for it.

import leafletIcon from '../../node_modules/leaflet/dist/images/marker-icon.png?inline'
import leafletShadow from '../../node_modules/leaflet/dist/images/marker-shadow.png?inline'

export { default as leafletStyle } from '../../node_modules/leaflet/dist/leaflet.css?inline'

/** Leaflet looks for its pictures beside its style sheet, which here has no place. */
export const leafletMarkers = `
L.Icon.Default.imagePath = ''
L.Icon.Default.mergeOptions(${JSON.stringify({ iconUrl: leafletIcon, iconRetinaUrl: leafletIcon, shadowUrl: leafletShadow })})`
