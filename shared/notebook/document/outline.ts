// The headings of a notebook's notes: `# Title`, a line underlined with = or -, or one of HTML.
import type { Doc } from 'yjs'
import { splitFormulas } from '../../markdown/formulas.ts'
import { kindNamed } from '../cell-kinds/kinds.ts'
import type { CellId } from '../notebook.ts'
import { cellSource, readHead, visibleCells } from './read.ts'

export interface Heading {
  readonly cell: CellId
  /** 1 to 6. */
  readonly level: number
  readonly text: string
  /** Where its line begins in the source. */
  readonly at: number
}

/** Characters of a line in which a heading of HTML is looked for: in a longer one it would take long. */
const longest = 1_000

/** The text of a heading without Markdown syntax and HTML tags; its formulas as they are. */
export const wordsOf = (markdown: string): string =>
  splitFormulas(markdown, true)
    .map((part) => (typeof part === 'string' ? withoutSyntax(part) : part.source))
    .join('')
    .trim()

const withoutSyntax = (markdown: string): string =>
  markdown
    .replace(/(`[^`]*`)|<\/?[a-z][^<>]*>/gi, '$1')
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/(?<!\\)(\*\*|__|[*`])(?=\S)(.*?[^\s\\])\1/g, '$2')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')

const headingsIn = (source: string): readonly Omit<Heading, 'cell'>[] => {
  const found: Omit<Heading, 'cell'>[] = []
  let [fence, at, before]: [string | null, number, string] = [null, 0, '']
  for (const line of source.split('\n')) {
    const [, mark] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
    if (fence !== null) {
      if (mark?.startsWith(fence) === true) fence = null
    } else if (mark !== undefined) fence = mark
    else {
      const [, marks, text = ''] = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#*)?[ \t]*$/.exec(line) ?? []
      const [, tagged, html = ''] = /^[^`]*<h([1-6])\b[^<>]*>(.*?)<\/h\1>/i.exec(line.slice(0, longest)) ?? []
      const [, underline] = /^ {0,3}(=+|-+)[ \t]*$/.exec(line) ?? []
      if (marks !== undefined) found.push({ level: marks.length, text: wordsOf(text), at })
      else if (tagged !== undefined) found.push({ level: Number(tagged), text: wordsOf(html), at })
      else if (underline !== undefined && /^ {0,3}[^\s>#*+-]/.test(before))
        found.push({
          level: underline.startsWith('=') ? 1 : 2,
          text: wordsOf(before),
          at: at - before.length - 1,
        })
    }
    before = fence === null && mark === undefined ? line : ''
    at += line.length + 1
  }
  return found
}

export const mayHaveHeadings = (doc: Doc, cell: CellId): boolean => {
  const kind = readHead(doc, cell)?.kind
  return kind !== undefined && kindNamed(kind).heading !== undefined
}

export const outlineOf = (doc: Doc): readonly Heading[] =>
  visibleCells(doc).flatMap((cell) => {
    if (!mayHaveHeadings(doc, cell)) return []
    return headingsIn(cellSource(doc, cell)?.toString() ?? '').map((heading) => ({ cell, ...heading }))
  })
