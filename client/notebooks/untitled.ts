import type { Answer } from '../document/ask.ts'
import { createUnderFreeName } from '../document/notebooks-api.ts'

/** `folder` is '' or ends in `/`. */
export const createUntitled = (folder: string): Promise<Answer<{ path: string }>> =>
  createUnderFreeName(`${folder}Untitled`)
