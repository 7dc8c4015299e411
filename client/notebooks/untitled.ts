import type { Answer } from '../document/ask.ts'
import { createUnderFreeName } from '../document/notebooks-api.ts'

/** Creates an empty notebook in a folder, '' or ending in `/`, without asking for a name. */
export const createUntitled = (folder: string): Promise<Answer<{ path: string }>> =>
  createUnderFreeName(`${folder}Untitled`)
