import { describe, expect, test } from 'vitest'
import { replyParts } from '../../../shared/reply/parts.ts'

const call = { id: 'toolu_1', call: { function: 'add', arguments: { a: '1', b: 'x' } }, result: '3' }
const json = JSON.stringify(call, null, 2)

describe('a reply’s text is split into parts', () => {
  test('and is a single text without any of the known forms', () => {
    expect(replyParts('')).toEqual([])
    expect(replyParts('one\n\n```python\nx\n```\n')).toEqual([
      { type: 'text', text: 'one\n\n```python\nx\n```\n' },
    ])
  })

  test.each([
    [
      'Solveit’s details',
      `<details class='tool-usage-details'>\n<summary>add(a=1, b=x)</summary>\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>`,
    ],
    [
      'details without a summary',
      `<details class="tool-usage-details">\n\n\`\`\`json\n${json}\n\`\`\`\n\n</details>`,
    ],
    ['a fence', `\`\`\`json {.tool}\n${json}\n\`\`\``],
  ])('with a tool call from %s', (_, text) => {
    expect(replyParts(`Let me add.\n\n${text}\n\nIt is **3**.`)).toEqual([
      { type: 'text', text: 'Let me add.\n' },
      { type: 'tool', id: 'toolu_1', call: 'add(a=1, b=x)', result: '3' },
      { type: 'text', text: '\nIt is **3**.' },
    ])
  })

  test('with the usage, in both forms', () => {
    const usage = { type: 'usage', text: 'input tokens 12 · output tokens 3' }
    expect(replyParts('Done.\n```json {.usage}\n{"input_tokens": 12, "output_tokens": 3}\n```')[1]).toEqual(
      usage,
    )
    expect(
      replyParts(
        "<details class='token-usage-details'><summary>Usage</summary>\n\n12 tokens in\n\n</details>",
      ),
    ).toEqual([{ type: 'usage', text: '12 tokens in' }])
  })

  test('with thinking between markers or as a line of brain emojis', () => {
    expect(replyParts('<!--think_start-->\nhm\nso\n<!--think_end-->\nYes.')).toEqual([
      { type: 'thinking', text: 'hm\nso' },
      { type: 'text', text: 'Yes.' },
    ])
    expect(replyParts('So <!--think_start-->hm<!--think_end--> yes\n<!--think_start-->on')).toEqual([
      { type: 'text', text: 'So ' },
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: ' yes' },
      { type: 'thinking', text: 'on' },
    ])
    expect(replyParts('\n🧠🧠🧠\n\nYes 🧠.')).toEqual([
      { type: 'thinking', text: '' },
      { type: 'text', text: '\nYes 🧠.' },
    ])
  })

  test('with thinking of which only the end is marked, but not where a tag is written of', () => {
    expect(replyParts('hm\nso</think>\n\nYes.')).toEqual([
      { type: 'thinking', text: 'hm\nso' },
      { type: 'text', text: '\nYes.' },
    ])
    expect(replyParts('hm\n</think> Yes.')).toEqual([
      { type: 'thinking', text: 'hm' },
      { type: 'text', text: 'Yes.' },
    ])
    for (const text of ['The tag `</think>`\nends it', '```\nhm\n</think>\n```', 'After </think> comes text'])
      expect(replyParts(text)).toEqual([{ type: 'text', text }])
  })

  test('with an interruption, only at its end', () => {
    expect(replyParts('Half\n\n*[Response interrupted]*\n')).toEqual([
      { type: 'text', text: 'Half\n' },
      { type: 'interrupted' },
    ])
    expect(replyParts('*[Response interrupted]*\nis what it writes')).toHaveLength(1)
  })

  test('but a fence that shows these forms stays text', () => {
    const text = "````\n<details class='tool-usage-details'>\n```json {.tool}\n{}\n```\n🧠\n````"
    expect(replyParts(text)).toEqual([{ type: 'text', text }])
  })

  test('with what is there, if a part is unfinished or not JSON', () => {
    expect(
      replyParts('<details class=\'tool-usage-details\'>\n<summary>f(x)</summary>\n\n```json\n{"id": '),
    ).toEqual([{ type: 'tool', id: null, call: 'f(x)', result: '{"id":' }])
    expect(replyParts('```json {.tool}\n[1, 2]\n```')).toEqual([
      { type: 'tool', id: null, call: 'a tool', result: '[1, 2]' },
    ])
  })

  test('in linear time, however many parts are unclosed', () => {
    for (const piece of [
      "<details class='tool-usage-details'>\n",
      '<!--think_start-->\n',
      '```json {.tool}\n',
      '<summary>',
      '🧠\n',
    ])
      expect(replyParts(piece.repeat(20_000)).length).toBeGreaterThan(0)
  })
})
