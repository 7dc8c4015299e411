// JSON as a tree of <details> elements. Children are created when a branch is first opened, so that large values are cheap.

import type { Leaf } from '../../shared/notebook/notebook.ts'
import { isRecord } from '../../shared/record.ts'

/** Children of a branch shown at once; a button shows more. */
const portion = 200
const maxTextLength = 1_000

/** Branches opened at most if `expanded`. */
const maxOpen = 500

/** `expanded` as in IPython's `JSON`; otherwise only the root is open. */
export const jsonTree = (value: Leaf, expanded = false): HTMLElement => {
  const tree = document.createElement('div')
  tree.className = 'nb-json'
  tree.append(entry(null, value, { left: expanded ? maxOpen : 1 }))
  return tree
}

/** IPython's `JSON(…, expanded=True)`. */
export const isExpanded = (metadata: Leaf | undefined): boolean =>
  isRecord(metadata) && metadata['expanded'] === true

const entry = (key: string | null, value: Leaf, open: { left: number }): HTMLElement => {
  const label = key === null ? [] : [piece('nb-json-key', key), ': ']
  if (typeof value !== 'object' || value === null) {
    const line = document.createElement('div')
    line.append(...label, scalar(value))
    return line
  }
  const list = Array.isArray(value)
  const children: readonly (readonly [string, Leaf])[] = list
    ? value.map((child: Leaf, index) => [String(index), child] as const)
    : Object.entries(value)
  const branch = document.createElement('details')
  const summary = document.createElement('summary')
  const size = list ? `[${children.length}]` : `{${children.length}}`
  summary.append(...label, piece('nb-json-size', size))
  branch.append(summary)
  const fill = (from: number): void => {
    for (const [name, child] of children.slice(from, from + portion)) branch.append(entry(name, child, open))
    const left = children.length - from - portion
    if (left <= 0) return
    const more = document.createElement('button')
    more.type = 'button'
    more.className = 'nb-fold'
    more.textContent = `${left.toLocaleString('en')} more`
    more.addEventListener('click', () => {
      more.remove()
      fill(from + portion)
    })
    branch.append(more)
  }
  branch.open = open.left-- > 0
  if (branch.open) fill(0)
  else branch.addEventListener('toggle', () => fill(0), { once: true })
  return branch
}

const scalar = (value: null | boolean | number | string): HTMLElement => {
  if (typeof value !== 'string')
    return piece(`nb-json-${value === null ? 'null' : typeof value}`, String(value))
  const text = value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value
  return piece('nb-json-string', JSON.stringify(text))
}

const piece = (className: string, text: string): HTMLElement => {
  const element = document.createElement('span')
  element.className = className
  element.textContent = text
  return element
}
