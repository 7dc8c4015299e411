// Tables of frames can be sorted by their headers, filtered, profiled and drawn. Where the page can ask Python for the frame,
// that is done with all of its rows, a page of them at a time, and else with the rows that the output has.
import type { FrameRows } from '../kernel/answers.ts'
import { profileTable } from './column-profile.ts'
import styles from './data-table.css?inline'
import type { LiveFrame } from './live-frame.ts'
import { chartKinds, quickChart, type ChartKind } from './quick-chart.ts'
import { StaticRows, type Arrangement } from './static-rows.ts'

const number = new Intl.NumberFormat('en')
const pageSize = 50
/** Milliseconds without typing until a filter is asked for. */
const pause = 250

/** Tables with spanning cells are left as they are: their rows belong together. */
export const enhanceTables = (root: ParentNode, live: LiveFrame): void => {
  let isFirst = true
  for (const table of root.querySelectorAll<HTMLTableElement>('table.dataframe')) {
    const [body] = table.tBodies
    const spans = ':is([rowspan], [colspan]):not([rowspan="1"], [colspan="1"])'
    if (!body || !table.tHead?.rows[0] || table.querySelector(spans)) continue
    if (isFirst) {
      const style = document.createElement('style')
      style.textContent = styles
      document.head.append(style)
    }
    // An output is of one frame.
    const made = new DataTable(table, table.tHead, body, isFirst ? live : null)
    made.draw()
    isFirst = false
  }
}

const button = (name: string, className: string, action: () => void): HTMLButtonElement => {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = className
  made.ariaLabel = name
  made.addEventListener('click', action)
  return made
}

class DataTable {
  private readonly staticHead: readonly Node[]
  private readonly rows: StaticRows
  private readonly names: readonly string[]
  private readonly types: readonly string[]
  private arrangement: Arrangement = { sort: null, text: '' }
  /** Of the page of Python's rows that is shown; null while the output's own are. */
  private page: { readonly first: number; readonly rows: FrameRows } | null = null
  private asked = 0
  private readonly filter = document.createElement('input')
  private readonly status = document.createElement('span')
  private readonly allRows = button('All rows', 'nb-data-all', () => void this.show(0))
  private readonly previous = button(
    'Previous rows',
    'nb-data-previous',
    () => void this.show((this.page?.first ?? 0) - pageSize),
  )
  private readonly next = button(
    'Next rows',
    'nb-data-next',
    () => void this.show((this.page?.first ?? 0) + pageSize),
  )
  private readonly below = document.createElement('div')
  private opened: 'profile' | 'chart' | null = null
  private readonly profileButton = button(
    'Column profile',
    'nb-data-profile',
    () => void this.open('profile'),
  )
  private readonly chartButton = button('Chart', 'nb-data-chart', () => void this.open('chart'))

  constructor(
    table: HTMLTableElement,
    private readonly head: HTMLTableSectionElement,
    private readonly body: HTMLTableSectionElement,
    private readonly live: LiveFrame | null,
  ) {
    this.rows = new StaticRows(body)
    const [first, second] = head.rows
    const cells = [...(first?.cells ?? [])]
    this.names = cells.slice(this.rows.indexWidth).map((cell) => cell.textContent.trim())
    // polars has the types in a second row of cells that are no headers.
    this.types = [...(second?.cells ?? [])].every(({ tagName }) => tagName === 'TD')
      ? [...(second?.cells ?? [])].map((cell) => cell.textContent.trim())
      : []
    for (const [column, cell] of cells.entries())
      if (column === 0 || cell.textContent.trim() !== '') this.makeSorting(cell, column)
    this.staticHead = [...head.childNodes]
    const around = table.closest('div:not(#output)')
    const place = around?.querySelectorAll('table').length === 1 ? around : table
    place.after(this.tools(), this.below)
    live?.onChange(() => this.onLive())
  }

  private get isLive(): boolean {
    return this.live?.state === 'live'
  }

  private onLive(): void {
    if (this.page !== null && this.live?.state === 'gone')
      this.showStatic('Python has ended: these are the rows of the output.')
    else this.draw()
  }

