import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Closes a popup on Escape, and on a press outside it. */
export class Dismiss implements ReactiveController {
  private readonly host: ReactiveControllerHost & HTMLElement
  private readonly isOpen: () => boolean
  private readonly close: (by: 'key' | 'press') => void
  private readonly opener: () => string | null

  /** `opener`: a selector of the button that toggles the popup, where it is outside the host. */
  constructor(
    host: ReactiveControllerHost & HTMLElement,
    isOpen: () => boolean,
    close: (by: 'key' | 'press') => void,
    opener: () => string | null = () => null,
  ) {
    this.host = host
    this.isOpen = isOpen
    this.close = close
    this.opener = opener
    host.addController(this)
  }

  hostConnected(): void {
    document.addEventListener('keydown', this.onKey, { capture: true })
    document.addEventListener('pointerdown', this.onPress, { capture: true })
    addEventListener('blur', this.onBlur)
  }

  hostDisconnected(): void {
    document.removeEventListener('keydown', this.onKey, { capture: true })
    document.removeEventListener('pointerdown', this.onPress, { capture: true })
    removeEventListener('blur', this.onBlur)
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || !this.isOpen()) return
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
