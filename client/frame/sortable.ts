// Makes DataFrame tables sortable: clicking a column header sorts ascending, then descending, then restores the original
// order.

type Order = 'ascending' | 'descending'

const text = (row: HTMLTableRowElement, column: number): string => row.cells[column]?.textContent.trim() ?? ''

/** Compares numbers numerically and everything else as text. */
const compare = (a: string, b: string): number => {
  const [x, y] = [Number(a.replaceAll(',', '')), Number(b.replaceAll(',', ''))]
  if (a !== '' && b !== '' && !Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return a.localeCompare(b, undefined, { numeric: true })
}
const isMissing = (value: string): boolean => /^(NaN|NaT|None|<NA>|null|)$/.test(value)

const sort = (
  body: HTMLTableSectionElement,
  rows: readonly HTMLTableRowElement[],
  column: number,
  order: Order | null,
): void => {
  const keyed = rows.map((row) => ({ row, key: text(row, column) }))
  const sign = order === 'descending' ? -1 : 1
  if (order !== null)
    keyed.sort((a, b) => {
      // Missing values are always last.
      const [missingA, missingB] = [isMissing(a.key), isMissing(b.key)]
      return missingA || missingB ? Number(missingA) - Number(missingB) : sign * compare(a.key, b.key)
    })
  body.append(...keyed.map(({ row }) => row))
}

/** Skips tables with spanning cells, whose rows belong together. */
export const makeSortable = (root: ParentNode): void => {
  for (const table of root.querySelectorAll<HTMLTableElement>('table.dataframe')) {
    const [body] = table.tBodies
    const headers = [...(table.tHead?.rows[0]?.cells ?? [])]
    if (
      !body ||
      table.tHead?.rows.length !== 1 ||
      table.querySelector(':is([rowspan], [colspan]):not([rowspan="1"], [colspan="1"])')
    )
      continue
    const rows = [...body.rows]
    for (const [column, header] of headers.entries()) {
      if (header.textContent.trim() === '' && column > 0) continue
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'nb-sort'
      button.append(...header.childNodes)
      if (button.textContent.trim() === '') button.ariaLabel = 'Index'
      header.append(button)
      button.addEventListener('click', () => {
        const before = header.ariaSort
        const order = before === 'ascending' ? 'descending' : before === 'descending' ? null : 'ascending'
        for (const other of headers) other.ariaSort = null
        header.ariaSort = order
        sort(body, rows, column, order)
      })
    }
  }
}
