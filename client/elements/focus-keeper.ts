import { html, nothing, type LitElement, type ReactiveController, type TemplateResult } from 'lit'
import { listen } from './listen.ts'
import type { NbAsk } from './nb-ask.ts'
import './nb-ghost.ts'
import { NbSource } from './nb-source.ts'
import { WhileConnected } from './while-connected.ts'

/** The answer to `input()` or the reply being edited; a render may remove it. */
interface EditedText {
  readonly element: NbAsk | NbSource
  readonly text: string
  readonly message: string
}

/**
 * Keeps the focus of the person in a cell. When a text is removed while they edit it, what they wrote stays in a ghost,
 * which takes the focus; when anything else with the focus is removed, the cell takes it.
 */
export class FocusKeeper implements ReactiveController {
  private left: Pick<EditedText, 'text' | 'message'> | null = null
  private leftIsNew = false
  private edited: EditedText | null = null
  private hadFocus = false

  /**
   * `requester`: who requested the present reply. `takeFocus` focuses the cell without making letters commands: its person
   * may still be typing.
   */
  constructor(
    private readonly host: LitElement,
    private readonly requester: () => string,
    private readonly takeFocus: () => void,
  ) {
    host.addController(this)
    host.addController(new WhileConnected(() => [listen(host, ['vanish'], this.onVanish)]))
  }

  hostUpdate(): void {
    this.hadFocus = this.host.contains(document.activeElement)
    this.edited = this.find()
  }

  hostUpdated(): void {
    const { edited, hadFocus, leftIsNew } = this
    this.edited = null
    this.leftIsNew = false
    if (edited !== null && !edited.element.isConnected) this.leave(edited)
    else if (leftIsNew) this.host.querySelector('nb-ghost')?.takeFocus()
    else if (hadFocus && document.activeElement === document.body) this.takeFocus()
  }

  /** The focus is in this cell's reply. */
  get inReply(): boolean {
    return this.edited?.element instanceof NbSource
  }

  /** The text being edited besides the source; null if none. */
  get text(): string | null {
    const { activeElement } = document
    if (activeElement instanceof HTMLTextAreaElement && this.host.contains(activeElement))
      return activeElement.value
    return this.find()?.text ?? null
  }

  ghost(): TemplateResult | typeof nothing {
    const { left } = this
    return left === null
      ? nothing
      : html`<nb-ghost .message=${left.message} .text=${left.text} @leave=${this.onLeave}></nb-ghost>`
  }

  private find(): EditedText | null {
    const ask = this.host.querySelector('nb-ask')
    if (ask?.contains(document.activeElement) === true)
      return { element: ask, text: ask.typed, message: 'The run ended before your input was sent.' }
    const reply = this.host.querySelector<NbSource>('nb-reply nb-source')
    if (reply?.contains(document.activeElement) !== true) return null
    const message = 'This reply was removed while you were editing it. Your text:'
    return { element: reply, text: reply.typed ?? '', message }
  }

  private leave({ text, message }: Pick<EditedText, 'text' | 'message'>): void {
    this.left = { text, message }
    this.leftIsNew = true
    this.host.requestUpdate()
  }

  private readonly onVanish = (event: Event): void =>
    this.leave({
      text: (event as CustomEvent<string>).detail,
      message: `${this.requester()} regenerated this reply while you were editing it. Your text:`,
    })

  private readonly onLeave = (): void => {
    this.left = null
    this.host.requestUpdate()
    this.takeFocus()
  }
}
