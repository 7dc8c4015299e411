/**
 * A drawing wider than the page is shown smaller, as an image is. Without a viewBox it would be cut off instead; a
 * size in other units than pixels says nothing of the drawing's own units, so it stays as it is.
 */
export function makeScalable(within: ParentNode): void {
  for (const svg of within.querySelectorAll<SVGSVGElement>(':scope > svg:not([viewBox])')) {
    const [width, height] = ['width', 'height'].map((name) => {
      const [, pixels] = /^\s*(\d+(?:\.\d+)?)(?:px)?\s*$/.exec(svg.getAttribute(name) ?? '') ?? []
      return Number(pixels)
    })
    if (width && height) svg.setAttribute('viewBox', `0 0 ${width} ${height}`)
  }
}
