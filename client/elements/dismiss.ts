import type { ReactiveControllerHost } from 'lit'
import { isForInputMethod } from '../keymap/keys.ts'
import { listen } from './listen.ts'
import { WhileConnected } from './while-connected.ts'

/** Closes a popup on Escape, and on a press outside it. */
export class Dismiss {
  /** `opener`: a selector of the button that toggles the popup, where it is outside the host. */
  constructor(
    private readonly host: ReactiveControllerHost & HTMLElement,
    private readonly isOpen: () => boolean,
    private readonly close: (by: 'key' | 'press') => void,
    private readonly opener: () => string | null = () => null,
  ) {
    host.addController(
      new WhileConnected(() => [
        listen(document, ['keydown'], this.onKey, { capture: true }),
        listen(document, ['pointerdown'], this.onPress, { capture: true }),
        listen(window, ['blur'], this.onBlur),
      ]),
    )
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || isForInputMethod(event) || !this.isOpen()) return
    event.preventDefault()
    event.stopPropagation()
    this.close('key')
  }

  private readonly onPress = (event: PointerEvent): void => {
    if (!this.isOpen() || !(event.target instanceof Element) || this.host.contains(event.target)) return
    const opener = this.opener()
    if (opener !== null && event.target.closest(opener) !== null) return
    this.close('press')
  }

  /** A press in an output frame raises no event here, but it takes the focus. */
  private readonly onBlur = (): void => {
    if (this.isOpen() && document.activeElement instanceof HTMLIFrameElement) this.close('press')
  }
}
