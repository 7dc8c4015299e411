import { expect, test } from 'vitest'
import { lineSpan } from '../../../client/editor/error-line.ts'
import { renderStatic } from '../../../client/editor/static.ts'
import { linkErrorLocations } from '../../../client/output/error-links.ts'
import type { ErrorLocation } from '../../../shared/notebook/output/error-location.ts'

const look = { language: 'python', carets: [], commented: [], errorLine: null, lineNumbers: false } as const

test('the static text of a cell marks the error line without its indentation, highlighted or not', () => {
  for (const highlight of [true, false]) {
    const picture = document.createElement('pre')
    const text = 'def f():\n    return "é" / 0  \n'
    renderStatic(picture, text, { ...look, highlight, errorLine: 2 })
    const marked = [...picture.querySelectorAll('.nb-error-line')].map((piece) => piece.textContent)
    expect(marked.join('')).toBe('return "é" / 0')
    expect(picture.textContent).toBe(`${text}\u200B`)
    renderStatic(picture, text, { ...look, highlight })
    expect(picture.querySelector('.nb-error-line')).toBe(null)
  }
})

test('a missing or empty line gets no error mark', () => {
  expect(lineSpan('a\n\nb', 2)).toBe(null)
  expect(lineSpan('a', 9)).toBe(null)
  expect(lineSpan('a\n  b', 2)).toEqual({ from: 4, to: 5 })
})

test('locations in a traceback become buttons, and its text stays the same', () => {
  const block = document.createElement('div')
  const span = document.createElement('span')
  span.textContent = ', line 12'
  block.append('x\nCell In[3]', span, ', in f <b>\nCell In [10], line 1')
  const text = block.textContent
  linkErrorLocations(block)
  expect(block.textContent).toBe(text)
  const places: ErrorLocation[] = []
  block.addEventListener('nb-place', (event) => places.push((event as CustomEvent<ErrorLocation>).detail))
  for (const button of block.querySelectorAll('button')) button.click()
  expect(places).toEqual([
    { count: 3, line: 12 },
    { count: 10, line: 1 },
  ])
})
