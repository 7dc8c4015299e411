import { html } from 'lit'
import { prompt as kind } from '../../shared/notebook/cell-kinds/prompt.ts'
import type { KindView } from './kind-view.ts'

export const prompt: KindView = {
  kind,
  add: { name: 'Add prompt', word: 'Prompt' },
  change: { title: 'Change to prompt', keys: ['p'] },
  look: 'question',
  rendered: false,
  takesImages: false,
  results: ({ reply, outputs }) => html`${reply()}${outputs()}`,
}
