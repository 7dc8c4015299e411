// Anybody may write a line of any length. A pattern that backtracks on one of these lines would take the
// square of a million steps, and exceed the test's time.
import { expect, test } from 'vitest'
import { code } from '../../shared/notebook/cell-kinds/code.ts'
import { answeredText } from '../../shared/context/answered-text.ts'
import { readOptions } from '../../shared/convert/options.ts'
import { newCell } from '../../shared/notebook/notebook.ts'
import { newMarkdown } from '../../shared/markdown/markdown.ts'
import { overwrite } from '../../shared/notebook/output/terminal.ts'
import { replyParts } from '../../shared/reply/parts.ts'

const million = 1_000_000
const details = '<details class=tool-usage-details>'

test('a million carriage returns are handled in linear time', () => {
  expect(overwrite(`a${'\r'.repeat(million)}b`)).toBe('b')
  expect(overwrite(`a${'\r'.repeat(million)}\nb`)).toBe('a\nb')
})

test('a reply with a million repetitions is split in linear time', () => {
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

test('unclosed formulas and runs of backticks are rendered in linear time', () => {
  const opened = '\\('.repeat(million / 5)
  expect(newMarkdown().render(opened)).toContain('((((')
  expect(code.turns(newCell('code', '` '.repeat(million)))[0]?.text).toContain('```')
})

test('a model’s edit and a cell’s options are parsed in linear time', () => {
  const lines = '\n'.repeat(million)
  for (const isCode of [true, false]) {
    const replaced = { text: 'x', lead: '', isCode }
    expect(answeredText(`a${lines}b${lines}`, replaced)).toBe(`a${lines}b`)
    expect(answeredText('~'.repeat(million), replaced)).toHaveLength(million)
    expect(answeredText('```\n'.repeat(million / 4), replaced).length).toBeLessThan(million + 1)
  }
  const value = `{"a": "${'\\"'.repeat(million)}`
  expect(readOptions(`label=${value}`)).toBeDefined()
})
