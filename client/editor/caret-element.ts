import type { Caret } from './carets.ts'

/** The element of one caret: a line in the person's colour with their name. */
export const caretElement = (caret: Caret): HTMLElement => {
  const mark = document.createElement('span')
  mark.className = 'nb-caret'
  mark.style.setProperty('--caret', caret.color)
  mark.setAttribute('role', 'img')
  mark.setAttribute('aria-label', `Caret of ${caret.name}`)
  const name = document.createElement('span')
  name.className = 'nb-caret-name'
  name.textContent = caret.name
  mark.append(name)
  return mark
}
