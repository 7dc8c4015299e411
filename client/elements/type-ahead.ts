import { isTyped } from '../keymap/keys.ts'

/** The letters as typed, so that the field hears of them; Enter as pressed, so that the field acts on it. */
const replay = (typed: readonly string[]): void => {
  for (const key of typed) {
    const { activeElement } = document
    if (!(activeElement instanceof HTMLInputElement)) return
    if (key !== 'Enter') document.execCommand('insertText', false, key)
    else activeElement.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  }
}

/**
 * What is typed until `focused` resolves, when a field that was still loading has the focus, is meant for that field.
 * Otherwise the first letters would be commands, and Enter would be lost.
 */
export const typeAhead = async (focused: Promise<unknown>): Promise<void> => {
  const typed: string[] = []
  const take = (event: KeyboardEvent): void => {
    if (event.isComposing || !(isTyped(event) || ['Enter', 'Backspace'].includes(event.key))) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (event.key === 'Backspace') typed.pop()
    else typed.push(event.key)
  }
  addEventListener('keydown', take, { capture: true })
  try {
    await focused
  } finally {
    removeEventListener('keydown', take, { capture: true })
  }
  replay(typed)
}
