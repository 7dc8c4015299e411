import { expect, test } from 'vitest'
import { newMarkdown } from '../../../shared/markdown/markdown.ts'
import { withNestedFences } from '../../../shared/reply/nested-fences.ts'

/** What is in the fences of the text as it is shown. */
const shown = (text: string, grows = false): readonly string[] =>
  newMarkdown()
    .parse(withNestedFences(text, grows), {})
    .flatMap(({ type, content }) => (type === 'fence' ? [content] : []))

const fence = '```'
const readme = `# Title\n\n${fence}python\nprint(1)\n${fence}\n\nAfter.\n`

test('a Markdown text in a fence keeps the fences within it', () => {
  expect(shown(`Here:\n\n${fence}markdown\n${readme}${fence}\n\nDone.`)).toEqual([readme])
  const two = `${fence}md\n${readme}${readme}${fence}\n`
  const all = `${two}\nand\n\n${two}\n${fence}python\nx\n${fence}`
  expect(shown(all)).toEqual([readme + readme, readme + readme, 'x\n'])
  const longer = readme.replaceAll(fence, `${fence}\``)
  expect(shown(`${fence}markdown\n${longer}${fence}\n`)).toEqual([longer])
})

test.each([
  readme,
  `${fence}markdown\nplain\n${fence}\n\n${fence}python\nx\n${fence}`,
  `${fence}\`markdown\n${readme}${fence}\`\n`,
  `${fence}python\nprint("""\n${fence}markdown\n""")\n${fence}\n`,
])('other fences, and those that are right, stay as they are', (text) => {
  expect(withNestedFences(text, true)).toBe(text)
})

test('a fence that is not closed may be so while the reply grows, and is what it says at the end', () => {
  const text = `${fence}markdown\n${readme}`
  expect(shown(text, true)).toEqual([readme])
  expect(withNestedFences(text, false)).toBe(text)
})
