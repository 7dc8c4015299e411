// What an input method writes for a field that is not there yet must not go into the text that still has the focus.

const name = 'nb-early-field'

let composing: Promise<void> = Promise.resolve()

/** A field that is there before the composition for it is over waits with taking the focus, which would end it. */
export const whenComposed = (): Promise<void> => composing

export const isEarlyField = (element: Element): boolean => element.classList.contains(name)

/** Nobody has the focus, or only the field that stands in. */
export const isFocusFree = (): boolean => {
  const { activeElement } = document
  return activeElement === null || activeElement === document.body || isEarlyField(activeElement)
}

/** An invisible field that has the focus until the awaited one takes it. */
export class EarlyField {
  readonly element = document.createElement('textarea')
  private readonly before = document.activeElement

  constructor() {
    const { element } = this
    element.className = name
    element.setAttribute('aria-label', 'Loading')
    element.addEventListener('compositionstart', () => {
      composing = new Promise((resolve) =>
        element.addEventListener('compositionend', () => resolve(), { once: true }),
      )
    })
    const panel = this.before?.closest('.nb-panel') ?? document.body
    panel.append(element)
    element.focus({ preventScroll: true })
  }

  /** Nothing took the focus. */
  get hasFocus(): boolean {
    return document.activeElement === this.element
  }

  /** `goesBack`: what had the focus before has it again, unless something else took it. */
  remove(goesBack: boolean): void {
    const { before, element, hasFocus } = this
    if (goesBack && hasFocus && before instanceof HTMLElement) before.focus({ preventScroll: true })
    element.remove()
  }
}
