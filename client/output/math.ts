// Formulas on the page. They are first there as their TeX source; MathJax, which is large, is loaded when there is any.
import type { Typesetter } from './mathjax.ts'

/** An element that `typesetMath` makes a formula of. */
export function mathElement(tex: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'nb-math'
  element.dataset['display'] = 'true'
  element.textContent = tex
  return element
}

/** Milliseconds of setting between two looks at what else the page has to do. */
const slice = 12

const load = () => Promise.all([import('./mathjax.ts'), import('../../shared/markdown/tex.ts')])

/** One for each notebook, whose macros and labels are its own. */
const typesetters = new WeakMap<Element, Typesetter>()
/** What a formula is made of, once its source is no longer what it shows. */
const sources = new WeakMap<Element, string>()

/** Sets what is still TeX source below `root`. Without MathJax (offline before its first use) the source stays. */
export async function typesetMath(root: HTMLElement): Promise<void> {
  if (root.querySelector('.nb-math:not([data-set])') === null) return
  const loaded = await load().catch((error: unknown) => {
    console.warn('MathJax could not be loaded; formulas stay as TeX.', error)
    return null
  })
  if (loaded === null) return
  const [{ newTypesetter }, { definedNames }] = loaded
  const notebook = root.closest('nb-notebook') ?? document.body
  const typesetter = typesetters.get(notebook) ?? newTypesetter()
  typesetters.set(notebook, typesetter)
  const waiting = [...root.querySelectorAll<HTMLElement>('.nb-math:not([data-set])')]
  const given = new Set<string>()
  const room = { em: Number.parseFloat(getComputedStyle(root).fontSize) || 16, width: root.clientWidth }
  let since = performance.now()
  for (let element = waiting.shift(); element; element = waiting.shift()) {
    const tex = sources.get(element) ?? element.textContent
    const display = element.dataset['display'] === 'true'
    const isNew = !sources.has(element)
    sources.set(element, tex)
    element.dataset['set'] = ''
    typesetter.set(tex, display, element, room)
    if (display) element.tabIndex = 0
    if (isNew) for (const name of definedNames(tex)) given.add(name)
    if (waiting.length === 0 && given.size > 0) {
      waiting.push(...formulasThatName(notebook, given))
      given.clear()
    }
    if (performance.now() - since < slice) continue
    await new Promise((resolve) => setTimeout(resolve))
    since = performance.now()
  }
}

/** Those that were set before what they name was known, or was what it is now. */
function formulasThatName(notebook: Element, names: ReadonlySet<string>): HTMLElement[] {
  return [...notebook.querySelectorAll<HTMLElement>('.nb-math[data-set]')].filter((element) => {
    const tex = sources.get(element) ?? ''
    return [...tex.matchAll(/\\(?:(?:eq)?ref|begin)\s*\{([^{}]*)\}|\\[A-Za-z]+/g)].some(([macro, named]) =>
      names.has(named ?? macro),
    )
  })
}
