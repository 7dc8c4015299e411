import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import { repeat } from 'lit/directives/repeat.js'
import { Dismiss } from './dismiss.ts'
import { LightElement } from './light-element.ts'

interface Confirmation {
  readonly text: string
  readonly yes: string
  readonly action: () => void
}

/** Notifications: messages shown for a moment, failures shown until closed, and questions. */
@customElement('nb-notifications')
export class NbNotifications extends LightElement {
  @state() private message = ''
  @state() private refusals: readonly string[] = []
  @state() private question: Confirmation | null = null
  private count = 0
  /** The element that had the focus before the question. */
  private cameFrom: Element | null = null
  readonly dismiss = new Dismiss(
    this,
    () => this.question !== null,
    () => this.answer(false),
    // Pressing the same button again confirms: see `ask`.
    () => '[aria-label="Restart kernel"]',
  )

  announce(text: string): void {
    this.message = text
    this.count++
    this.requestUpdate()
  }

  showError(reason: string): void {
    this.refusals = [...this.refusals.filter((other) => other !== reason), reason]
  }

  /** Asking the same question again confirms it. */
  ask(text: string, yes: string, action: () => void): void {
    if (this.question?.text === text) return this.answer(true)
    this.cameFrom = document.activeElement
    this.question = { text, yes, action }
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('.nb-question button')?.focus())
  }

  private answer(yes: boolean): void {
    const { question, cameFrom } = this
    this.question = null
    if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus({ preventScroll: true })
    if (yes) question?.action()
  }

  private read(reason: string): void {
    this.refusals = this.refusals.filter((other) => other !== reason)
  }

  private refusal(reason: string): TemplateResult {
    return html`<div class="nb-refusal" role="alert">
      <span>${reason}</span> <button type="button" @click=${() => this.read(reason)}>OK</button>
    </div>`
  }

  protected override render(): TemplateResult {
    const { question } = this
    return html`${
        question === null
          ? nothing
          : html`<div class="nb-refusal nb-question" role="alertdialog" aria-label=${question.text}>
              <span>${question.text}</span>
              <button type="button" @click=${() => this.answer(true)}>${question.yes}</button>
              <button type="button" @click=${() => this.answer(false)}>Cancel</button>
            </div>`
      }
      ${repeat(this.refusals, String, (reason) => this.refusal(reason))}
      <div class="nb-news" role="log" aria-live="polite">
        ${keyed(this.count, this.message === '' ? '' : html`<span>${this.message}</span>`)}
      </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-notifications': NbNotifications
  }
}
