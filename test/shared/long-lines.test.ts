// Anybody may write a line of any length. Where a pattern went back and forth in one of these, it would not come to an
// end within a test's time: the square of a million.
import { expect, test } from 'vitest'
import { code } from '../../shared/notebook/cell-kinds/code.ts'
import { newCell } from '../../shared/notebook/notebook.ts'
import { newMarkdown } from '../../shared/markdown/markdown.ts'
import { overwrite } from '../../shared/notebook/output/terminal.ts'
import { replyParts } from '../../shared/reply/parts.ts'

const million = 1_000_000
const details = '<details class=tool-usage-details>'

test('carriage returns of a program', () => {
  expect(overwrite(`a${'\r'.repeat(million)}b`)).toBe('b')
  expect(overwrite(`a${'\r'.repeat(million)}\nb`)).toBe('a\nb')
})

test('parts of a reply', () => {
  const spaces = ' '.repeat(million)
  expect(replyParts(`${details}\n\`\`\`json\n{"a": 1}${spaces}x\n</details>`)).toMatchObject([
    { type: 'tool', result: `{"a": 1}${spaces}x` },
  ])
  const summaries = '<summary>'.repeat(million / 10)
  expect(replyParts(`${details}\n${summaries}\n</details>`)).toMatchObject([
    { type: 'tool', result: summaries },
  ])
  expect(replyParts(`\`\`\` {.usage}\n${'<'.repeat(million)}\n\`\`\``)).toMatchObject([{ type: 'usage' }])
  const lines = `\`\`\`\n${'x\n'.repeat(million)}\`\`\`\n*[Response interrupted]*`
  expect(replyParts(lines).map(({ type }) => type)).toEqual(['text', 'interrupted'])
})

test('formulas that are never closed, and runs of backticks', () => {
  const opened = '\\('.repeat(million / 5)
  expect(newMarkdown().render(opened)).toContain('((((')
  expect(code.turns(newCell('code', '` '.repeat(million)))[0]?.text).toContain('```')
})
