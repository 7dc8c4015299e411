// Syntax highlighting for read-only code, with the same classes as in the editor. Languages other than the editor's own are
// loaded on demand.

import { classHighlighter, highlightCode } from '@lezer/highlight'
import type { Parser } from '@lezer/common'
import { parserOf } from '../editor/parsers.ts'

/** UTF-16 code units. Parsing longer code would delay typing. */
const maxLength = 100_000

/** Null if the editor does not have the language. */
const parserFor = (language: string): Parser | null => {
  switch (language) {
    case 'py':
    case 'python':
    case 'python3':
    case 'ipython':
    case 'ipython3':
    case 'pycon':
      return parserOf('python')
    case 'md':
    case 'markdown':
      return parserOf('markdown')
    default:
      return null
  }
}

/** Highlights the text of the element, asynchronously if the language must be loaded. Ignores unknown languages. */
export const highlight = (element: HTMLElement, languageName: string): void => {
  const code = element.textContent
  const language = languageName.toLowerCase()
  if (code.length > maxLength || language === '') return
  const parser = parserFor(language)
  if (parser !== null) return element.replaceChildren(highlighted(code, parser))
  import('./modes.ts')
    .then((modes) => modes.parserOf(language))
    .then(
      (loaded) => loaded && element.replaceChildren(highlighted(code, loaded)),
      (error: unknown) => console.warn(`Highlighting for ${language} could not be loaded:`, error),
    )
}

const highlighted = (code: string, parser: Parser): DocumentFragment => {
  const fragment = document.createDocumentFragment()
  const put = (text: string, classes: string): void => {
    if (!classes) return fragment.append(text)
    const span = document.createElement('span')
    span.className = classes
    span.textContent = text
    fragment.append(span)
  }
  highlightCode(code, parser.parse(code), classHighlighter, put, () => fragment.append('\n'))
  return fragment
}
