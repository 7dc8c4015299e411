import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import { Dismiss } from './dismiss.ts'
import { Follow } from './follow.ts'
import { listen } from './listen.ts'
import { leaves } from './leaves.ts'
import { LightElement } from './light-element.ts'

export type PythonContext = Pick<NotebookContext, 'notebook' | 'python' | 'choice' | 'announce'>

/** The kernel that runs this page's cells, and sharing of this page's kernel. At the end of the status line. */
@customElement('nb-python')
export class NbPython extends LightElement {
  @property({ attribute: false }) context!: PythonContext
  @state() private open = false
  readonly dismiss = new Dismiss(
    this,
    () => this.open,
    (by) => this.close(by),
  )
  /** Executors that were offered before. */
  private offered = new Set<string>()

  readonly follow = new Follow(this, (changed) => {
    this.onPeople()
    const { choice, notebook } = this.context
    return [
      choice.onChange(changed),
      notebook.presence.onPeople(() => this.onPeople()),
      listen(this, ['focusout'], this.onFocusOut),
    ]
  })

  private onPeople(): void {
    const sharedKernels = this.context.choice.sharedKernels()
    for (const { executor, name } of sharedKernels)
      if (!this.offered.has(executor))
        this.context.announce(`${name} shares their kernel; choose it in the status line`)
    this.offered = new Set(sharedKernels.map(({ executor }) => executor))
    this.requestUpdate()
  }

  private share(on: boolean): void {
    const { python, notebook, choice } = this.context
    if (on) python.share()
    else {
      if (python.kernel.status !== 'off')
        choice.showNotice(
          'You no longer share your kernel. It was restarted, so nothing from others keeps running in it.',
        )
      void python.stopSharing()
    }
    notebook.presence.setSharing(on)
    this.requestUpdate()
  }

  private close(by: 'key' | 'press'): void {
    this.open = false
    if (by === 'key') this.querySelector('button')?.focus()
  }

  private async toggle(): Promise<void> {
    this.open = !this.open
    await this.updateComplete
    if (this.open) this.querySelector('select')?.focus()
  }

  private readonly onFocusOut = (event: FocusEvent): void => {
    if (leaves(this, event)) this.open = false
  }

  private choices(): TemplateResult {
    const { choice } = this.context
    const sharedKernels = choice.sharedKernels()
    // Two people may have the same name.
    const nth = (i: number): string => {
      const before = sharedKernels.slice(0, i).filter(({ name }) => name === sharedKernels[i]?.name).length
      return before === 0 ? '' : ` (${before + 1})`
    }
    const chosen = choice.chosen?.executor ?? ''
    return html`<label
        >Kernel
        <select
          aria-label="Kernel"
          .value=${chosen}
          @change=${(event: Event) => choice.choose((event.target as HTMLSelectElement).value || null)}
        >
          <option value="" ?selected=${chosen === ''}>My browser</option>
          ${sharedKernels.map(
            ({ executor, name }, i) =>
              html`<option value=${executor} ?selected=${executor === chosen}>
                ${name}'s browser${nth(i)}
              </option>`,
          )}
        </select></label
      >
      <p>
        ${
          choice.chosen === null
            ? sharedKernels.length === 0
              ? 'Your cells run in this browser. When somebody here shares their kernel, you can choose it.'
              : 'Your cells run in this browser.'
            : `Your cells run in ${choice.chosen.name}’s browser, with its variables and files, after what runs there.`
        }
      </p>`
  }

  protected override render(): TemplateResult {
    const { choice, python, notebook } = this.context
    const { chosen } = choice
    const label = chosen !== null ? `${chosen.name}’s` : python.shared ? 'shared' : 'mine'
    const offered = chosen === null && choice.sharedKernels().length > 0
    return html`<button
        type="button"
        aria-label=${`Kernel: ${label === 'shared' ? 'mine, shared' : label}`}
        title=${offered ? 'Somebody shares their kernel' : 'The kernel that runs your cells'}
        aria-haspopup="dialog"
        aria-expanded=${this.open}
        ?data-marked=${offered || python.shared || chosen !== null}
        @click=${() => void this.toggle()}
      >
        Kernel: ${label}
      </button>
      ${
        this.open
          ? html`<div class="nb-popover" role="dialog" aria-label="Kernel" tabindex="-1">
              ${this.choices()}
              <label class="nb-check"
                ><input
                  type="checkbox"
                  .checked=${python.shared}
                  ?disabled=${!notebook.writable}
                  @change=${(event: Event) => this.share((event.target as HTMLInputElement).checked)}
                />
                Share my kernel</label
              >
              <p>
                Everyone who may edit this notebook can then run code in your browser. That code sees your
                variables, your files here and all notebooks you can open. Sharing ends when you turn it off
                or leave.
              </p>
            </div>`
          : nothing
      }`
  }
}
