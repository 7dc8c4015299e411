// The rows of a notebook in bands: always in the wanted order, whatever was added, moved and removed before.
import { afterEach, expect, test } from 'vitest'
import { Bands, rowsBelow } from '../../../client/editor/bands.ts'
import { Random } from '../../support/random.ts'

const list = document.createElement('div')
document.body.append(list)

afterEach(() => list.replaceChildren())

const rowOf = (name: number): HTMLElement => {
  const row = document.createElement('button')
  row.textContent = String(name)
  return row
}

const names = (rows: readonly Element[]): string[] => rows.map(({ textContent }) => textContent)

test('a thousand rows are in bands of 25, which reserve room for their rows and lines', () => {
  const bands = new Bands(list)
  bands.arrange(Array.from({ length: 1_000 }, (_, i) => Object.assign(rowOf(i), { lines: 2 })))
  const [first] = bands.elements
  expect(bands.elements).toHaveLength(40)
  expect(first?.style.getPropertyValue('--nb-rows')).toBe('25')
  expect(first?.style.getPropertyValue('--nb-lines')).toBe('50')
})

test('rows added one by one at the end fill the last band, then begin another', () => {
  const bands = new Bands(list)
  const rows = Array.from({ length: 60 }, (_, i) => rowOf(i))
  for (const [i] of rows.entries()) bands.arrange(rows.slice(0, i + 1))
  expect(bands.elements.map(({ childElementCount }) => childElementCount)).toEqual([25, 25, 10])
})

test('a moved row and those around it keep focus and frames, also across bands', async () => {
  const bands = new Bands(list)
  const rows = Array.from({ length: 60 }, (_, i) => rowOf(i))
  const frame = document.createElement('iframe')
  rows[40]?.append(frame)
  bands.arrange(rows)
  let loads = 0
  frame.addEventListener('load', () => loads++)
  rows[0]?.focus()
  const moved = [...rows.slice(1, 50), ...rows.slice(0, 1), ...rows.slice(50)]
  const last = moved.splice(39, 1)
  moved.unshift(...last)
  bands.arrange(moved)
  expect(names(bands.rows)).toEqual(names(moved))
  expect(document.activeElement).toBe(rows[0])
  await new Promise(requestAnimationFrame)
  expect(loads).toBe(0)
})

test('hidden rows leave no room', () => {
  const bands = new Bands(list)
  const rows = Array.from({ length: 50 }, (_, i) => rowOf(i))
  bands.arrange(rows)
  for (const row of rows.slice(0, 25)) row.hidden = true
  bands.hideEmpty()
  expect(bands.elements.map(({ hidden }) => hidden)).toEqual([true, false])
  for (const row of rows.slice(0, 1)) row.hidden = false
  bands.hideEmpty()
  expect(bands.elements.map(({ hidden }) => hidden)).toEqual([false, false])
})

test('the rows below a line are found', () => {
  const bands = new Bands(list)
  const rows = Array.from({ length: 100 }, (_, i) => Object.assign(rowOf(i), { style: 'display: block' }))
  bands.arrange(rows)
  const line = rows[60]?.getBoundingClientRect().bottom ?? NaN
  expect(names([...rowsBelow(bands.elements, line)])).toEqual(names(rows.slice(61)))
})

const seeds = [1, 2, 3, 4, 5, Math.floor(Math.random() * 1e9)]

test.each(seeds)('any history of additions, moves and removals (seed %i)', (seed) => {
  const random = new Random(seed)
  const bands = new Bands(list)
  let [made, wanted]: [number, HTMLElement[]] = [0, []]
  for (let step = 0; step < 60; step++) {
    const place = (): number => random.below(wanted.length + 1)
    const added = Array.from({ length: random.pick([0, 1, 1, 3, 40]) }, () => rowOf(made++))
    wanted.splice(place(), 0, ...added)
    for (const row of wanted.splice(place(), random.pick([0, 0, 1, 30]))) row.remove()
    const moved = wanted.splice(place(), random.pick([0, 1, 2, 30]))
    wanted.splice(place(), 0, ...moved)
    const present = wanted.filter((row) => row.isConnected)
    const focused = present.length === 0 ? undefined : random.pick(present)
    focused?.focus()
    bands.arrange(wanted)
    expect(names(bands.rows)).toEqual(names(wanted))
    expect(bands.elements.every(({ childElementCount }) => childElementCount > 0)).toBe(true)
    if (focused !== undefined) expect(document.activeElement).toBe(focused)
  }
})
