import type { CellKind } from './cell-kind.ts'
import { codeText, material } from './turns.ts'

export const code: CellKind = {
  name: 'code',
  label: 'Code',
  language: 'python',
  hint: 'Python',
  executor: { type: 'kernel', code: (source) => source },
  flags: ['outputs_hidden', 'scrolled', 'is_exported'],
  file: {
    cellType: 'code',
    accepts: (cellType) => cellType === 'code',
    mark: null,
    besides: {},
    text: null,
  },
  given: 'code cells as fenced python, each followed by its output if it has one',
  turns: (cell) => material(cell, codeText(cell, 'python')),
  html: (_, write) => write.code('code'),
}
