import { html, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import type { Found } from '../../shared/api/routes.ts'
import { notebookUrl } from '../notebooks/notebook-path.ts'
import { listBacklinks } from '../document/notebooks-api.ts'
import { Follow } from './follow.ts'
import { cellHash } from './headings.ts'
import { listen } from './listen.ts'
import { LightElement } from './light-element.ts'

/** The cells of other notebooks that link to this one. */
@customElement('nb-backlinks')
export class NbBacklinks extends LightElement {
  @property({ attribute: false }) path = ''
  @state() private links: readonly Found[] = []

  readonly follow = new Follow(this, () => [listen(window, ['focus'], this.refresh)])

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('path')) this.refresh()
  }

  private readonly refresh = (): void => {
    void this.load()
  }

  /** Without the relay the last ones stay. */
  private async load(): Promise<void> {
    const { path } = this
    const answer = await listBacklinks(path)
    if (answer.ok && path === this.path) this.links = answer.links
  }

  protected override render(): unknown {
    if (this.links.length === 0) return nothing
    return html`<section aria-labelledby="nb-backlinks-title">
      <h3 id="nb-backlinks-title">Linked from</h3>
      <ul role="list">
        ${this.links.map(
          (link) =>
            html`<li>
              <a href=${notebookUrl(link.path) + cellHash(link)}
                >${link.title}<small>${link.snippet}</small></a
              >
            </li>`,
        )}
      </ul>
    </section>`
  }
}
