// What a bench says: samples of ours beside samples of the floor, taken in the same run in turns (A B A B), so that a
// busy machine slows both. A figure without its floor is none.

export interface Row {
  readonly what: string
  /** Milliseconds or bytes, where less is better; or so many a second, where more is. */
  readonly unit: 'ms' | 'kB' | 'tokens/s'
  readonly ours: readonly number[]
  /** What nothing of our kind could undercut, and how it was measured. */
  readonly floor: { readonly what: string; readonly samples: readonly number[] }
}

/** Prepares what it needs, measures, and leaves nothing behind. */
export type Bench = () => Promise<readonly Row[]>

const sorted = (samples: readonly number[]): number[] => {
  if (samples.length === 0) throw new Error('no sample')
  if (samples.some((sample) => !Number.isFinite(sample) || sample <= 0))
    throw new Error(`no measurement: ${samples.join(' ')}`)
  return samples.toSorted((a, b) => a - b)
}

/** Nearest rank: a value that was really measured. `part` is in (0, 1]. */
const quantile = (samples: readonly number[], part: number): number => {
  const all = sorted(samples)
  const value = all[Math.ceil(all.length * part) - 1]
  if (value === undefined) throw new Error(`no quantile ${part}`)
  return value
}

const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/** How many times the floor; 1 could not be better. */
const ratioOf = ({ unit, ours, floor }: Row): number => {
  const [own, least] = [median(ours), median(floor.samples)]
  switch (unit) {
    case 'ms':
    case 'kB':
      return own / least
    case 'tokens/s':
      return least / own
    default:
      throw new Error(`unknown unit ${String(unit satisfies never)}`)
  }
}

/** Below this many samples the 95th percentile is only the greatest of them. */
const enoughForTail = 20

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const tail = ({ unit }: Row, samples: readonly number[]): string =>
  unit === 'ms' && samples.length >= enoughForTail ? number(quantile(samples, 0.95)) : ''

const heads = ['', 'unit', 'n', 'p50', 'p95', 'floor p50', 'floor p95', 'ratio', 'floor'] as const

const fieldsOf = (row: Row): readonly string[] => [
  row.what,
  row.unit,
  String(row.ours.length),
  number(median(row.ours)),
  tail(row, row.ours),
  number(median(row.floor.samples)),
  tail(row, row.floor.samples),
  `${ratioOf(row).toFixed(2)} ×`,
  row.floor.what,
]

/** The rows as a table. Throws where a row has no sample or no floor, or a bench no row. */
export const tableOf = (title: string, rows: readonly Row[]): string => {
  if (rows.length === 0) throw new Error('no row')
  const lines = [heads, ...rows.map(fieldsOf)]
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  const isWord = (i: number): boolean => i <= 1 || i === heads.length - 1
  const text = lines.map((line) =>
    line
      .map((field, i) => (isWord(i) ? field.padEnd(widths[i] ?? 0) : field.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return `${title}\n${text.map((line) => `  ${line}`).join('\n')}\n`
}
