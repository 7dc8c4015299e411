import { expect, test } from 'vitest'
import { Continuation } from '../../../shared/model/continuation.ts'

/** What is written of a continuation that comes in pieces of this length. */
const written = (before: string, text: string, length: number): string => {
  const continuation = new Continuation(before)
  let said = ''
  for (let at = 0; at < text.length; at += length) said += continuation.take(text.slice(at, at + length))
  return said + continuation.end()
}

test.each([
  ['nothing', 'The sum of all pri', 'ces is 7.', 'ces is 7.'],
  ['the word', 'The sum of all pri', 'prices is 7.', 'ces is 7.'],
  ['the last words', 'The sum of all prices is', 'all prices is 7.', ' 7.'],
  ['a line of code', 'x = 1\nfor y in z:\n    print(y', 'for y in z:\n    print(y, x)', ', x)'],
  ['all of it', 'The sum is', 'The sum is 7.', ' 7.'],
  ['a letter by chance', 'a = 1', '1', '1'],
  ['letters within a word by chance', 'The banana', 'nana', 'nana'],
  ['what stands earlier, too', 'one two three. one two', 'three', 'three'],
  ['and no more', 'The sum of all prices', 'The sum of all prices', ''],
])('a continuation that repeats %s', (_, before, text, expected) => {
  for (const length of [1, 4, 100]) expect(written(before, text, length)).toBe(expected)
})

test('a long one is compared in linear time', () => {
  const text = 'ab '.repeat(100_000)
  expect(written(text, text, 7)).toBe(text.slice(600))
})
