import { isTyped } from '../keymap/keys.ts'

const isForText = (event: KeyboardEvent): boolean =>
  isTyped(event) || /^(Enter|Backspace|Delete|Tab|Home|End|Arrow.*)$/.test(event.key)

/** The browser's default action for a key. */
const act = (element: HTMLElement, { key, shiftKey, ctrlKey, metaKey, altKey }: KeyboardEvent): void => {
  const isField = element instanceof HTMLInputElement
  if (ctrlKey || metaKey || altKey) return
  if (element.matches('button, a')) {
    if (key === 'Enter') element.click()
  } else if (key.length === 1) document.execCommand('insertText', false, key)
  else if (key === 'Backspace') document.execCommand('delete')
  else if (key === 'Delete') document.execCommand('forwardDelete')
  else if (key === 'Enter' && isField && !shiftKey) element.form?.requestSubmit()
  else if (key === 'Enter' && !isField) document.execCommand('insertLineBreak')
}

/** Each key goes to where the previous one put the focus. */
const pressAgain = async (keys: readonly KeyboardEvent[]): Promise<void> => {
  for (const event of keys) {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLElement)) return
    if (activeElement.dispatchEvent(new KeyboardEvent(event.type, event))) act(activeElement, event)
    // An editor reads afterwards what has changed in its element.
    await Promise.resolve()
  }
}

const textOf = (keys: readonly KeyboardEvent[]): string =>
  keys.reduce((text, { key }) => {
    if (key === 'Backspace') return text.slice(0, -1)
    return key === 'Enter' ? `${text}\n` : key.length === 1 ? text + key : text
  }, '')

export interface Leaving {
  /** Called if Escape, a press elsewhere or a failure ends the wait. `typed` went nowhere. */
  readonly onLeave: (typed: string, event: Event | null) => void
  /** Once something was typed, Escape is a key like the others. */
  readonly keepsText?: true
}

/**
 * Keys typed until `focused` resolves go to the element that has the focus by then. Otherwise the first letters would be
 * commands or go into another text, and Enter would be lost.
 */
export const typeAhead = async (
  focused: Promise<unknown>,
  { onLeave, keepsText }: Leaving,
): Promise<void> => {
  const before = document.activeElement
  const keys: KeyboardEvent[] = []
  const listening = new AbortController()
  const leave = (event: Event | null): void => {
    listening.abort()
    onLeave(textOf(keys.splice(0)), event)
  }
  const take = (event: KeyboardEvent): void => {
    if (event.isComposing) return
    const isKey = event.key !== 'Escape' || (keepsText === true && keys.length > 0)
    if (!isKey) return leave(event)
    if (event.key !== 'Escape' && !isForText(event)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    keys.push(event)
  }
  const options = { capture: true, signal: listening.signal }
  addEventListener('keydown', take, options)
  addEventListener('pointerdown', leave, options)
  const isThere = await focused.then(
    () => true,
    () => false,
  )
  // What is inside an element is rendered after it, in the same turn.
  await new Promise((resolve) => setTimeout(resolve))
  if (listening.signal.aborted) return
  if (!isThere || document.activeElement === before) return leave(null)
  listening.abort()
  await pressAgain(keys)
}
