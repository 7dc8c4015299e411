// Colours for code that nobody edits, in the classes that the editor's own highlighting has. Languages other than the
// editor's two are loaded when there is code of theirs.

import { pythonLanguage } from '@codemirror/lang-python'
import { markdownLanguage } from '@codemirror/lang-markdown'
import { classHighlighter, highlightCode } from '@lezer/highlight'
import type { Parser } from '@lezer/common'

/** UTF-16 units beyond which code stays plain: parsing would hold up typing. */
const longest = 100_000

/** The editor's own; null for another. */
function parserFor(language: string): Parser | null {
  switch (language) {
    case 'py':
    case 'python':
    case 'python3':
    case 'ipython':
    case 'ipython3':
    case 'pycon':
      return pythonLanguage.parser
    case 'md':
    case 'markdown':
      return markdownLanguage.parser
    default:
      return null
  }
}

/** Colours what the element says, at once or once its language is here; where it is not known, nothing happens. */
export function highlight(element: HTMLElement, written: string): void {
  const code = element.textContent
  const language = written.toLowerCase()
  if (code.length > longest || language === '') return
  const parser = parserFor(language)
  if (parser !== null) return element.replaceChildren(coloured(code, parser))
  import('./modes.ts')
    .then(({ parserOf }) => parserOf(language))
    .then(
      (loaded) => loaded && element.replaceChildren(coloured(code, loaded)),
      (error: unknown) => console.warn(`Code in ${language} stays without colours:`, error),
    )
}

function coloured(code: string, parser: Parser): DocumentFragment {
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
