import type { Caret } from './carets.ts'

/** Milliseconds for which the name is shown after each move: it covers the line above. */
const named = 4_000

/** One caret: a line in the person's colour, for a moment with their name. */
export class CaretMark {
  readonly element = document.createElement('span')
  /** Not an animation: the browser would compose the page again for every move. */
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(caret: Caret) {
    const { element } = this
    element.className = 'nb-caret'
    element.style.setProperty('--caret', caret.color)
    element.setAttribute('role', 'img')
    element.setAttribute('aria-label', `Caret of ${caret.name}`)
    const name = document.createElement('span')
    name.className = 'nb-caret-name'
    name.textContent = caret.name
    element.append(name)
    this.showName()
  }

  /** `x` and `y` in pixels, relative to the editor's layer of carets. */
  moveTo(x: number, y: number): void {
    const { element } = this
    const place = `translate(${x}px, ${y}px)`
    if (element.style.transform === place) return
    element.style.transform = place
    this.showName()
  }

  private showName(): void {
    clearTimeout(this.timer)
    this.element.removeAttribute('data-still')
    this.timer = setTimeout(() => this.element.setAttribute('data-still', ''), named)
  }
}
