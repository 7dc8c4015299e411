// Where a notebook has a text: in the sources, outputs and replies of its cells.
import type { Doc } from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { shownOutputs, type ShownOutput } from '../../shared/notebook/output/output.ts'
import { cellReply, cellSource, readOutputs, visibleCells } from '../../shared/notebook/document/read.ts'

export interface Query {
  readonly text: string
  readonly matchCase: boolean
  readonly wholeWord: boolean
  readonly regex: boolean
  /** Outputs are searched as well. */
  readonly outputs: boolean
}

export interface PartText {
  readonly cell: CellId
  readonly part: 'source' | 'output' | 'reply'
  readonly text: string
}

export interface Match extends PartText {
  /** UTF-16 offsets into the part's text. */
  readonly from: number
  readonly to: number
  /** How many equal matches come before it in this part. */
  readonly nth: number
}

export type Pattern =
  { readonly ok: true; readonly pattern: RegExp } | { readonly ok: false; readonly reason: string }

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

/** What is searched, in page order. `cells`: only these. */
export const textsOf = (doc: Doc, cells: ReadonlySet<CellId> | null, outputs: boolean): readonly PartText[] =>
  visibleCells(doc)
    .filter((cell) => cells === null || cells.has(cell))
    .flatMap((cell) => [
      { cell, part: 'source', text: cellSource(doc, cell)?.toString() ?? '' },
      { cell, part: 'reply', text: cellReply(doc, cell)?.toString() ?? '' },
      ...(outputs ? [{ cell, part: 'output', text: outputText(doc, cell) } as const] : []),
    ])

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
