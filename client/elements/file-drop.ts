import type { ReactiveControllerHost } from 'lit'
import { listen } from './listen.ts'
import { WhileConnected } from './while-connected.ts'

/** Takes files from this computer: dropped anywhere on the page, or chosen in a dialog. */
export class FileDrop {
  private isOver = false

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly accepts: (event: DragEvent) => boolean,
    private readonly take: (files: readonly File[], target: EventTarget | null) => void,
  ) {
    // In the capture phase, before an editor inserts the file's text.
    host.addController(
      new WhileConnected(() => [
        listen(window, ['dragenter', 'dragover', 'dragleave', 'drop'], this.onDrag, { capture: true }),
      ]),
    )
  }

  /** Files are being dragged over the page. */
  get over(): boolean {
    return this.isOver
  }

  private readonly onDrag = (event: DragEvent): void => {
    const { type, dataTransfer } = event
    if (type === 'dragleave') {
      // No related target: the pointer left the window.
      if (event.relatedTarget === null) this.setOver(false)
      return
    }
    if (dataTransfer === null || !dataTransfer.types.includes('Files') || !this.accepts(event)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    dataTransfer.dropEffect = 'copy'
    this.setOver(type !== 'drop')
    if (type === 'drop') this.take([...dataTransfer.files], event.target)
  }

  private setOver(isOver: boolean): void {
    this.isOver = isOver
    this.host.requestUpdate()
  }

  readonly onChosen = ({ target }: Event): void => {
    const input = target as HTMLInputElement
    const files = [...(input.files ?? [])]
    // So that the same file can be chosen again.
    input.value = ''
    this.take(files, null)
  }
}
