import { nothing } from 'lit'
import { note as kind } from '../../shared/notebook/cell-kinds/note.ts'
import type { KindView } from './kind-view.ts'

export const note: KindView = {
  kind,
  add: { name: 'Add note', word: 'Note' },
  change: { title: 'Change to note', keys: ['m'] },
  look: 'page',
  rendered: true,
  takesImages: true,
  results: () => nothing,
}
