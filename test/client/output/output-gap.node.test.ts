// Between the outputs of a run and those of the next.
import { expect, test } from 'vitest'
import { OutputGap } from '../../../client/elements/output-gap.ts'
import type { ShownOutput } from '../../../shared/notebook/output/output.ts'

const printed = (text: string): readonly ShownOutput[] => [{ type: 'stream', name: 'stdout', text }]

test('old outputs stay until the first new one, the end of the run, or for a moment', async () => {
  let ended = (): void => undefined
  const over = new Promise<void>((resolve) => (ended = resolve))
  const gap = new OutputGap(() => ended())
  const [old, fresh] = [printed('old'), printed('new')]
  expect(gap.bridge([], [], true)).toEqual([])
  expect(gap.isOpen).toBe(false)

  expect(gap.bridge(old, [], true)).toBe(old)
  expect(gap.isOpen).toBe(true)
  expect(gap.bridge(old, fresh, true)).toBe(fresh)
  expect(gap.isOpen).toBe(false)

  // It ends without an output.
  expect(gap.bridge(fresh, [], true)).toBe(fresh)
  expect(gap.bridge(fresh, [], false)).toEqual([])
  // Cleared by hand.
  expect(gap.bridge(old, [], false)).toEqual([])

  // It goes on without one.
  expect(gap.bridge(old, [], true)).toBe(old)
  await over
  expect(gap.bridge(old, [], true)).toEqual([])
  expect(gap.isOpen).toBe(false)
})
