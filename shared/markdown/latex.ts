// An output of LaTeX, as IPython's `Latex` and `Math` and sympy write it.
import { splitFormulas, type Formula } from './formulas.ts'

/** Text and its formulas. Without any delimiters, all of it is one formula. */
export const latexParts = (latex: string): readonly (string | Formula)[] => {
  const text = latex.trim()
  const parts = splitFormulas(text).filter((part) => part !== '')
  return parts.some((part) => typeof part !== 'string')
    ? parts
    : [{ tex: bareTex(text), display: true, source: text }]
}

/** Without delimiters that `splitFormulas` does not take, around empty lines for example. */
const bareTex = (text: string): string => {
  for (const [open, close] of [
    ['$$', '$$'],
    ['$', '$'],
    [String.raw`\[`, String.raw`\]`],
    [String.raw`\(`, String.raw`\)`],
  ] as const) {
    if (text.length >= open.length + close.length && text.startsWith(open) && text.endsWith(close))
      return text.slice(open.length, -close.length)
  }
  return text
}
