// What can be seen of an output, counted in the same way on both pages, through their frames.
import type { ElementHandle } from 'playwright'

export interface Rendered {
  /** The words in order. */
  text: string
  /** Width and height as drawn. */
  pictures: [number, number][]
  /** Rows and cells of each table. */
  tables: [number, number][]
  /** For each drawing, the number of shapes and texts in it. */
  drawings: number[]
  canvases: number
  formulas: number
  /** Type and value. */
  controls: string[]
  media: string[]
  frames: number
}

const hole = '\u0000'

/** Runs in the page. Frames leave a hole in the text. */
const read = (root: Element, mark: string): Rendered => {
  const found: Rendered = {
    text: '',
    pictures: [],
    tables: [],
    drawings: [],
    canvases: 0,
    formulas: 0,
    controls: [],
    media: [],
    frames: 0,
  }
  const visible = (element: Element): boolean => {
    const { width, height, right } = element.getBoundingClientRect()
    return (
      element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) &&
      right > 0 &&
      width > 1 &&
      height > 1
    )
  }
  const isControl = (element: Element): boolean =>
    // Controls that the page adds to an output (zoom, sort, go to the line) do not count.
    (/^(input|select|textarea|button)$/.test(element.localName) && !element.matches('[class^="nb-"]')) ||
    element.matches('.noUi-target')
  const valueOf = (element: Element): string => {
    if (element instanceof HTMLInputElement && /^(checkbox|radio)$/.test(element.type))
      return `${element.type} ${String(element.checked)}`
    if (element instanceof HTMLInputElement) return `${element.type} ${element.value}`
    if (element instanceof HTMLSelectElement) return `select ${element.value}`
    if (element instanceof HTMLTextAreaElement) return `textarea ${element.value}`
    return element.localName === 'button' ? `button ${element.textContent.trim()}` : 'slider'
  }
  const walk = (node: Node): void => {
    if (node instanceof Text) {
      const parent = node.parentElement
      if (parent === null || visible(parent)) found.text += node.data
      return
    }
    if (node instanceof Element) {
      if (/^(script|style|template|noscript)$/.test(node.localName)) return
      // What the page adds below a data frame.
      if (node.matches('.nb-data-tools, .nb-data-below')) return
      const { width, height } = node.getBoundingClientRect()
      if (node.localName === 'iframe') {
        found.frames++
        found.text += ` ${mark} `
        return
      }
      if (node.matches('mjx-container, .katex, .MathJax')) {
        if (visible(node)) found.formulas++
        return
      }
      if (node instanceof HTMLImageElement) {
        if (visible(node) && node.naturalWidth > 0)
          found.pictures.push([Math.round(width), Math.round(height)])
        return
      }
      if (node.localName === 'canvas') {
        if (visible(node)) found.canvases++
        return
      }
      if (node.localName === 'svg') {
        const shapes = node.querySelectorAll(
          'path, rect, circle, line, ellipse, polygon, polyline, text, use, image',
        )
        if (width >= 32 && height >= 32 && visible(node)) found.drawings.push(shapes.length)
        return
      }
      if (node instanceof HTMLMediaElement) {
        found.media.push(node.localName)
        return
      }
      if (node instanceof HTMLTableElement && visible(node))
        found.tables.push([node.rows.length, node.querySelectorAll('td, th').length])
      if (isControl(node) && visible(node)) {
        found.controls.push(valueOf(node))
        if (!node.matches('button')) return
      }
      const style = getComputedStyle(node)
      if (!/^(inline|contents)/.test(style.display)) found.text += ' '
      if (node.localName === 'br') found.text += ' '
    }
    const inside = node instanceof Element ? (node.shadowRoot ?? node) : node
    for (const child of inside.childNodes) walk(child)
    if (node instanceof Element && !/^(inline|contents)/.test(getComputedStyle(node).display))
      found.text += ' '
  }
  walk(root)
  return found
}

const rendered = async (root: ElementHandle<Element>): Promise<Rendered> => {
  const found = await root.evaluate(read, hole)
  const frames = found.frames
  found.frames = 0
  if (frames === 0) return found
  for (const element of await root.$$('iframe')) {
    const frame = await element.contentFrame()
    const body = await frame?.$('body')
    const inner = body ? await rendered(body) : null
    found.text = found.text.replace(hole, () => inner?.text ?? '')
    if (inner === null) continue
    found.pictures.push(...inner.pictures)
    found.tables.push(...inner.tables)
    found.drawings.push(...inner.drawings)
    found.canvases += inner.canvases
    found.formulas += inner.formulas
    found.controls.push(...inner.controls)
    found.media.push(...inner.media)
  }
  return found
}

/** All parts together, as the one output of a cell. */
export const renderedAs = async (parts: readonly ElementHandle<Element>[]): Promise<Rendered> => {
  const all = await Promise.all(parts.map(rendered))
  return {
    text: all
      .map(({ text }) => text)
      .join(' ')
      .replace(/\s+/g, ' ')
      .trim(),
    pictures: all.flatMap(({ pictures }) => pictures),
    tables: all.flatMap(({ tables }) => tables),
    drawings: all.flatMap(({ drawings }) => drawings),
    canvases: all.reduce((sum, { canvases }) => sum + canvases, 0),
    formulas: all.reduce((sum, { formulas }) => sum + formulas, 0),
    controls: all.flatMap(({ controls }) => controls),
    media: all.flatMap(({ media }) => media),
    frames: 0,
  }
}
