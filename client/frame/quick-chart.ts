// One column of numbers as a small chart: to see its course, not to publish it.
import { svg } from './svg.ts'

export const chartKinds = ['Line', 'Bars', 'Points'] as const
export type ChartKind = (typeof chartKinds)[number]

const height = 180
const widest = 600
/** Room for the numbers of the axis, and around. */
const [left, edge] = [64, 8]

const number = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 })

/** `step`: of how many rows there is a value. */
export const quickChart = (
  name: string,
  kind: ChartKind,
  values: readonly (number | null)[],
  step: number,
): SVGElement => {
  // As it is shown, so that its words are not made smaller.
  const width = Math.min(widest, innerWidth)
  const known = values.filter((value) => value !== null)
  // Bars stand on the zero.
  const least = Math.min(...known, ...(kind === 'Bars' ? [0] : []))
  const most = Math.max(...known, ...(kind === 'Bars' ? [0] : []))
  const range = most - least || 1
  const x = (index: number): number =>
    left + ((index + 0.5) / Math.max(1, values.length)) * (width - left - edge)
  const y = (value: number): number =>
    height - edge - 16 - ((value - least) / range) * (height - 2 * edge - 16)
  const bar = Math.max(1, (width - left - edge) / Math.max(1, values.length) - 1)
  const shapes: SVGElement[] = []
  if (kind === 'Line') shapes.push(svg('path', { d: course(values, x, y), fill: 'none' }))
  else
    for (const [index, value] of values.entries()) {
      if (value === null) continue
      if (kind === 'Points') shapes.push(svg('circle', { cx: x(index), cy: y(value), r: 2 }))
      else {
        const [top, bottom] = [y(Math.max(value, 0)), y(Math.min(value, 0))]
        shapes.push(
          svg('rect', { x: x(index) - bar / 2, y: top, width: bar, height: Math.max(0.5, bottom - top) }),
        )
      }
    }
  const text = (words: string, at: Readonly<Record<string, string | number>>): SVGElement =>
    svg('text', at, [words])
  const rows = number.format(Math.max(0, values.length * step - 1))
  const axis = { 'text-anchor': 'end', x: left - 8 }
  const label =
    known.length === 0
      ? `${name} has no numbers`
      : `${name} over the rows: from ${number.format(Math.min(...known))} to ${number.format(Math.max(...known))}`
  return svg('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label }, [
    svg('line', { x1: left, x2: width - edge, y1: height - edge - 16, y2: height - edge - 16 }),
    ...(known.length === 0
      ? [text('No numbers', { x: width / 2, y: height / 2, 'text-anchor': 'middle' })]
      : [
          text(number.format(most), { ...axis, y: y(most) + 8 }),
          text(number.format(least), { ...axis, y: y(least) }),
        ]),
    text('0', { x: left, y: height - 8 }),
    text(rows, { x: width - edge, y: height - 8, 'text-anchor': 'end' }),
    ...shapes,
  ])
}

const course = (
  values: readonly (number | null)[],
  x: (index: number) => number,
  y: (value: number) => number,
): string => {
  let path = ''
  let isOpen = false
  for (const [index, value] of values.entries()) {
    if (value !== null) path += `${isOpen ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`
    isOpen = value !== null
  }
  return path
}
