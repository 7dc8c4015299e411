// The differences between an output as shown by the two pages.
import type { Rendered } from './rendered.ts'

export interface Difference {
  readonly cell: number
  readonly part: string
  readonly theirs: unknown
  readonly ours: unknown
}

/**
 * Whether both are drawn about equally large, allowing for the width of the column, and in the same
 * proportion.
 */
const alike = ([width, height]: readonly [number, number], other: readonly [number, number]): boolean => {
  const [wider, proportion] = [other[0] / width, (other[0] / other[1]) * (height / width)]
  return wider > 0.5 && wider < 2 && proportion > 0.95 && proportion < 1.05
}

const same = (part: string, theirs: unknown, ours: unknown): boolean => {
  if (part !== 'pictures') return JSON.stringify(theirs) === JSON.stringify(ours)
  const [before, now] = [theirs, ours] as [Rendered['pictures'], Rendered['pictures']]
  return before.length === now.length && before.every((size, i) => alike(size, now[i] ?? [0, 0]))
}

export const differences = (
  theirs: ReadonlyMap<number, Rendered>,
  ours: ReadonlyMap<number, Rendered>,
): Difference[] => {
  const found: Difference[] = []
  for (const [cell, one] of theirs) {
    const other = ours.get(cell)
    if (other === undefined) found.push({ cell, part: 'all', theirs: one, ours: null })
    else
      for (const part of Object.keys(one) as (keyof Rendered)[])
        if (!same(part, one[part], other[part]))
          found.push({ cell, part, theirs: one[part], ours: other[part] })
  }
  return found
}

const short = (value: unknown): string => JSON.stringify(value).slice(0, 900)

export const differs = ({ cell, part, theirs, ours }: Difference): string =>
  `cell ${cell}, ${part}:\n  JupyterLab ${short(theirs)}\n  here       ${short(ours)}`
