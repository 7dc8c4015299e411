// Formulas on the page. They are TeX source at first; MathJax is loaded on demand, because it is large.
import type { Room, Typesetter } from './mathjax.ts'

/** Milliseconds of typesetting before yielding to the event loop. */
const slice = 12

const load = () => Promise.all([import('./mathjax.ts'), import('../../shared/markdown/tex.ts')])

/** One per notebook, because macros and labels are shared within a notebook. */
const typesetters = new WeakMap<Element, Typesetter>()
/** The TeX source of formulas that have been typeset. */
const sources = new WeakMap<Element, string>()

/**
 * Typesets the formulas below `root`, with the macros of `notebook`. If MathJax is not available (offline before its first
 * use), the source stays.
 */
export const typesetMath = async (
  root: HTMLElement,
  notebook: Element = root.closest('nb-notebook') ?? document.body,
): Promise<void> => {
  if (root.querySelector('.nb-math:not([data-set])') === null) return
  const loaded = await load().catch((error: unknown) => {
    console.warn('MathJax could not be loaded:', error)
    return null
  })
  if (loaded === null) return
  const [{ newTypesetter }, { definedNames }] = loaded
  const typesetter = typesetters.get(notebook) ?? newTypesetter()
  typesetters.set(notebook, typesetter)
  const waiting = [...root.querySelectorAll<HTMLElement>('.nb-math:not([data-set])')]
  const defined = new Set<string>()
  const room = measure(root)
  let since = performance.now()
  for (let element = waiting.shift(); element; element = waiting.shift()) {
    const tex = sources.get(element) ?? element.textContent
    const display = element.dataset['display'] === 'true'
    const isNew = !sources.has(element)
    sources.set(element, tex)
    element.dataset['set'] = ''
    typesetter.set(tex, display, element, room)
    if (display) element.tabIndex = 0
    if (isNew) for (const name of definedNames(tex)) defined.add(name)
    if (waiting.length === 0 && defined.size > 0) {
      waiting.push(...formulasUsing(notebook, defined))
      defined.clear()
    }
    if (performance.now() - since < slice) continue
    await new Promise((resolve) => setTimeout(resolve))
    since = performance.now()
  }
}

/** In a font, 1 ex is not always half of 1 em. */
const measure = (root: HTMLElement): Room => {
  const sample = document.createElement('span')
  sample.style.cssText = 'position: absolute; visibility: hidden; width: 50em; height: 50ex'
  root.append(sample)
  const { width, height } = sample.getBoundingClientRect()
  sample.remove()
  return { em: width / 50 || 16, ex: height / 50 || 8, width: root.clientWidth }
}

/** Formulas to typeset again, because they use macros or labels that were defined or changed since. */
const formulasUsing = (notebook: Element, names: ReadonlySet<string>): HTMLElement[] => {
  return [...notebook.querySelectorAll<HTMLElement>('.nb-math[data-set]')].filter((element) => {
    const tex = sources.get(element) ?? ''
    return [...tex.matchAll(/\\(?:(?:eq)?ref|begin)\s*\{([^{}]*)\}|\\[A-Za-z]+/g)].some(([macro, named]) =>
      names.has(named ?? macro),
    )
  })
}
