// Which language a text is in, for the editor and for the static highlighting of unmounted texts.
import { python, pythonLanguage } from '@codemirror/lang-python'
import { markdown, markdownLanguage } from '@codemirror/lang-markdown'
import { type Extension } from '@codemirror/state'
import { type Parser } from '@lezer/common'
import { type CellKind } from '../../shared/notebook/notebook.ts'

export type Language = 'python' | 'markdown' | 'plain'

export const languageOf = (kind: CellKind): Language => {
  switch (kind) {
    case 'code':
      return 'python'
    case 'note':
    case 'prompt':
      return 'markdown'
    case 'raw':
      return 'plain'
    default:
      return kind satisfies never
  }
}

const pythonSupport = python()
const markdownSupport = markdown({
  base: markdownLanguage,
  codeLanguages: (info) => (/^(python|py|ipython)\b/i.test(info) ? pythonLanguage : null),
})

export const languageSupport = (language: Language): Extension => {
  switch (language) {
    case 'python':
      return pythonSupport
    case 'markdown':
      return markdownSupport
    case 'plain':
      return []
    default:
      return language satisfies never
  }
}

export const parserOf = (language: Language): Parser | null => {
  switch (language) {
    case 'python':
      return pythonLanguage.parser
    case 'markdown':
      return markdownSupport.language.parser
    case 'plain':
      return null
    default:
      return language satisfies never
  }
}
