// Formulas in outputs and in widgets, as Jupyter typesets them: with MathJax, which the page provides when there are any.
import { splitFormulas } from '../../shared/markdown/formulas.ts'
import type { LibraryName } from './message.ts'
import { run } from './script.ts'

export type LoadLibrary = (name: LibraryName) => Promise<string | null>

interface MathJaxGlobal {
  readonly startup?: { readonly typeset?: boolean; readonly promise?: Promise<unknown> }
  readonly tex2svgPromise?: (tex: string, options: { readonly display: boolean }) => Promise<HTMLElement>
  readonly svgStylesheet?: () => HTMLElement
}

declare global {
  interface Window {
    MathJax?: MathJaxGlobal
  }
}

const settings: object = {
  startup: { typeset: false },
  svg: { fontCache: 'local' },
  options: { enableMenu: false },
}

let loading: Promise<MathJaxGlobal | null> | null = null

const load = async (library: LoadLibrary): Promise<MathJaxGlobal | null> => {
  const source = await library('mathjax')
  if (source === null) return null
  window.MathJax = settings
  run(source)
  // The script replaces the settings.
  const { MathJax = null } = window
  await MathJax?.startup?.promise
  const style = MathJax?.svgStylesheet?.()
  if (style) document.head.append(style)
  return MathJax
}

/** As in Jupyter: no code, and nothing that says it has no formulas. */
const withoutFormulas =
  'script, style, pre, code, textarea, noscript, svg, math, .nb-math, .tex2jax_ignore, .mathjax_ignore'

const mayBeFormula = /\$[^$]+\$|\\\(|\\\[|\\begin\{/

/** Puts each formula in the text into an element of its own, still as source. */
const markFormulas = (root: HTMLElement): void => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const texts: Text[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (mayBeFormula.test(node.nodeValue ?? '') && !node.parentElement?.closest(withoutFormulas))
      texts.push(node as Text)
  for (const text of texts)
    text.replaceWith(
      ...splitFormulas(text.data).map((part) => {
        if (typeof part === 'string') return part
        const place = document.createElement('span')
        place.className = 'nb-math'
        place.dataset['display'] = String(part.display)
        place.dataset['tex'] = part.tex
        place.textContent = part.source
        return place
      }),
    )
}

/** Those of Markdown are marked already. A formula that MathJax cannot set stays as its source. */
export const typeset = async (root: HTMLElement, library: LoadLibrary): Promise<void> => {
  markFormulas(root)
  const places = [...root.querySelectorAll<HTMLElement>('.nb-math:not([data-set])')]
  if (places.length === 0) return
  loading ??= load(library)
  const mathjax = await loading
  for (const place of places) {
    place.dataset['set'] = ''
    const { tex = place.textContent, display } = place.dataset
    const shown = await mathjax
      ?.tex2svgPromise?.(tex, { display: display === 'true' })
      .catch((error: unknown) => console.warn(`The formula ${tex} cannot be set:`, error))
    if (shown) place.replaceChildren(shown)
  }
}
