import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { Identity, Profile } from '../settings/identity.ts'
import { Dismiss } from './dismiss.ts'
import { LightElement } from './light-element.ts'

export type PeopleContext = Pick<NotebookContext, 'notebook' | 'carets' | 'focusCell'>

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => Array.from(word)[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** The people present. Click somebody to go to their cell; click yourself to change your name and colour. */
@customElement('nb-people')
export class NbPeople extends LightElement {
  @property({ attribute: false }) context!: PeopleContext
  @property({ attribute: false }) identity!: Identity
  @state() private changing = false
  private stop: (() => void) | null = null
  readonly dismiss = new Dismiss(
    this,
    () => this.changing,
    (by) => {
      this.changing = false
      if (by === 'key') this.querySelector('button')?.focus()
    },
  )

  override connectedCallback(): void {
    super.connectedCallback()
    this.stop = this.context.notebook.presence.onPeople(() => this.requestUpdate())
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    this.stop?.()
  }

  private save(event: SubmitEvent): void {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const [name, color] = [form.get('name'), form.get('color')]
    this.changing = false
    if (typeof name !== 'string' || typeof color !== 'string' || name.trim() === '') return
    const detail: Profile = { name: name.trim().slice(0, 60), color }
    this.dispatchEvent(new CustomEvent('identity', { detail, bubbles: true }))
  }

  private follow(cell: string | null, cursor: CellId | null): void {
    const target = cursor ?? (cell as CellId | null)
    if (target !== null) this.context.focusCell(target, 'command', null)
  }

  protected override render(): TemplateResult {
    const people = this.context.notebook.presence.people()
    return html`<ul aria-label="People" role="list">
        ${people.map(({ name, color, self, cell, cursor, shares }) => {
          const where = cursor === null ? null : this.context.carets.cellOf(cursor)
          return html`<li ?data-shares=${shares}>
            <button
              type="button"
              style=${`--person: ${color}`}
              title=${`${self ? `${name} (you): change name and colour` : `${name}: go there`}${shares ? '; shares kernel' : ''}`}
              @click=${() => (self ? (this.changing = !this.changing) : this.follow(cell, where))}
            >
              <span aria-hidden="true">${initials(name)}</span
              ><span class="nb-hidden">${name}${self ? ' (you)' : ''}${shares ? ', shares kernel' : ''}</span>
            </button>
          </li>`
        })}
      </ul>
      ${
        this.changing
          ? html`<form class="nb-popover" @submit=${this.save}>
              <label
                >Your name
                <input
                  name="name"
                  .value=${this.identity.name}
                  maxlength="60"
                  ?readonly=${this.context.notebook.grant.user !== null}
                  required
              /></label>
              <label>Colour <input name="color" type="color" .value=${this.identity.color} /></label>
              <button type="submit">Save</button>
            </form>`
          : nothing
      }`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-people': NbPeople
  }
}
