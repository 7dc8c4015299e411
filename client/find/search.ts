// Where a notebook has a text: in the sources, outputs and replies of its cells.
import type { Doc } from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { shownOutputs, type ShownOutput } from '../../shared/notebook/output/output.ts'
import { cellReply, cellSource, readOutputs, visibleCells } from '../../shared/notebook/document/read.ts'

export interface Query {
  readonly text: string
  readonly matchCase: boolean
  readonly regex: boolean
}

export interface Match {
  readonly cell: CellId
  readonly part: 'source' | 'output' | 'reply'
  /** UTF-16 offsets into the part's text. */
  readonly from: number
  readonly to: number
  readonly text: string
  /** How many equal matches come before it in this part. */
  readonly nth: number
}

export type Pattern =
  { readonly ok: true; readonly pattern: RegExp } | { readonly ok: false; readonly reason: string }

export const patternOf = ({ text, matchCase, regex }: Query): Pattern => {
  const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  try {
    return { ok: true, pattern: new RegExp(source, matchCase ? 'gmu' : 'gimu') }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, reason: 'This is not a regular expression.' }
    throw error
  }
}

const textOf = (output: ShownOutput): string => {
  switch (output.type) {
    case 'stream':
      return output.text
    case 'error':
      return output.traceback === '' ? `${output.ename}: ${output.evalue}` : output.traceback
    case 'unknown':
      return output.json
    case 'rich': {
      const text = output.data['text/markdown'] ?? output.data['text/plain']
      return typeof text === 'string' ? text : ''
    }
    default:
      return output satisfies never
  }
}

export const outputText = (doc: Doc, cell: CellId): string =>
  shownOutputs(readOutputs(doc, cell)).map(textOf).join('\n')

const matchesIn = (cell: CellId, part: Match['part'], text: string, pattern: RegExp): Match[] => {
  const counts = new Map<string, number>()
  return [...text.matchAll(pattern)].flatMap(({ 0: found, index }) => {
    // An empty match is nowhere to go to.
    if (found === '') return []
    const nth = counts.get(found) ?? 0
    counts.set(found, nth + 1)
    return [{ cell, part, from: index, to: index + found.length, text: found, nth }]
  })
}

/** In page order. `cells`: only in these. */
export const search = (
  doc: Doc,
  pattern: RegExp,
  cells: ReadonlySet<CellId> | null = null,
): readonly Match[] =>
  visibleCells(doc).flatMap((cell) =>
    cells !== null && !cells.has(cell)
      ? []
      : [
          ...matchesIn(cell, 'source', cellSource(doc, cell)?.toString() ?? '', pattern),
          ...matchesIn(cell, 'reply', cellReply(doc, cell)?.toString() ?? '', pattern),
          ...matchesIn(cell, 'output', outputText(doc, cell), pattern),
        ],
  )

/** What takes the place of the match at `from`: with a regular expression, `$1`, `$<name>`, `$&`, `\n` and `\t` count. */
export const replacementFor = (
  source: string,
  { from }: Pick<Match, 'from'>,
  pattern: RegExp,
  regex: boolean,
  template: string,
): string => {
  if (!regex) return template
  const sticky = new RegExp(pattern.source, pattern.flags.replace('g', 'y'))
  sticky.lastIndex = from
  const found = sticky.exec(source)
  if (found === null) return template
  return template.replace(
    /\$(?:(\$)|(&)|(\d{1,2})|<([^>]+)>)|\\([nt\\])/g,
    (whole, dollar?: string, all?: string, number?: string, name?: string, escape?: string) => {
      if (dollar !== undefined) return '$'
      if (all !== undefined) return found[0]
      if (number !== undefined) return Number(number) < found.length ? (found[Number(number)] ?? '') : whole
      if (name !== undefined) return found.groups?.[name] ?? ''
      return escape === 'n' ? '\n' : escape === 't' ? '\t' : '\\'
    },
  )
}
