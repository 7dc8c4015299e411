// Results of a benchmark: samples of the app and of a baseline, measured alternately in the same run, so that a busy machine
// affects both.

export interface Row {
  readonly what: string
  /** Higher is better for tokens/s, lower for the others. */
  readonly unit: 'ms' | 'kB' | 'bytes' | 'tokens/s'
  readonly ours: readonly number[]
  /** The best that any such app could reach, and how it was measured. */
  readonly baseline: { readonly what: string; readonly samples: readonly number[] }
}

/** Cleans up after itself. */
export type Bench = () => Promise<readonly Row[]>

const sorted = (samples: readonly number[]): number[] => {
  if (samples.length === 0) throw new Error('no samples')
  if (samples.some((sample) => !Number.isFinite(sample) || sample <= 0))
    throw new Error(`invalid samples: ${samples.join(' ')}`)
  return samples.toSorted((a, b) => a - b)
}

/** By the nearest-rank method, so always one of the samples. `part` is in (0, 1]. */
const quantile = (samples: readonly number[], part: number): number => {
  const all = sorted(samples)
  const value = all[Math.ceil(all.length * part) - 1]
  if (value === undefined) throw new Error(`no quantile ${part}`)
  return value
}

const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/** Multiple of the baseline; 1 is best. */
const ratioOf = ({ unit, ours, baseline }: Row): number => {
  const [own, best] = [median(ours), median(baseline.samples)]
  switch (unit) {
    case 'ms':
    case 'kB':
    case 'bytes':
      return own / best
    case 'tokens/s':
      return best / own
    default:
      throw new Error(`unknown unit ${String(unit satisfies never)}`)
  }
}

/** With fewer samples the 95th percentile is just the maximum. */
const minTailSamples = 20

const number = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const tail = ({ unit }: Row, samples: readonly number[]): string =>
  unit === 'ms' && samples.length >= minTailSamples ? number(quantile(samples, 0.95)) : ''

const headers = ['', 'unit', 'n', 'p50', 'p95', 'base p50', 'base p95', 'ratio', 'baseline'] as const

const fieldsOf = (row: Row): readonly string[] => [
  row.what,
  row.unit,
  String(row.ours.length),
  number(median(row.ours)),
  tail(row, row.ours),
  number(median(row.baseline.samples)),
  tail(row, row.baseline.samples),
  `${ratioOf(row).toFixed(2)} ×`,
  row.baseline.what,
]

/** Formats the rows as a table. Throws if there are no rows, or if a row has no samples or no baseline. */
export const tableOf = (title: string, rows: readonly Row[]): string => {
  if (rows.length === 0) throw new Error('no rows')
  const lines = [headers, ...rows.map(fieldsOf)]
  const widths = headers.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)))
  const isText = (i: number): boolean => i <= 1 || i === headers.length - 1
  const text = lines.map((line) =>
    line
      .map((field, i) => (isText(i) ? field.padEnd(widths[i] ?? 0) : field.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return `${title}\n${text.map((line) => `  ${line}`).join('\n')}\n`
}
