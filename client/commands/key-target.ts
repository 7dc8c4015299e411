// Which key presses outside a text may act on the notebook. Letters are commands only if a cell has the focus because
// its person put it there.
import { changesText } from '../keymap/keys.ts'

const elsewhere =
  'input, select, textarea, [contenteditable="true"], [role="dialog"], [role="alertdialog"], dialog, .nb-popover, [role="menu"]'

/** Whether a key writes, deletes, sends or selects in a text. */
const isForText = (event: KeyboardEvent): boolean => {
  const { key, ctrlKey, metaKey, shiftKey, altKey } = event
  const isModified = ctrlKey || metaKey || shiftKey || altKey
  return changesText(event) || (isModified && /^(Arrow.*|Home|End|a|A)$/.test(key))
}

/**
 * Keys that may act. `takesLetters`: see Selection; without it their person may still be typing into a text that is
 * gone.
 */
export const allowedKeys = (
  event: KeyboardEvent,
  takesLetters: boolean,
): 'nothing' | 'chords' | 'letters' => {
  if (!takesLetters && isForText(event)) return 'nothing'
  const [target] = event.composedPath()
  if (!(target instanceof Element)) return 'chords'
  if (target.closest(elsewhere) !== null) return 'nothing'
  // A source whose editor could not be loaded: they type.
  if (target.closest('.nb-picture') !== null && isForText(event)) return 'nothing'
  // Enter and Space press the focused button.
  if (target instanceof HTMLButtonElement && ['Enter', ' '].includes(event.key) && !event.shiftKey)
    return 'nothing'
  return takesLetters && target.closest('nb-cell, nb-insert') !== null ? 'letters' : 'chords'
}
