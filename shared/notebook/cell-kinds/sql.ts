import { kindKey, type CellKind } from './cell-kind.ts'
import { codeText, material } from './turns.ts'

export const sql: CellKind = {
  name: 'sql',
  label: 'SQL',
  language: 'sql',
  hint: 'SQL on data frames and lists of dicts; “-- db: file.db” for a file',
  // Our own magic (magics.py): `%%sql` may belong to another library.
  executor: {
    type: 'kernel',
    code: (source) => (source.trim() === '' ? '' : `%%notebook_sql\n${source}`),
  },
  flags: ['outputs_hidden', 'scrolled'],
  file: {
    cellType: 'code',
    accepts: (cellType) => cellType === 'code',
    mark: [kindKey, 'sql'],
    besides: { language: 'sql' },
    text: null,
  },
  given: 'SQL cells as fenced sql, followed by their output as well',
  turns: (cell) => material(cell, codeText(cell, 'sql')),
  html: (_, write) => write.code('code', 'sql'),
}
