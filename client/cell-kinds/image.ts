import { image as kind } from '../../shared/notebook/cell-kinds/image.ts'
import type { KindView } from './kind-view.ts'

export const image: KindView = {
  kind,
  add: { name: 'Add image cell', word: 'Image' },
  change: { title: 'Change to image', keys: [] },
  look: 'question',
  rendered: false,
  takesImages: false,
  results: ({ outputs }) => outputs(),
}
