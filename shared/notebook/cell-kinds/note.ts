import type { CellKind } from './cell-kind.ts'
import { quoteSeparators, unquoteSeparators } from './prompt-text.ts'
import { material } from './turns.ts'

export const note: CellKind = {
  name: 'note',
  label: 'Note',
  language: 'markdown',
  hint: 'Write in Markdown',
  executor: null,
  flags: [],
  heading: (source) => {
    const [, marks, tagged] = /^\s*(?:(#{1,6})[ \t]|<h([1-6])[\s>])/i.exec(source) ?? []
    return marks?.length ?? (tagged === undefined ? null : Number(tagged))
  },
  file: {
    cellType: 'markdown',
    accepts: (cellType) => cellType === 'markdown',
    mark: null,
    besides: {},
    text: {
      read: (text) => ({ source: unquoteSeparators(text), reply: null, form: {} }),
      write: ({ source }) => quoteSeparators(source),
      matches: () => false,
      hasReply: false,
    },
  },
  references: ['&'],
  given: 'notes as plain text',
  turns: (cell) => material(cell, cell.source.trim()),
  html: ({ source }, write) =>
    source.trim() === '' ? '' : write.section('note markdown', write.markdown(source)),
}
