import { kindKey, type CellKind } from './cell-kind.ts'
import { codeText, material } from './turns.ts'

export const image: CellKind = {
  name: 'image',
  label: 'Image',
  language: 'plain',
  hint: 'Describe a picture; the model makes it',
  executor: { type: 'model', answer: 'picture' },
  flags: ['outputs_hidden'],
  file: {
    cellType: 'code',
    accepts: (cellType) => cellType === 'code',
    mark: [kindKey, 'image'],
    besides: {},
    text: null,
  },
  given: 'descriptions of pictures that were asked for as fenced text',
  turns: (cell) => material(cell, codeText(cell, 'text')),
  html: ({ source }, write) => {
    const picture = write.outputs()
    if (source.trim() === '' && picture === '') return ''
    return write.section('prompt', `${write.text(source)}${picture}`, 'Image')
  },
}
