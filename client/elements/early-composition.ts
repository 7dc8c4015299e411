/**
 * What an input method writes into a text whose editor has yet to come. Without an element that can be written in, there is
 * neither an input method nor a keyboard on the screen.
 */
export class EarlyComposition {
  /** Until the text is written; null if there is no composition. */
  done: Promise<void> | null = null

  constructor(private readonly onDone: () => void) {}

  allow(element: HTMLElement): void {
    element.setAttribute('contenteditable', 'plaintext-only')
    element.addEventListener('compositionstart', () => (this.done = this.follow(element)))
  }

  private async follow(element: HTMLElement): Promise<void> {
    await new Promise((resolve) => element.addEventListener('compositionend', resolve, { once: true }))
    this.done = null
    this.onDone()
  }
}
