// Locations in cells named by a traceback, in IPython's form: `Cell In[3], line 2`.
import type { ShownOutput } from './output.ts'
import { stripAnsi } from './terminal.ts'

export interface ErrorLocation {
  /** The n of In [n]. */
  readonly count: number
  /** 1 for the first. */
  readonly line: number
}

export const errorLocation = /Cell In ?\[(\d+)\], line (\d+)/g

/** The innermost line, named by the traceback, of the cell that ran as `count`. */
export const errorLine = (outputs: readonly ShownOutput[], count: number | null): number | null => {
  const error = outputs.findLast((output) => output.type === 'error')
  if (error === undefined || count === null) return null
  const places = [...stripAnsi(error.traceback).matchAll(errorLocation)]
  const own = places.findLast(([, found]) => Number(found) === count)
  return own === undefined ? null : Number(own[2])
}
