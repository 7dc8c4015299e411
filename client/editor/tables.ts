// Tables of Markdown under the caret: aligned, and gone through cell by cell, without counting pipes.
import { language } from '@codemirror/language'
import { EditorSelection, type EditorState } from '@codemirror/state'
import type { Command, EditorView } from '@codemirror/view'

interface Table {
  /** Offsets of the whole. */
  readonly from: number
  readonly to: number
  readonly rows: readonly (readonly string[])[]
  /** Of the caret. */
  readonly row: number
  readonly column: number
}

const isRow = (text: string): boolean => text.includes('|') && text.trim() !== ''
const isRule = (cells: readonly string[]): boolean => cells.every((cell) => /^:?-+:?$/.test(cell))

/** Where cells end: pipes that are not escaped. */
const pipe = /(?<!\\)\|/

const cellsOf = (text: string): string[] => {
  const cells = text.trim().split(pipe)
  if (cells[0]?.trim() === '') cells.shift()
  if (cells.length > 1 && cells.at(-1)?.trim() === '') cells.pop()
  return cells.map((cell) => cell.trim())
}

const tableAt = (state: EditorState): Table | null => {
  if (state.facet(language)?.name !== 'markdown') return null
  const { doc, selection } = state
  const caret = doc.lineAt(selection.main.head)
  if (!isRow(caret.text)) return null
  let [first, last] = [caret.number, caret.number]
  while (first > 1 && isRow(doc.line(first - 1).text)) first--
  while (last < doc.lines && isRow(doc.line(last + 1).text)) last++
  const lines = Array.from({ length: last - first + 1 }, (_, index) => doc.line(first + index).text)
  const rows = lines.map(cellsOf)
  if (rows[1] === undefined || !isRule(rows[1])) return null
  const before = caret.text.slice(0, selection.main.head - caret.from).trimStart()
  const column = before.split(pipe).length - (caret.text.trimStart().startsWith('|') ? 2 : 1)
  return {
    from: doc.line(first).from,
    to: doc.line(last).to,
    rows,
    row: caret.number - first,
    column: Math.max(0, column),
  }
}

const characters = new Intl.Segmenter('en')
/** Characters as they are seen. */
const widthOf = (text: string): number => [...characters.segment(text)].length

interface Drawn {
  readonly text: string
  /** Of each cell, its offsets within the text. */
  readonly cells: readonly (readonly { readonly from: number; readonly to: number }[])[]
}

const drawn = (rows: readonly (readonly string[])[]): Drawn => {
  const count = Math.max(...rows.map((row) => row.length))
  const columns = Array.from({ length: count }, (_, column) => column)
  const widths = columns.map((column) =>
    Math.max(3, ...rows.map((row, at) => (at === 1 ? 0 : widthOf(row[column] ?? '')))),
  )
  const rule = columns.map((column) => rows[1]?.[column] ?? '---')
  const isRight = (column: number): boolean => /^-+:$/.test(rule[column] ?? '')
  let text = ''
  const cells = rows.map((row, at) => {
    if (at > 0) text += '\n'
    text += '|'
    return columns.map((column) => {
      const width = widths[column] ?? 3
      const cell = at === 1 ? ruleOf(rule[column] ?? '', width) : (row[column] ?? '')
      const space = ' '.repeat(Math.max(0, width - widthOf(cell)))
      text += ' '
      if (isRight(column)) text += space
      const from = text.length
      text += cell
      const to = text.length
      text += `${isRight(column) ? '' : space} |`
      return { from, to }
    })
  })
  return { text, cells }
}

const ruleOf = (rule: string, width: number): string => {
  const [left, right] = [rule.startsWith(':'), rule.endsWith(':')]
  return `${left ? ':' : ''}${'-'.repeat(width - Number(left) - Number(right))}${right ? ':' : ''}`
}

const put = (view: EditorView, table: Table, rows: Table['rows'], row: number, column: number): void => {
  const { text, cells } = drawn(rows)
  const cell = cells[row]?.[column] ?? { from: text.length, to: text.length }
  view.dispatch({
    changes:
      text === view.state.sliceDoc(table.from, table.to)
        ? []
        : { from: table.from, to: table.to, insert: text },
    selection: EditorSelection.single(table.from + cell.from, table.from + cell.to),
    scrollIntoView: true,
    userEvent: 'input.table',
  })
}

export const alignTable: Command = (view) => {
  const table = tableAt(view.state)
  if (table === null || view.state.readOnly) return false
  put(view, table, table.rows, table.row, table.column)
  return true
}

/** Moves by this many cells; after the last one a row is added. */
const step =
  (by: 1 | -1): Command =>
  (view) => {
    const table = tableAt(view.state)
    if (table === null || view.state.readOnly) return false
    const { rows } = table
    const count = Math.max(...rows.map((row) => row.length))
    let [row, column] = [table.row, Math.min(table.column, count - 1) + by]
    if (column >= count || column < 0) {
      row += by
      column = by === 1 ? 0 : count - 1
    }
    // The rule below the head is no place to write.
    if (row === 1) row += by
    if (row < 0) return false
    put(view, table, row < rows.length ? rows : [...rows, []], row, column)
    return true
  }

export const nextTableCell = step(1)
export const previousTableCell = step(-1)
