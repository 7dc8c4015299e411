// What is in the columns of a table: type, missing values, range and distribution.
import type { FrameColumn, FrameProfile } from '../kernel/answers.ts'
import { svg } from './svg.ts'

const number = new Intl.NumberFormat('en')
const heads = ['Column', 'Type', 'Missing', 'Min', 'Mean', 'Max', 'Distribution']

/** `of` says which rows it is of. */
export const profileTable = ({ columns }: FrameProfile, of: string): HTMLElement => {
  const table = document.createElement('table')
  const caption = table.createCaption()
  caption.textContent = of
  const head = table.createTHead().insertRow()
  for (const name of heads) {
    const cell = document.createElement('th')
    cell.scope = 'col'
    cell.textContent = name
    head.append(cell)
  }
  const body = table.createTBody()
  for (const column of columns) {
    const row = body.insertRow()
    const name = document.createElement('th')
    name.scope = 'row'
    name.textContent = column.name
    row.append(name)
    const { type, missing, min, mean, max } = column
    for (const text of [type, number.format(missing), min, mean, max]) row.insertCell().textContent = text
    row.insertCell().append(...histogram(column))
  }
  return table
}

const [width, height] = [96, 20]

const histogram = ({ name, counts, min, max }: FrameColumn): SVGElement[] => {
  const most = Math.max(...counts)
  if (counts.length === 0) return []
  const step = width / counts.length
  const bars = counts.map((count, index) => {
    const tall = count === 0 ? 0 : Math.max(1, (count / most) * height)
    return svg('rect', { x: index * step, y: height - tall, width: step - 1, height: tall })
  })
  const label = `Distribution of ${name} from ${min} to ${max}: ${counts.join(', ')}`
  return [
    svg('svg', { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': label }, bars),
  ]
}
