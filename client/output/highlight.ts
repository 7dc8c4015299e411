// Colours for code that nobody edits, in the classes that the editor's own highlighting has.

import { pythonLanguage } from '@codemirror/lang-python'
import { markdownLanguage } from '@codemirror/lang-markdown'
import { classHighlighter, highlightCode } from '@lezer/highlight'
import type { Parser } from '@lezer/common'

/** UTF-16 units beyond which code stays plain: parsing would hold up typing. */
const longest = 100_000

function parserFor(language: string): Parser | null {
  switch (language.toLowerCase()) {
    case 'py':
    case 'python':
    case 'python3':
    case 'ipython':
    case 'pycon':
      return pythonLanguage.parser
    case 'md':
    case 'markdown':
      return markdownLanguage.parser
    default:
      return null
  }
}

/** Null where the language is not known here or the code is too long. */
export function highlighted(code: string, language: string): DocumentFragment | null {
  const parser = code.length > longest ? null : parserFor(language)
  if (!parser) return null
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
