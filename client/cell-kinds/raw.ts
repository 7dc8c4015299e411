import { nothing } from 'lit'
import { raw as kind } from '../../shared/notebook/cell-kinds/raw.ts'
import type { KindView } from './kind-view.ts'

export const raw: KindView = {
  kind,
  add: null,
  change: { title: 'Change to raw', keys: ['r'] },
  look: 'page',
  rendered: false,
  takesImages: false,
  results: () => nothing,
}
