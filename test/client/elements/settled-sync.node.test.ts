import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SettledSync } from '../../../client/elements/settled-sync.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('the status shows "Saving…" while letters are typed and saved, and "Saved" once typing pauses', () => {
  const shown: string[] = []
  let sync: 'saved' | 'unsaved' = 'saved'
  const render = (): void => {
    const now = settled.of(sync)
    if (now !== shown.at(-1)) shown.push(now)
  }
  const settled = new SettledSync({
    requestUpdate: render,
    addController: () => undefined,
    removeController: () => undefined,
    updateComplete: Promise.resolve(true),
  })
  render()
  for (let letter = 0; letter < 20; letter++) {
    sync = 'unsaved'
    render()
    vi.advanceTimersByTime(10)
    sync = 'saved'
    render()
    vi.advanceTimersByTime(90)
  }
  expect(shown).toEqual(['saved', 'unsaved'])
  vi.advanceTimersByTime(1_000)
  expect(shown).toEqual(['saved', 'unsaved', 'saved'])
})
