// Reads the cells of a page as they are shown.
import { expect } from 'vitest'
import type { Person } from './app.ts'
import { soon } from './soon.ts'

export interface ShownCell {
  readonly kind: string
  readonly source: string
  /** The source has an editor. */
  readonly mounted: boolean
  /** A note is rendered instead of showing its source. */
  readonly rendered: boolean
  readonly selected: boolean
}

/** All cells in order. A very long source has only its rendered part. */
export const shownCells = (person: Person): Promise<ShownCell[]> =>
  person.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('nb-cell')].map((cell) => {
      const source = cell.querySelector(':scope > .nb-body > nb-source')
      // Far from the viewport, a cell has nothing but its text.
      const copy = (source ?? cell).cloneNode(true) as Element
      for (const mark of copy.querySelectorAll('.nb-caret, .cm-placeholder, .cm-widgetBuffer')) mark.remove()
      const lines = [...copy.querySelectorAll('.cm-line')].map((line) => line.textContent)
      const picture = copy.querySelector('.nb-picture')?.textContent.replace(/\u200b$/, '')
      return {
        kind: cell.dataset['kind'] ?? '',
        source: picture ?? lines.join('\n'),
        mounted: picture === undefined,
        rendered: cell.hasAttribute('data-rendered'),
        selected: cell.hasAttribute('data-selected'),
      }
    }),
  )

export const shownSources = async (person: Person): Promise<string[]> =>
  (await shownCells(person)).map(({ source }) => source)

/** What has the focus: "cell 3", "source of cell 3", or another element. */
export const focusOf = (person: Person): Promise<string> =>
  person.page.evaluate(() => {
    const { activeElement } = document
    const cell = activeElement?.closest('nb-cell')
    if (!cell) return activeElement?.tagName.toLowerCase() ?? 'nothing'
    const position = [...document.querySelectorAll('nb-cell')].indexOf(cell) + 1
    if (activeElement === cell) return `cell ${position}`
    const part = activeElement?.closest('nb-source') ? 'source' : activeElement?.getAttribute('aria-label')
    return `${part} of cell ${position}`
  })

export const expectSources = (person: Person, ...expected: readonly string[]): Promise<void> =>
  expect.poll(() => shownSources(person), soon).toEqual(expected)

export const expectFocus = (person: Person, where: string): Promise<void> =>
  expect.poll(() => focusOf(person), soon).toBe(where)
