import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { Present } from '../document/presence.ts'
import { parseProfile, type Identity } from '../settings/identity.ts'
import { Dismiss } from './dismiss.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'

export type PeopleContext = Pick<
  NotebookContext,
  'notebook' | 'carets' | 'mounting' | 'focusCell' | 'announce'
>

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => Array.from(word)[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** The people present. Click somebody to follow them; click yourself to change your name and colour. */
@customElement('nb-people')
export class NbPeople extends LightElement {
  @property({ attribute: false }) context!: PeopleContext
  @property({ attribute: false }) identity!: Identity
  @state() private changing = false
  /** The client of the person this page goes along with. */
  @state() private following: number | null = null
  private went: CellId | null = null
  private moved: AbortController | null = null
  readonly dismiss = new Dismiss(
    this,
    () => this.changing,
    (by) => {
      this.changing = false
      if (by === 'key') this.querySelector('button')?.focus()
    },
  )

  readonly presence = new Follow(this, (changed) => {
    const { presence } = this.context.notebook
    return [presence.onMove(this.goAlong), presence.onPeople(changed), () => this.end()]
  })

  private save(event: SubmitEvent): void {
    event.preventDefault()
    const form = new FormData(event.target as HTMLFormElement)
    const [name, color] = [form.get('name'), form.get('color')]
    this.changing = false
    const chosen = color === this.ownColor ? {} : { color, anyColor: false }
    const detail = parseProfile({ ...this.identity, ...chosen, name })
    if (detail === null) return
    this.dispatchEvent(new CustomEvent('identity', { detail, bubbles: true }))
  }

  /** Where nobody chose it, it may differ from the one in the settings. */
  private get ownColor(): string {
    const [first] = this.context.notebook.presence.people()
    return first?.self === true ? first.color : this.identity.color
  }

  private get followed(): Present | undefined {
    return this.context.notebook.presence.people().find(({ client }) => client === this.following)
  }

  /** Goes where they go until this page's person moves. */
  private follow(person: Present): void {
    this.end()
    this.following = person.client
    // Where they are now: they may have moved since the list was rendered.
    const { followed } = this
    const target = followed === undefined ? null : this.cellOf(followed)
    if (target !== null) this.context.focusCell(target, 'command', null)
    this.went = target
    this.context.announce(`Following ${person.name} until you move.`)
    const { signal } = (this.moved = new AbortController())
    for (const type of ['wheel', 'touchmove', 'pointerdown', 'keydown'] as const)
      addEventListener(type, this.onMove, { signal, capture: true, passive: true })
  }

  private readonly onMove = ({ target }: Event): void => {
    // The button ends it by itself.
    if (!(target instanceof Node && this.contains(target))) this.end()
  }

  private end(): void {
    this.moved?.abort()
    this.moved = null
    this.following = null
  }

  private cellOf({ cell, cursor }: Present): CellId | null {
    return cursor === null
      ? (cell as CellId | null)
      : (this.context.carets.cellOf(cursor) ?? (cell as CellId | null))
  }

  private readonly goAlong = (): void => {
    if (this.following === null) return
    const { followed } = this
    if (followed === undefined) return this.end()
    const cell = this.cellOf(followed)
    if (cell !== null && cell !== this.went) this.show(cell)
    this.went = cell ?? this.went
  }

  private show(cell: CellId): void {
    const shown = this.closest('nb-page')?.querySelector(`nb-cell[data-cell-id="${CSS.escape(cell)}"]`)
    if (shown) this.context.mounting.bringIntoView(shown, 'center')
  }

  protected override render(): TemplateResult {
    const people = this.context.notebook.presence.people()
    return html`<ul aria-label="People" role="list">
        ${people.map((person) => {
          const { name, color, self, client, shares } = person
          const isFollowed = client === this.following
          return html`<li ?data-shares=${shares}>
            <button
              type="button"
              style=${`--person: ${color}`}
              title=${`${self ? `${name} (you): change name and colour` : isFollowed ? `Following ${name}` : `Follow ${name}`}${shares ? '; shares kernel' : ''}`}
              aria-pressed=${self ? nothing : isFollowed}
              @click=${() => (self ? (this.changing = !this.changing) : isFollowed ? this.end() : this.follow(person))}
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
              <label>Colour <input name="color" type="color" .value=${this.ownColor} /></label>
              <button type="submit">Save</button>
            </form>`
          : nothing
      }`
  }
}
