// The search of a notebook, loaded when it is first opened.
import { html, nothing, type TemplateResult } from 'lit'
import type { NotebookContext } from '../commands/context.ts'
import { reasonOf } from '../document/database.ts'
import { typeAhead } from './type-ahead.ts'

let loading: Promise<void> | null = null
/** Somebody waits for it. */
let isAwaited = false

/** `render` shows it once it is loaded. */
const load = async (context: NotebookContext, render: () => Promise<unknown>): Promise<void> => {
  try {
    await import('./nb-find.ts')
    await render()
    await document.querySelector('nb-find')?.updateComplete
  } catch (error) {
    context.showError(`The search could not be loaded: ${reasonOf(error)}`)
  } finally {
    loading = null
  }
}

const awaitBar = async (context: NotebookContext, render: () => Promise<unknown>): Promise<void> => {
  if (isAwaited) return
  isAwaited = true
  loading ??= load(context, render)
  await typeAhead(loading, {
    onLeave: (_, event) => {
      isAwaited = false
      if (event instanceof KeyboardEvent) event.preventDefault()
      context.find.close()
    },
  })
  isAwaited = false
}

export const findBar = (
  context: NotebookContext,
  render: () => Promise<unknown>,
): TemplateResult | typeof nothing => {
  if (!context.find.isOpen) return nothing
  if (customElements.get('nb-find') !== undefined) return html`<nb-find .context=${context}></nb-find>`
  void awaitBar(context, render)
  return nothing
}
