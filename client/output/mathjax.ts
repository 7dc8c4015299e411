// MathJax with SVG output, which needs no fonts, and MathML for screen readers.
import { browserAdaptor } from 'mathjax-full/js/adaptors/browserAdaptor.js'
import { SVG } from 'mathjax-full/js/output/svg.js'
import { formulaDocument } from '../../shared/markdown/tex.ts'

/** In CSS pixels. Measured once for many formulas, because measuring forces a layout. */
export interface Room {
  readonly em: number
  readonly ex: number
  readonly width: number
}

export interface Typesetter {
  set(tex: string, display: boolean, place: HTMLElement, room: Room): void
}

let styled = false

export const newTypesetter = (): Typesetter => {
  // Glyphs are not shared between formulas, so that each can be removed on its own.
  const output = new SVG<HTMLElement, Text, Document>({ fontCache: 'local' })
  const made = formulaDocument(browserAdaptor(), document, output)
  return {
    set(tex, display, place, { em, ex, width }) {
      const shown = made.convert(tex, { display, em, ex, containerWidth: width }) as HTMLElement
      if (!styled) {
        styled = true
        document.head.append(output.styleSheet(made))
      }
      for (const link of shown.querySelectorAll('a')) {
        const href = link.getAttribute('href') ?? link.getAttributeNS('http://www.w3.org/1999/xlink', 'href')
        if (href?.startsWith('#') === true) continue
        link.setAttribute('target', '_blank')
        link.setAttribute('rel', 'noopener noreferrer')
      }
      place.replaceChildren(shown)
    },
  }
}
