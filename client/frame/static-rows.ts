// The rows of a table as the output has them. Sorting and filtering keeps its row elements.
import type { FrameProfile, FrameValues } from '../kernel/answers.ts'

export interface Arrangement {
  /** The column among those of a row, index included. */
  readonly sort: { readonly column: number; readonly descending: boolean } | null
  readonly text: string
}

const textOf = (row: HTMLTableRowElement, column: number): string =>
  row.cells[column]?.textContent.trim() ?? ''

const isMissing = (value: string): boolean => /^(NaN|NaT|None|<NA>|null|)$/.test(value)
/** A row in place of omitted ones. */
const isGap = (row: HTMLTableRowElement): boolean =>
  row.cells.length > 0 && [...row.cells].every((cell) => /^(\.\.\.|…)$/.test(cell.textContent.trim()))

const numberIn = (text: string): number | null => {
  const value = Number(text.replaceAll(',', ''))
  return text === '' || Number.isNaN(value) ? null : value
}

/** Compares numbers numerically and everything else as text. */
const compare = (a: string, b: string): number => {
  const [x, y] = [numberIn(a), numberIn(b)]
  return x !== null && y !== null ? x - y : a.localeCompare(b, undefined, { numeric: true })
}

const shortNumber = (value: number): string => String(Number(value.toPrecision(6)))
const binCount = 12

export class StaticRows {
  private readonly rows: readonly HTMLTableRowElement[]
  private readonly gaps: readonly HTMLTableRowElement[]

  constructor(private readonly body: HTMLTableSectionElement) {
    const rows = [...body.rows]
    this.gaps = rows.filter(isGap)
    this.rows = rows.filter((row) => !this.gaps.includes(row))
    this.inOrder = rows
  }

  private readonly inOrder: readonly HTMLTableRowElement[]

  get length(): number {
    return this.rows.length
  }

  /** Of more rows than these. */
  get isPart(): boolean {
    return this.gaps.length > 0
  }

  /** How many cells of a row are its index. */
  get indexWidth(): number {
    return [...(this.rows[0]?.cells ?? [])].filter(({ tagName }) => tagName === 'TH').length
  }

  /** Returns how many rows are shown. */
  arrange({ sort, text }: Arrangement): number {
    const wanted = text.toLowerCase()
    const has = (row: HTMLTableRowElement): boolean =>
      wanted === '' || [...row.cells].some((cell) => cell.textContent.toLowerCase().includes(wanted))
    let shown = 0
    for (const row of this.rows) {
      row.hidden = !has(row)
      if (!row.hidden) shown++
    }
    for (const row of this.gaps) row.hidden = wanted !== ''
    this.body.append(...(sort === null ? this.inOrder : [...this.sorted(sort), ...this.gaps]))
    return shown
  }

  private sorted({ column, descending }: NonNullable<Arrangement['sort']>): HTMLTableRowElement[] {
    const sign = descending ? -1 : 1
    const keyed = this.rows.map((row) => ({ row, key: textOf(row, column) }))
    keyed.sort((a, b) => {
      // Missing values are always last.
      const [missingA, missingB] = [isMissing(a.key), isMissing(b.key)]
      return missingA || missingB ? Number(missingA) - Number(missingB) : sign * compare(a.key, b.key)
    })
    return keyed.map(({ row }) => row)
  }

  private textsOf(column: number): string[] {
    return this.rows.map((row) => textOf(row, column))
  }

  values(column: number): FrameValues {
    return { step: 1, values: this.textsOf(column).map(numberIn) }
  }

  isNumeric(column: number): boolean {
    const known = this.textsOf(column).filter((text) => !isMissing(text))
    return known.length > 0 && known.every((text) => numberIn(text) !== null)
  }

  /** `types`: as the output says them, if it does. */
  profile(names: readonly string[], types: readonly string[]): FrameProfile {
    const columns = names.map((name, index) => {
      const column = this.indexWidth + index
      const known = this.textsOf(column).filter((text) => !isMissing(text))
      const about = { name, missing: this.length - known.length }
      if (!this.isNumeric(column)) {
        const sorted = known.toSorted(compare)
        return {
          ...about,
          type: types[index] ?? 'text',
          min: sorted[0] ?? '',
          mean: '',
          max: sorted.at(-1) ?? '',
          counts: [],
        }
      }
      const numbers = known.map((text) => numberIn(text) ?? 0)
      return {
        ...about,
        type: types[index] ?? 'number',
        min: shortNumber(Math.min(...numbers)),
        mean: shortNumber(numbers.reduce((sum, value) => sum + value, 0) / numbers.length),
        max: shortNumber(Math.max(...numbers)),
        counts: counted(numbers),
      }
    })
    return { all: this.length, columns }
  }
}

const counted = (numbers: readonly number[]): readonly number[] => {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)]
  if (least === most) return [numbers.length]
  const counts = Array.from({ length: binCount }, () => 0)
  for (const value of numbers) {
    const bin = Math.min(binCount - 1, Math.floor(((value - least) / (most - least)) * binCount))
    counts[bin] = (counts[bin] ?? 0) + 1
  }
  return counts
}
