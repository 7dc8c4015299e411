import { html, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { keyed } from 'lit/directives/keyed.js'
import type { NotebookContext } from '../commands/context.ts'
import { shownFile } from '../document/file-status.ts'
import { followArrivals } from '../document/arrivals.ts'
import { followOwnRuns } from '../document/own-runs.ts'
import { LightElement } from './light-element.ts'
import {
  fileWords,
  full,
  kernelLabels,
  questionWords,
  storageProblem,
  syncWords,
  type StatusContext,
} from './status-words.ts'
import { WhileConnected } from './while-connected.ts'

export type SpokenContext = StatusContext & Pick<NotebookContext, 'person'>

/**
 * What a screen reader says without being asked: that edits are no longer saved, or are again, that the kernel starts,
 * has ended or asks for something, who comes and leaves, and what became of a run that its person started. Not shown.
 */
@customElement('nb-spoken')
export class NbSpoken extends LightElement {
  @property({ attribute: false }) context!: SpokenContext
  @state() private trouble = ''
  @state() private kernel = ''
  @state() private people = ''
  @state() private question = ''
  /** In a new element each time, so that the same words are said again. */
  @state() private run = html``
  private runs = 0
  private readonly follow = new WhileConnected(() => {
    const { notebook, python, person } = this.context
    const changed = (): void => this.refresh()
    changed()
    return [
      notebook.on(changed),
      notebook.presence.onPeople(changed),
      python.kernel.onChange(changed),
      python.onPrompt(changed),
      followArrivals(
        notebook,
        () => person().id,
        (words) => (this.people = words),
      ),
      followOwnRuns(
        notebook,
        () => person().id,
        (words) => (this.run = html`${keyed(this.runs++, html`<span>${words}</span>`)}`),
      ),
    ]
  })

  constructor() {
    super()
    this.addController(this.follow)
  }

  private refresh(): void {
    const { context } = this
    const { sync, problem, refusal } = context.notebook
    const unsaved =
      sync === 'offline' || problem !== null || refusal !== null || storageProblem(context) !== null
    const troubles = [
      ...(unsaved ? [full(syncWords(context))] : []),
      ...(shownFile(context.notebook).status === 'failed' ? [full(fileWords(context))] : []),
    ]
    if (troubles.length > 0) this.trouble = troubles.join('. ')
    else if (sync === 'saved' && this.trouble !== '') this.trouble = 'Saved again'
    this.question = questionWords(context)
    const { status } = context.python.kernel
    const starts = this.kernel === kernelLabels.starting
    if (status === 'starting' || status === 'failed' || (status === 'idle' && starts))
      this.kernel = kernelLabels[status]
  }

  protected override render(): TemplateResult {
    return html`<div class="nb-hidden" aria-live="polite">${this.trouble}</div>
      <div class="nb-hidden" aria-live="polite">${this.kernel}</div>
      <div class="nb-hidden" aria-live="polite">${this.question}</div>
      <div class="nb-hidden" aria-live="polite">${this.people}</div>
      <div class="nb-hidden" aria-live="polite">${this.run}</div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-spoken': NbSpoken
  }
}
