// Tables of data, as pandas and others write them: a click on a column's head sorts by it, another turns it round,
// a third restores the order there was.

type Order = 'ascending' | 'descending'

const text = (row: HTMLTableRowElement, column: number): string => row.cells[column]?.textContent.trim() ?? ''

/** Numbers as numbers, everything else as text; what is missing comes last either way. */
function compare(a: string, b: string): number {
  const [x, y] = [Number(a.replaceAll(',', '')), Number(b.replaceAll(',', ''))]
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return a.localeCompare(b, undefined, { numeric: true })
}
const missing = (value: string): boolean => /^(NaN|NaT|None|<NA>|null|)$/.test(value)

function sort(
  body: HTMLTableSectionElement,
  rows: readonly HTMLTableRowElement[],
  column: number,
  order: Order | null,
): void {
  const keyed = rows.map((row) => ({ row, key: text(row, column) }))
  const turn = order === 'descending' ? -1 : 1
  if (order !== null)
    keyed.sort((a, b) => {
      const [lacking, other] = [missing(a.key), missing(b.key)]
      return lacking || other ? Number(lacking) - Number(other) : turn * compare(a.key, b.key)
    })
  body.append(...keyed.map(({ row }) => row))
}

/** Only plain grids: a cell that spans others says that rows belong together. */
export function makeSortable(root: ParentNode): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table.dataframe')) {
    const [body] = table.tBodies
    const heads = [...(table.tHead?.rows[0]?.cells ?? [])]
    if (
      !body ||
      table.tHead?.rows.length !== 1 ||
      table.querySelector(':is([rowspan], [colspan]):not([rowspan="1"], [colspan="1"])')
    )
      continue
    const rows = [...body.rows]
    for (const [column, head] of heads.entries()) {
      if (head.textContent.trim() === '' && column > 0) continue
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'nb-sort'
      button.append(...head.childNodes)
      if (button.textContent.trim() === '') button.ariaLabel = 'Index'
      head.append(button)
      button.addEventListener('click', () => {
        const before = head.ariaSort
        const order = before === 'ascending' ? 'descending' : before === 'descending' ? null : 'ascending'
        for (const other of heads) other.ariaSort = null
        head.ariaSort = order
        sort(body, rows, column, order)
      })
    }
  }
}