  private tools(): HTMLElement {
    const tools = document.createElement('div')
    tools.className = 'nb-data-tools'
    tools.role = 'toolbar'
    tools.ariaLabel = 'Table'
    this.filter.type = 'search'
    this.filter.placeholder = 'Filter rows'
    this.filter.ariaLabel = 'Filter rows'
    let timer = 0
    this.filter.addEventListener('input', () => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => this.arrange({ ...this.arrangement, text: this.filter.value }), pause)
    })
    this.status.role = 'status'
    this.below.className = 'nb-data-below'
    tools.append(
      this.filter,
      this.profileButton,
      this.chartButton,
      this.allRows,
      this.previous,
      this.next,
      this.status,
    )
    return tools
  }

  private makeSorting(header: HTMLTableCellElement, column: number): void {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = 'nb-sort'
    made.append(...header.childNodes)
    if (made.textContent.trim() === '') made.ariaLabel = 'Index'
    header.append(made)
    made.addEventListener('click', () => {
      const { sort } = this.arrangement
      const before = sort?.column === column ? sort : null
      this.arrange({
        ...this.arrangement,
        sort: before?.descending === true ? null : { column, descending: before !== null },
      })
    })
  }

  private arrange(arrangement: Arrangement): void {
    if (this.page !== null && !this.isLive) {
      this.status.textContent = 'Python is busy.'
      return
    }
    this.arrangement = arrangement
    if (this.page !== null || (this.isLive && this.rows.isPart)) void this.show(0)
    else this.showStatic('')
  }

  private showStatic(note: string): void {
    this.page = null
    this.asked++
    this.head.replaceChildren(...this.staticHead)
    this.body.replaceChildren()
    const shown = this.rows.arrange(this.arrangement)
    const part = this.rows.isPart ? ' that the output has' : ''
    const said = this.arrangement.text === '' ? '' : `${shown} of ${this.rows.length} rows${part}`
    this.status.textContent = [note, said].filter((words) => words !== '').join(' ')
    this.draw()
  }

  /** A page of Python's rows, from the one of that number. */
  private async show(first: number): Promise<void> {
    const asked = ++this.asked
    const { sort, text } = this.arrangement
    const width = this.page === null ? this.rows.indexWidth : this.page.rows.index.length
    const rows = this.isLive
      ? await this.live?.ask({
          type: 'frame-rows',
          first: Math.max(0, first),
          sort: sort === null ? null : [sort.column < width ? -1 : sort.column - width, sort.descending],
          text,
        })
      : null
    if (asked !== this.asked) return
    if (!rows) return this.showStatic('Python does not answer: these are the rows of the output.')
    this.page = { first: Math.max(0, first), rows }
    this.drawPage(this.page.first, rows)
    this.draw()
  }

  private drawPage(first: number, rows: FrameRows): void {
    const head = document.createElement('tr')
    for (const [column, name] of [...rows.index, ...rows.columns].entries()) {
      const cell = document.createElement('th')
      cell.scope = 'col'
      cell.textContent = name
      this.makeSorting(cell, column)
      head.append(cell)
    }
    this.head.replaceChildren(head)
    this.body.replaceChildren(
      ...rows.rows.map((cells) => {
        const row = document.createElement('tr')
        for (const [column, text] of cells.entries()) {
          const cell = document.createElement(column < rows.index.length ? 'th' : 'td')
          cell.textContent = text
          row.append(cell)
        }
        return row
      }),
    )
    const { total, all, columnsLeftOut } = rows
    const of = total === all ? number.format(all) : `${number.format(total)} of ${number.format(all)}`
    const which =
      total === 0 ? 'No rows' : `Rows ${number.format(first + 1)}–${number.format(first + rows.rows.length)}`
    const without = columnsLeftOut === 0 ? '' : `, ${number.format(columnsLeftOut)} columns left out`
    this.status.textContent = `${which} of ${of}${without}`
  }

  draw(): void {
    const { page, arrangement } = this
    const { sort } = arrangement
    for (const [column, cell] of [...(this.head.rows[0]?.cells ?? [])].entries())
      cell.ariaSort = sort?.column === column ? (sort.descending ? 'descending' : 'ascending') : null
    this.allRows.hidden = page !== null || !this.isLive || !this.rows.isPart
    this.previous.hidden = this.next.hidden = page === null
    this.previous.disabled = page === null || !this.isLive || page.first === 0
    this.next.disabled = page === null || !this.isLive || page.first + pageSize >= page.rows.total
    this.profileButton.ariaExpanded = String(this.opened === 'profile')
    this.chartButton.ariaExpanded = String(this.opened === 'chart')
  }

  private async open(what: 'profile' | 'chart'): Promise<void> {
    this.opened = this.opened === what ? null : what
    this.below.replaceChildren()
    this.draw()
    if (this.opened === 'profile') await this.openProfile()
    else if (this.opened === 'chart') await this.openChart()
  }

  private get ofOwnRows(): string {
    return this.rows.isPart
      ? `Of the ${this.rows.length} rows that the output has`
      : `Of all ${this.rows.length} rows`
  }

  private async openProfile(): Promise<void> {
    const live = this.isLive ? await this.live?.ask({ type: 'frame-profile' }) : null
    if (this.opened !== 'profile') return
    this.below.replaceChildren(
      live
        ? profileTable(live, `Of all ${number.format(live.all)} rows`)
        : profileTable(this.rows.profile(this.names, this.types), this.ofOwnRows),
    )
  }

  private async openChart(): Promise<void> {
    const live = this.isLive ? await this.live?.ask({ type: 'frame-profile' }) : null
    if (this.opened !== 'chart') return
    const width = this.rows.indexWidth
    const numeric = live
      ? live.columns.flatMap(({ name, counts }, column) => (counts.length > 0 ? [{ name, column }] : []))
      : this.names.flatMap((name, column) => (this.rows.isNumeric(width + column) ? [{ name, column }] : []))
    if (numeric.length === 0) {
      this.below.textContent = 'No column of this table has numbers alone.'
      return
    }
    const columns = selectOf(
      'Column',
      numeric.map(({ name }) => name),
    )
    const kinds = selectOf('Kind of chart', chartKinds)
    const place = document.createElement('div')
    const draw = async (): Promise<void> => {
      const chosen = numeric[columns.selectedIndex]
      if (chosen === undefined) return
      const found = live ? await this.live?.ask({ type: 'frame-values', column: chosen.column }) : null
      const { values, step } = found ?? this.rows.values(width + chosen.column)
      const note = document.createElement('p')
      note.textContent = found ? (step > 1 ? `One of every ${number.format(step)} rows` : '') : this.ofOwnRows
      place.replaceChildren(quickChart(chosen.name, kinds.value as ChartKind, values, step), note)
    }
    for (const select of [columns, kinds]) select.addEventListener('change', () => void draw())
    this.below.replaceChildren(columns, ' ', kinds, place)
    await draw()
  }
}

const selectOf = (name: string, options: readonly string[]): HTMLSelectElement => {
  const select = document.createElement('select')
  select.ariaLabel = name
  for (const text of options) select.add(new Option(text, text))
  return select
}
