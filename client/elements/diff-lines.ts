// Rows of a text comparison.
import { html, nothing, type TemplateResult } from 'lit'
import type { Row } from '../document/diff-rows.ts'

const signs = { same: ' ', gone: '−', new: '+' } as const

/** What a screen reader says before a line. */
export interface LineLabels {
  readonly gone: string
  readonly new: string
}

export const diffLine = (
  row: Row,
  labels: LineLabels,
  nameOf: (client: number) => string | null,
): TemplateResult => {
  if (row.type === 'fold') return html`<div class="nb-diff-fold">${row.lines} lines unchanged</div>`
  const names = new Set([...row.clients].map(nameOf).filter((name) => name !== null))
  const by = row.type === 'same' ? '' : [...names].join(', ')
  return html`<div class="nb-diff-line" data-type=${row.type}>
    <span class="nb-diff-sign" aria-hidden="true">${signs[row.type]}</span>
    <span class="nb-diff-text"
      ><span class="nb-hidden">${row.type === 'same' ? '' : labels[row.type]}</span>${row.text}</span
    >
    ${by === '' ? nothing : html`<span class="nb-diff-by">${by}</span>`}
  </div>`
}
