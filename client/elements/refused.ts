// The page at a path without a notebook that it could show; loads for the first one.
import { nothing, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'
import type { Refusal } from '../document/refusal.ts'
import { loadScript } from '../load-script.ts'
import type * as NotOpened from './not-opened.ts'

let shown: typeof NotOpened | null = null

/** `loaded` renders again. */
export const refused = (
  context: NotebookContext,
  refusal: Refusal,
  ways: NotOpened.Ways,
  loaded: () => void,
): TemplateResult | typeof nothing => {
  if (shown !== null) return shown.notOpened(context, refusal, ways)
  loadScript(async () => {
    shown = await import('./not-opened.ts')
    loaded()
  })
  return nothing
}
