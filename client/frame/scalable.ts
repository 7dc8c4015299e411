/**
 * Adds a viewBox to SVGs without one, so that those wider than the page are scaled down instead of cut off. Only for sizes
 * in pixels, because other units do not determine the user units.
 */
export const makeScalable = (within: ParentNode): void => {
  for (const svg of within.querySelectorAll<SVGSVGElement>(':scope > svg:not([viewBox])')) {
    const [width, height] = ['width', 'height'].map((name) => {
      const [, pixels] = /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/.exec(svg.getAttribute(name) ?? '') ?? []
      return Number(pixels)
    })
    if (width && height) svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  }
}
