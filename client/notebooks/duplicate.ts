import type { Answer } from '../document/ask.ts'
import { createUnderFreeName } from '../document/notebooks-api.ts'
import { withoutEnding } from './notebook-path.ts'

/** Copies what the relay has of a notebook, under a free name next to it; returns the path. */
export const duplicate = (path: string, readOnly: boolean): Promise<Answer<{ path: string }>> =>
  createUnderFreeName(`${withoutEnding(path)} (${readOnly ? 'read-only copy' : 'copy'})`, {
    copyOf: path,
    readOnly,
  })
