// Which key presses outside a text may act on the notebook. Letters are commands only if a cell has the focus because
// its person put it there.
const elsewhere =
  'input, select, textarea, [contenteditable="true"], [role="dialog"], [role="alertdialog"], dialog, .nb-popover'

/** `armed`: see Selection. */
export const allowedKeys = (
  event: KeyboardEvent,
  takesLetters: boolean,
): 'nothing' | 'chords' | 'letters' => {
  const [target] = event.composedPath()
  if (!(target instanceof Element)) return 'chords'
  if (target.closest(elsewhere) !== null) return 'nothing'
  // Enter and Space press the focused button.
  if (target instanceof HTMLButtonElement && ['Enter', ' '].includes(event.key) && !event.shiftKey)
    return 'nothing'
  return takesLetters && target.closest('nb-cell, nb-insert') !== null ? 'letters' : 'chords'
}
