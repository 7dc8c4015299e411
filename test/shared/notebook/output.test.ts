import { describe, expect, it } from 'vitest'
import type { Leaf } from '../../../shared/notebook/notebook.ts'
import {
  displayLeaf,
  errorLeaf,
  plainText,
  resultLeaf,
  shownLeaf,
  shownOutputs,
} from '../../../shared/notebook/output/output.ts'
import { stripAnsi } from '../../../shared/notebook/output/terminal.ts'

const escape = String.fromCharCode(27)
const red = `${escape}[0;31m`
const reset = `${escape}[0m`

describe('the content of an output', () => {
  it('is read from a live stream', () => {
    const stream = { output_type: 'stream', name: 'stderr', text: 'careful' } as const
    expect(shownOutputs([{ live: true, stream }])).toEqual([
      { type: 'stream', name: 'stderr', text: 'careful' },
    ])
  })

  it('merges neighbouring chunks of one stream, with a progress bar as one line', () => {
    const chunk = (name: string, text: string) => ({
      live: false as const,
      leaf: { output_type: 'stream', name, text },
    })
    const shown = shownOutputs([
      chunk('stderr', ' 10%'),
      chunk('stderr', '\r 50%'),
      chunk('stderr', '\r100%\n'),
      chunk('stdout', 'so'),
      chunk('stderr', 'again'),
    ])
    expect(shown.map(plainText)).toEqual(['100%\n', 'so', 'again'])
  })

  it('joins the lines of a file', () => {
    expect(shownLeaf({ output_type: 'stream', name: 'stdout', text: ['a\n', 'b'] })).toEqual({
      type: 'stream',
      name: 'stdout',
      text: 'a\nb',
    })
    const leaf = {
      output_type: 'display_data',
      data: { 'text/html': ['<b>', '</b>'], 'application/json': ['x'] },
    }
    expect(shownLeaf(leaf)).toMatchObject({
      data: { 'text/html': '<b></b>', 'application/json': ['x'] },
      count: null,
    })
  })

  it('is written in lines like Jupyter does, and read back the same', () => {
    const data = {
      'text/html': '<b>\n</b>\n',
      'text/plain': 'a\r\n\nb',
      'image/svg+xml': '<svg>\n</svg>',
      'image/png': 'iVBOR\n',
      'application/json': 'a\nb',
      'text/markdown': '',
    }
    expect(displayLeaf(data)).toEqual({
      output_type: 'display_data',
      data: {
        'text/html': ['<b>\n', '</b>\n'],
        'text/plain': ['a\r\n', '\n', 'b'],
        'image/svg+xml': ['<svg>\n', '</svg>'],
        'image/png': 'iVBOR\n',
        'application/json': 'a\nb',
        'text/markdown': '',
      },
      metadata: {},
    })
    expect(shownLeaf(resultLeaf(1, data))).toMatchObject({ data })
  })

  it('is read back from what a kernel writes', () => {
    expect(shownLeaf(displayLeaf({ 'text/plain': 'x' }, { 'image/png': { width: 3 } }))).toEqual({
      type: 'rich',
      data: { 'text/plain': 'x' },
      metadata: { 'image/png': { width: 3 } },
      count: null,
    })
    expect(shownLeaf(resultLeaf(7, { 'text/plain': '42' }))).toMatchObject({ type: 'rich', count: 7 })
    expect(shownLeaf(errorLeaf('ValueError', 'no', ['one', 'two']))).toEqual({
      type: 'error',
      ename: 'ValueError',
      evalue: 'no',
      traceback: 'one\ntwo',
    })
    expect(shownLeaf(errorLeaf('ValueError', 'no', []))).toMatchObject({ traceback: 'ValueError: no' })
  })

  it('is read from values kept as JSON text, at any depth', () => {
    expect(shownLeaf({ $json: '{"output_type":"stream","name":"stdout","text":"x"}' })).toMatchObject({
      text: 'x',
    })
    const shown = shownLeaf({
      output_type: 'display_data',
      data: { 'application/json': { $json: '{"__proto__": 1, "7": 1.0}' }, 'text/plain': { $json: '[NaN]' } },
    })
    if (shown.type !== 'rich') throw new Error('not rich')
    expect(Object.keys(shown.data['application/json'] as object)).toEqual(['7', '__proto__'])
    expect(shown.data['text/plain']).toBe('[NaN]')
  })

  it.each<Leaf>([
    null,
    7,
    'text',
    [],
    {},
    { output_type: 'pyout' },
    { output_type: 'stream', text: 5 },
    { output_type: 'stream', text: ['a', 5] },
    { output_type: 'display_data', data: 'none' },
    { output_type: { $json: '{' } },
  ])('is shown as JSON if it is %j', (leaf) => {
    expect(shownLeaf(leaf).type).toBe('unknown')
  })

  it('does not come from an object’s prototype', () => {
    const leaf = JSON.parse('{"output_type":"display_data","data":{"__proto__":{"text/plain":"x"}}}') as Leaf
    const shown = shownLeaf(leaf)
    if (shown.type !== 'rich') throw new Error('not rich')
    expect(shown.data['text/plain']).toBeUndefined()
  })
})

describe('the plain text of an output', () => {
  it('prefers text/plain and drops terminal codes', () => {
    expect(plainText({ type: 'stream', name: 'stdout', text: `${red}no${reset}\n` })).toBe('no\n')
    expect(plainText(shownLeaf(errorLeaf('E', 'v', [`${red}E${reset}: v`])))).toBe('E: v')
    expect(plainText(shownLeaf(displayLeaf({ 'text/html': '<b>', 'text/plain': 'b' })))).toBe('b')
    expect(plainText(shownLeaf(displayLeaf({ 'application/json': { a: 1 } })))).toBe('{"a":1}')
    expect(plainText(shownLeaf(displayLeaf({ 'image/png': 'AAAA' })))).toBe('[image/png]')
  })

  it('loses links, titles and truncated terminal sequences, and nothing else', () => {
    const bell = String.fromCharCode(7)
    expect(
      stripAnsi(`a${escape}]8;;https://x.example${bell}b${escape}]8;;${escape}\\c${escape}[2Kd${escape}(Be`),
    ).toBe('abcde')
    expect(stripAnsi(`[0m é ${escape}`)).toBe('[0m é ')
  })

  it('is computed in linear time for a million unfinished terminal codes', () => {
    // Searching from each of them to the end of the text would take minutes.
    const cutOff = `${escape}[`.repeat(200_000) + `${escape}]`.repeat(200_000)
    expect(stripAnsi(`a${cutOff}`).startsWith('a')).toBe(true)
  })
})
