// The moment between the outputs of one run and those of the next.
import { expect, test } from 'vitest'
import { OutputGap } from '../../../client/elements/output-gap.ts'
import type { ShownOutput } from '../../../shared/notebook/output/output.ts'
import { soon } from '../../support/soon.ts'

const printed: readonly ShownOutput[] = [{ type: 'stream', name: 'stdout', text: 'printed' }]

test('a cell keeps its height until the run’s first output or end, or for a moment', async () => {
  const cell = document.createElement('div')
  cell.textContent = 'printed'
  document.body.append(cell)
  const gap = new OutputGap(cell)
  const high = cell.offsetHeight
  expect(high).toBeGreaterThan(0)
  const heights = (...steps: readonly (readonly [typeof printed, typeof printed, boolean])[]): number[] =>
    steps.map(([shown, next, running]) => {
      gap.follow(shown, next, running)
      cell.textContent = next.length > 0 ? 'printed' : ''
      return cell.offsetHeight
    })
  expect(heights([[], [], true])).toEqual([0])
  cell.textContent = 'printed'
  expect(heights([printed, [], true], [[], printed, true])).toEqual([high, high])
  expect(cell.style.minHeight).toBe('')
  // The run ends without output.
  expect(heights([printed, [], true], [[], [], false])).toEqual([high, 0])
  // The outputs are cleared by hand.
  cell.textContent = 'printed'
  expect(heights([printed, [], false])).toEqual([0])
  // The run goes on without output.
  cell.textContent = 'printed'
  expect(heights([printed, [], true])).toEqual([high])
  await expect.poll(() => cell.offsetHeight, soon).toBe(0)
  cell.remove()
})
