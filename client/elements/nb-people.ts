import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { NotebookContext } from '../commands/context.ts'
import type { Present } from '../document/presence.ts'
import type { Identity } from '../settings/identity.ts'
import { Dismiss } from './dismiss.ts'
import { Follow } from './follow.ts'
import { LightElement } from './light-element.ts'
import type * as PeoplePopover from './people-popover.ts'
import { listen } from './listen.ts'

export type PeopleContext = Pick<
  NotebookContext,
  'notebook' | 'carets' | 'mounting' | 'focusCell' | 'announce'
>

type Popover = typeof PeoplePopover

const initials = (name: string): string =>
  name
    .split(/\s+/)
    .map((word) => Array.from(word)[0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase()

/** In a narrow window there is no room for more; with all others one has a list. */
const narrow = matchMedia('(max-width: 640px)')
const most = (): number => (narrow.matches ? 4 : 8)

/** The people present. Click somebody to follow them; click yourself to change your name and colour. */
@customElement('nb-people')
export class NbPeople extends LightElement {
  @property({ attribute: false }) context!: PeopleContext
  @property({ attribute: false }) identity!: Identity
  @state() private open: 'profile' | 'others' | null = null
  /** Loads when it is first opened. */
  @state() private loaded: Popover | null = null
  /** The client of the person this page goes along with. */
  @state() private following: number | null = null
  private went: CellId | null = null
  private moved: AbortController | null = null
  readonly dismiss = new Dismiss(
    this,
    () => this.open !== null,
    (by) => {
      const opener = this.querySelector<HTMLElement>('[aria-expanded="true"]')
      this.open = null
      if (by === 'key') opener?.focus()
    },
  )

  readonly presence = new Follow(this, (changed) => {
    const { presence } = this.context.notebook
    return [
      presence.onMove(this.goAlong),
      presence.onPeople(changed),
      listen(narrow, ['change'], changed),
      () => this.end(),
    ]
  })

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

  private toggle(what: 'profile' | 'others'): void {
    this.open = this.open === what ? null : what
    if (this.loaded === null)
      import('./people-popover.ts').then(
        (module) => (this.loaded = module),
        () => this.context.announce('That could not be loaded.'),
      )
  }

  private press(person: Present): void {
    if (person.self) return this.toggle('profile')
    if (person.client === this.following) return this.end()
    this.open = null
    this.follow(person)
  }

  private item(person: Present, isNamed: boolean): TemplateResult {
    const { name, color, self, client, shares } = person
    const isFollowed = client === this.following
    return html`<li ?data-shares=${shares}>
      <button
        type="button"
        style=${`--person: ${color}`}
        title=${`${self ? `${name} (you): change name and colour` : isFollowed ? `Following ${name}` : `Follow ${name}`}${shares ? '; shares kernel' : ''}`}
        aria-pressed=${self ? nothing : isFollowed}
        aria-expanded=${self ? this.open === 'profile' : nothing}
        @click=${() => this.press(person)}
      >
        <span aria-hidden="true">${initials(name)}</span
        ><span class=${isNamed ? 'nb-name' : 'nb-hidden'}
          >${name}${self ? ' (you)' : ''}${shares ? ', shares kernel' : ''}</span
        >
      </button>
    </li>`
  }

  protected override render(): TemplateResult {
    const people = this.context.notebook.presence.people()
    // This page's person, and whom they follow.
    const rank = ({ self, client }: Present): number => (self ? 0 : client === this.following ? 1 : 2)
    const sorted = people.toSorted((a, b) => rank(a) - rank(b))
    const shown = sorted.length > most() ? sorted.slice(0, most() - 1) : sorted
    const others = sorted.slice(shown.length)
    const isOpen = this.open === 'others' && others.length > 0
    return html`<ul aria-label="People" role="list">
        ${shown.map((person) => this.item(person, false))}
        ${
          others.length === 0
            ? nothing
            : html`<li>
                <button
                  type="button"
                  class="nb-more-people"
                  title="${others.length} more people"
                  aria-label="${others.length} more people"
                  aria-expanded=${isOpen}
                  @click=${() => this.toggle('others')}
                >
                  +${others.length}
                </button>
              </li>`
        }
      </ul>
      ${this.loaded === null || this.open === null ? nothing : this.shownPopover(this.loaded, others)}`
  }

  private shownPopover({ othersList, profileForm }: Popover, others: readonly Present[]): unknown {
    if (this.open === 'others')
      return others.length === 0 ? nothing : othersList(others.map((person) => this.item(person, true)))
    const isFixed = this.context.notebook.grant.user !== null
    return profileForm(this.identity, this.ownColor, isFixed, (identity) => {
      this.open = null
      if (identity !== null)
        this.dispatchEvent(new CustomEvent('identity', { detail: identity, bubbles: true }))
    })
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-people': NbPeople
  }
}
