import { code as kind } from '../../shared/notebook/cell-kinds/code.ts'
import type { KindView } from './kind-view.ts'

export const code: KindView = {
  kind,
  add: { name: 'Add code cell', word: 'Code' },
  change: { title: 'Change to code', keys: ['y'] },
  look: 'code',
  rendered: false,
  takesImages: false,
  results: ({ outputs }) => outputs(),
}
