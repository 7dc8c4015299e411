import { expect, test } from 'vitest'
import { answeredText, replacedIn } from '../../../shared/context/answered-text.ts'

const fenced = (text: string, info = 'python', fence = '```'): string => `${fence}${info}\n${text}\n${fence}`
const code = { text: 'x = 1', lead: '', isCode: true }
const prose = { text: 'Some words', lead: '', isCode: false }

test.each([
  ['no fence', 'x = 2', 'x = 2'],
  ['a fence', fenced('x = 2'), 'x = 2'],
  ['words around the fence', `Here it is:\n\n${fenced('x = 2\ny = 3')}\n\nI changed x.`, 'x = 2\ny = 3'],
  ['a fence that is still open', 'Sure!\n```python\nx = 2\ny', 'x = 2\ny'],
  [
    'an example besides',
    `${fenced('x = 2\ny = 3\nprint(x)')}\nUse it:\n${fenced('x')}`,
    'x = 2\ny = 3\nprint(x)',
  ],
  ['tildes', fenced('x = 2', '', '~~~'), 'x = 2'],
])('the code of an answer with %s', (_, answer, text) => {
  expect(answeredText(answer, code)).toBe(text)
  expect(answeredText(`${answer}\n`, { ...code, text: 'x = 1\n' })).toBe(`${text}\n`)
})

test('code that has fences itself is taken from a fence around all of it only', () => {
  const own = `text = '''\n${fenced('a')}\n'''`
  expect(answeredText(own, { ...code, text: own })).toBe(own)
  expect(answeredText(fenced(own, 'python', '````'), { ...code, text: own })).toBe(own)
})

test.each([
  ['no fence', `Words\n\n${fenced('x')}\n\nmore`, null],
  ['a fence at each end', `${fenced('x')}\n\nWords\n\n${fenced('y')}`, null],
  ['a fence around all', fenced('Words', 'markdown'), 'Words'],
  [
    'a fence around all, and others within',
    fenced(`# T\n${fenced('x')}\nmore`, 'markdown'),
    `# T\n${fenced('x')}\nmore`,
  ],
  ['words before the fence', `Here:\n${fenced('x', 'markdown')}`, null],
])('the prose of an answer with %s', (_, answer, text) => {
  expect(answeredText(answer, prose)).toBe(text ?? answer)
})

test('prose that begins with a fence keeps it', () => {
  expect(answeredText(fenced('y'), { ...prose, text: fenced('x') })).toBe(fenced('y'))
})

const source = 'for x in y:\n    a = 1\n    b = 2\nc = 3'
const replaced = (part: string) => {
  const from = source.indexOf(part)
  return replacedIn(source, { from, to: from + part.length }, true)
}
test.each([
  ['lines', '    a = 1\n    b = 2', 'a = 4\nif a:\n    b = 2', '    a = 4\n    if a:\n        b = 2'],
  ['lines that kept it', '    a = 1\n    b = 2', '    a = 4', '    a = 4'],
  ['lines that should lose it', '    a = 1\n    b = 2', 'a = 1\nb = 2', 'a = 1\nb = 2'],
  ['a part of a line', 'a = 1', 'a = 1\na += 1', 'a = 1\n    a += 1'],
  ['a part of a line that kept it', 'a = 1\n    b = 2', 'a = 4\n    b = 5', 'a = 4\n    b = 5'],
  ['the end of a line', '1', '[\n  1,\n]', '[\n  1,\n]'],
])('the indentation of %s', (_, part, answer, text) => {
  expect(answeredText(answer, replaced(part))).toBe(text)
})
