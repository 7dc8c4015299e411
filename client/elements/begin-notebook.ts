import type { Answer } from '../document/ask.ts'
import { createUnderFreeName } from '../document/notebooks-api.ts'
import { markCreatedHere } from '../kernel/permission.ts'
import { isFocusFree, whenComposed } from './early-field.ts'
import { typeAhead } from './type-ahead.ts'

const openedEvent = 'opened'

interface Opened {
  readonly path: string
  /** Null where it cannot be shown, or was left before. */
  readonly page: Element | null
}

/** The page of a notebook says so once it is shown, or cannot be. */
export const tellOpened = (path: string, page: Element | null): void => {
  dispatchEvent(new CustomEvent<Opened>(openedEvent, { detail: { path, page } }))
}

const pageOf = (path: string): Promise<Element> =>
  new Promise((resolve, reject) => {
    const listen = (event: Event): void => {
      const { detail } = event as CustomEvent<Opened>
      if (detail.path !== path) return
      removeEventListener(openedEvent, listen)
      if (detail.page === null) reject(new Error(`${path} was not opened`))
      else resolve(detail.page)
    }
    addEventListener(openedEvent, listen)
  })

/** Its first cell, or the button that adds one. */
const focusFirst = (page: Element): void =>
  page.querySelector<HTMLElement>('.nb-invitation button, nb-cell')?.focus()

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
    const opened = pageOf(answer.path)
    open(answer.path)
    const page = await opened
    // Rendered by then.
    await new Promise((resolve) => setTimeout(resolve))
    await whenComposed()
    if (isFocusFree()) focusFirst(page)
  }
  void typeAhead(begin(), { onLeave: () => undefined })
  return made
}
