import { sql as kind } from '../../shared/notebook/cell-kinds/sql.ts'
import type { KindView } from './kind-view.ts'

export const sql: KindView = {
  kind,
  add: { name: 'Add SQL cell', word: 'SQL' },
  change: { title: 'Change to SQL', keys: [] },
  look: 'code',
  rendered: false,
  takesImages: false,
  results: ({ outputs }) => outputs(),
}
