import type { Answer } from '../document/ask.ts'
import { createUnderFreeName } from '../document/notebooks-api.ts'
import { markCreatedHere } from '../kernel/permission.ts'
import { typeAhead } from './type-ahead.ts'

/** Fired by the page of a notebook when it is shown. */
export const openedEvent = 'opened'

/** Its first cell, or the button that adds one. */
const focusFirst = (page: EventTarget | null): void =>
  (page as Element).querySelector<HTMLElement>('.nb-invitation button, nb-cell')?.focus()

/**
 * Creates a notebook in the folder ('' or ending in `/`) and goes there by `open`. What is typed from then on is for it,
 * not for what is still shown.
 */
export const beginNotebook = async (
  folder: string,
  open: (path: string) => void,
): Promise<Answer<{ path: string }>> => {
  const made = createUnderFreeName(`${folder}Untitled`)
  const begin = async (): Promise<void> => {
    const answer = await made
    if (!answer.ok) return
    markCreatedHere(answer.path)
    const opened = new Promise<Event>((resolve) => addEventListener(openedEvent, resolve, { once: true }))
    open(answer.path)
    const { target } = await opened
    // Rendered by then.
    await new Promise((resolve) => setTimeout(resolve))
    if (document.activeElement === document.body) focusFirst(target)
  }
  void typeAhead(begin(), { onLeave: () => undefined })
  return made
}
