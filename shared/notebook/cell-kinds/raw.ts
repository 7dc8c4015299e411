import type { KindName } from '../notebook.ts'
import { kindKey, type CellKind } from './cell-kind.ts'
import { fenced, material } from './turns.ts'

export const raw: CellKind = {
  name: 'raw',
  label: 'Raw',
  language: 'plain',
  hint: 'Raw text',
  executor: null,
  flags: [],
  file: {
    cellType: 'raw',
    // Including types that nbformat 4 does not have.
    accepts: (cellType) => cellType !== 'code' && cellType !== 'markdown',
    mark: null,
    besides: {},
    text: null,
  },
  given: null,
  turns: (cell) => material(cell, cell.source.trim() === '' ? '' : fenced('text', cell.source)),
  html: ({ source }, write) => (source === '' ? '' : write.section('raw', write.text(source))),
}

/**
 * A kind of a newer version. Its source, metadata and outputs are kept, and written in the form of all kinds unknown to
 * nbformat.
 */
export const unknownKind = (name: KindName): CellKind => ({
  ...raw,
  name,
  file: { ...raw.file, cellType: 'code', accepts: () => true, mark: [kindKey, name] },
})
