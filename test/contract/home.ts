// A home of notebooks, for the suites of its interfaces.
import { afterEach, beforeEach, describe } from 'vitest'
import { parseFilePath, parsePath, type FilePath, type NotebookPath } from '../../relay/files/path.ts'
import type { HomeFiles } from '../../relay/home.ts'

export interface HomeUnderTest {
  readonly open: () => Promise<HomeFiles>
  /** Writes as another program does. */
  readonly write: (path: string, text: string) => Promise<unknown>
  readonly remove: (path: string) => Promise<unknown>
  readonly end: () => Promise<unknown>
}

export interface Current {
  home: HomeFiles
  under: HomeUnderTest
}

export const describeWithHome = (
  what: string,
  create: () => Promise<HomeUnderTest>,
  tests: (current: Current) => void,
): unknown =>
  describe(what, () => {
    const current = {} as Current
    beforeEach(async () => {
      current.under = await create()
      current.home = await current.under.open()
    })
    afterEach(() => current.under.end())
    tests(current)
  })

const needed = <T>(value: T | null): T => {
  if (value === null) throw new Error('there is nothing')
  return value
}

export const notebook = (text: string): NotebookPath => needed(parsePath(text))
export const file = (text: string): FilePath => needed(parseFilePath(text))
