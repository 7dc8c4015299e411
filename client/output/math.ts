// Formulas on the page. They are first there as their TeX source; KaTeX, which is large, is loaded when there is any.

import { mathOptions } from '../../shared/markdown/math-rules.ts'

/** An element that `typesetMath` makes a formula of. */
export function mathElement(tex: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'nb-math'
  element.dataset['display'] = 'true'
  element.textContent = tex
  return element
}

/** Sets what is still TeX source below `root`. Without KaTeX (offline before its first use) the source stays. */
export async function typesetMath(root: ParentNode): Promise<void> {
  const sources = root.querySelectorAll<HTMLElement>('.nb-math:not([data-set])')
  if (sources.length === 0) return
  const katex = await loadKatex()
  if (!katex) return
  for (const element of sources) {
    const displayMode = element.dataset['display'] === 'true'
    katex.render(element.textContent, element, { ...mathOptions, displayMode })
    element.dataset['set'] = ''
    if (displayMode) element.tabIndex = 0
  }
}

async function loadKatex() {
  try {
    const [katex] = await Promise.all([import('katex'), import('katex/dist/katex.min.css')])
    return katex.default
  } catch (error) {
    console.warn('KaTeX could not be loaded; formulas stay as TeX.', error)
    return null
  }
}
