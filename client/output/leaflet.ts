// Leaflet's styles and images.

import leafletIcon from '../../node_modules/leaflet/dist/images/marker-icon.png?inline'
import leafletShadow from '../../node_modules/leaflet/dist/images/marker-shadow.png?inline'

export { default as leafletStyle } from '../../node_modules/leaflet/dist/leaflet.css?inline'

/** By default Leaflet looks for its images next to its style sheet, which is inlined here. */
export const leafletMarkers = `
L.Icon.Default.imagePath = ''
L.Icon.Default.mergeOptions(${JSON.stringify({ iconUrl: leafletIcon, iconRetinaUrl: leafletIcon, shadowUrl: leafletShadow })})`
