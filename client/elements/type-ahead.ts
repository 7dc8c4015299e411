import { isTyped } from '../keymap/keys.ts'

/**
 * What is typed until `focused` resolves, when a field that was still loading has the focus, is written into that field.
 * Otherwise the first letters would be commands.
 */
export const typeAhead = async (focused: Promise<unknown>): Promise<void> => {
  let typed = ''
  const take = (event: KeyboardEvent): void => {
    if (event.isComposing || !(isTyped(event) || ['Enter', 'Backspace'].includes(event.key))) return
    event.preventDefault()
    event.stopImmediatePropagation()
    if (event.key === 'Backspace') typed = typed.slice(0, -1)
    else if (event.key !== 'Enter') typed += event.key
  }
  addEventListener('keydown', take, { capture: true })
  try {
    await focused
  } finally {
    removeEventListener('keydown', take, { capture: true })
  }
  const { activeElement } = document
  // As typed, so that the field hears of it.
  if (typed !== '' && activeElement instanceof HTMLInputElement)
    document.execCommand('insertText', false, typed)
}
