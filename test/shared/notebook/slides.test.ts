import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { slidesOf } from '../../../shared/notebook/document/slides.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'

const slides = (...cells: readonly ReturnType<typeof plainCell>[]): readonly (readonly string[])[] => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  return slidesOf(doc)
}

test('a slide begins at every note that begins with a heading of any level', () => {
  expect(
    slides(
      plainCell('a', 'code', '# a comment'),
      plainCell('b', 'note', '# Title'),
      plainCell('c', 'note', '### Part'),
      plainCell('d', 'note', 'text, then\n\n# no beginning'),
      plainCell('e', 'code', 'x'),
      plainCell('f', 'note', '## Under'),
    ),
  ).toEqual([['a'], ['b'], ['c', 'd', 'e'], ['f']])
  expect(slides()).toEqual([])
})
