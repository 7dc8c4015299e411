import { latexParts } from '../../shared/markdown/latex.ts'

/** An output of LaTeX with its formulas as source, to be typeset. */
export const latexElement = (latex: string): HTMLElement => {
  const element = document.createElement('div')
  element.className = 'nb-latex'
  for (const part of latexParts(latex)) {
    if (typeof part === 'string') {
      element.append(part)
      continue
    }
    const formula = document.createElement('span')
    formula.className = 'nb-math'
    formula.dataset['display'] = String(part.display)
    formula.textContent = part.tex
    element.append(formula)
  }
  return element
}
