import type { Caret } from './carets.ts'

/** Milliseconds for which the name is shown after each move: it covers the line above. */
const named = 4_000

/** One caret: a line in the person's colour, for a moment with their name. */
export class CaretMark {
  readonly element = document.createElement('span')
  private readonly fading: Animation

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
    this.fading = name.animate([{ opacity: 1 }, { opacity: 0 }], {
      duration: named,
      easing: 'step-end',
      fill: 'forwards',
    })
  }

  /** `x` and `y` in pixels, relative to the editor's layer of carets. */
  moveTo(x: number, y: number): void {
    const { element, fading } = this
    const place = `translate(${x}px, ${y}px)`
    if (element.style.transform === place) return
    element.style.transform = place
    fading.currentTime = 0
    fading.play()
  }
}
