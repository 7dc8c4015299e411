import { expect, test } from 'vitest'
import { wordBefore, wordAfter } from '../../../client/editor/word.ts'

test('the word at a caret is found, looking no farther than a name can be long', () => {
  expect([wordBefore('x = größe_1'), wordAfter('_2.wert'), wordBefore('x '), wordAfter('')]).toEqual([
    'größe_1',
    '_2',
    '',
    '',
  ])
  const letters = 'a'.repeat(5_000_000)
  expect(wordBefore(`v = "${letters}"1`)).toBe('1')
  expect(wordBefore(`v = "${letters}"`)).toBe('')
})
