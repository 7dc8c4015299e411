import { html, nothing, type TemplateResult } from 'lit'
import { customElement, state } from 'lit/decorators.js'
import type { Found } from '../../shared/api/routes.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { notebookUrl, withoutEnding } from '../notebooks/notebook-path.ts'
import { isForInputMethod } from '../keymap/keys.ts'
import { searchNotebooks } from '../document/notebooks-api.ts'
import { cellHash } from './headings.ts'
import { LightElement } from './light-element.ts'

/** Milliseconds without typing before the relay is asked, and until it is asked again while it still reads notebooks. */
const quiet = 120
const askAgain = 1_000

const marked = ({ snippet, marks }: Found): readonly unknown[] => {
  let end = 0
  const parts = marks.flatMap(([from, to]) => {
    const before = snippet.slice(end, from)
    end = to
    return [before, html`<mark>${snippet.slice(from, to)}</mark>`]
  })
  return [...parts, snippet.slice(end)]
}

/** Searches titles and texts of all notebooks. Fires `query` when the field becomes empty or is no longer. */
@customElement('nb-notebook-search')
export class NbNotebookSearch extends LightElement {
  @state() query = new URLSearchParams(location.search).get('q') ?? ''
  @state() private found: readonly Found[] | null = null
  @state() private complete = true
  @state() private failure = ''
  private timer: ReturnType<typeof setTimeout> | undefined
  /** Counts requests, so that an outdated answer is ignored. */
  private requests = 0

  override connectedCallback(): void {
    super.connectedCallback()
    if (this.query !== '') void this.search()
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    clearTimeout(this.timer)
  }

  focusField(): void {
    this.querySelector('input')?.focus()
  }

  private setQuery(text: string): void {
    const query = text.trim() === '' ? '' : text
    const isOther = (query === '') !== (this.query === '')
    this.query = query
    // Kept for coming back.
    const search = query === '' ? '' : `?${new URLSearchParams({ q: query }).toString()}`
    history.replaceState(history.state, '', location.pathname + search)
    clearTimeout(this.timer)
    if (query === '') this.found = null
    else this.timer = setTimeout(() => void this.search(), quiet)
    this.requests++
    if (isOther) this.dispatchEvent(new CustomEvent('query', { bubbles: true }))
  }

  private async search(): Promise<void> {
    const requests = ++this.requests
    const answer = await searchNotebooks(this.query)
    if (!this.isConnected || requests !== this.requests) return
    this.failure = answer.ok ? '' : answer.reason
    this.found = answer.ok ? answer.found : null
    this.complete = !answer.ok || answer.complete
    if (!this.complete) this.timer = setTimeout(() => void this.search(), askAgain)
  }

  private readonly onKey = (event: KeyboardEvent): void => {
    if (isForInputMethod(event)) return
    const links = [...this.querySelectorAll<HTMLElement>('a')]
    const at = links.indexOf(event.target as HTMLElement)
    const isField = event.target instanceof HTMLInputElement
    if (event.key === 'Escape' && this.query !== '') {
      this.setQuery('')
      this.focusField()
    } else if (event.key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)]?.focus()
    else if (event.key === 'ArrowUp' && !isField) (links[at - 1] ?? this.querySelector('input'))?.focus()
    else if (event.key === 'Enter' && isField) links[0]?.click()
    else return
    event.preventDefault()
  }

  private cell(found: Found): TemplateResult {
    const href = notebookUrl(found.path) + cellHash(found)
    return html`<li>
      <a href=${href}
        ><small>${kindNamed(found.kind).label} ${found.position}</small> <span>${marked(found)}</span></a
      >
    </li>`
  }

  private notebook(path: string, all: readonly Found[]): TemplateResult {
    const cells = all.filter(({ position }) => position > 0)
    const title = all.find(({ position }) => position === 0)
    const name = withoutEnding(path)
    const known = all[0]?.title ?? name
    return html`<li>
      <a class="nb-found-notebook" href=${notebookUrl(path)}
        ><strong>${title === undefined ? known : marked(title)}</strong>
        ${known === name ? nothing : html`<small>${name}</small>`}</a
      >
      ${
        cells.length === 0
          ? nothing
          : html`<ul role="list">
              ${cells.map((cell) => this.cell(cell))}
            </ul>`
      }
    </li>`
  }

  private results(): TemplateResult {
    const { found, complete, failure } = this
    if (failure !== '') return html`<p class="nb-bar" role="alert">Nothing can be searched: ${failure}.</p>`
    if (found === null) return html``
    const byNotebook = new Map<string, Found[]>()
    for (const each of found) byNotebook.set(each.path, [...(byNotebook.get(each.path) ?? []), each])
    const cells = found.filter(({ position }) => position > 0).length
    const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`
    return html`<p class="nb-found-count" role="status">
        ${
          complete
            ? found.length === 0
              ? 'Nothing found.'
              : `${count(byNotebook.size, 'notebook')}${cells === 0 ? '' : `, ${count(cells, 'cell')}`}`
            : 'Still reading the notebooks…'
        }
      </p>
      <ul class="nb-found" aria-label="Found" role="list">
        ${[...byNotebook].map(([path, all]) => this.notebook(path, all))}
      </ul>`
  }

  protected override render(): TemplateResult {
    return html`<div role="search" @keydown=${this.onKey}>
      <input
        type="search"
        aria-label="Search notebooks"
        placeholder="Search titles and texts  ( / )"
        autocomplete="off"
        spellcheck="false"
        .value=${this.query}
        @input=${(event: Event) => this.setQuery((event.target as HTMLInputElement).value)}
      />
      ${this.query === '' ? nothing : this.results()}
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-notebook-search': NbNotebookSearch
  }
}
