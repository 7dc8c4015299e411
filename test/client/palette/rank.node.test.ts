import { expect, test } from 'vitest'
import { ranked } from '../../../client/palette/rank.ts'

const titles = ['Delete cell', 'Run cell', 'Rerun all', 'Enter edit mode', 'Settings of the model']
const found = (query: string): readonly string[] =>
  ranked(
    titles.map((title) => ({ title, also: title === 'Run cell' ? 'kernel' : '' })),
    query,
  ).map(({ title }) => title)

test('a search finds titles with all its words, those at the start first; an empty one finds all', () => {
  expect(found('')).toEqual(titles)
  expect(found('run')).toEqual(['Run cell', 'Rerun all'])
  expect(found('cell del')).toEqual(['Delete cell'])
  expect(found('MODE')).toEqual(['Enter edit mode', 'Settings of the model'])
  expect(found('kernel')).toEqual(['Run cell'])
  expect(found('run nothing')).toEqual([])
})
