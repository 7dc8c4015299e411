import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Deleted } from '../../shared/api/routes.ts'
import { discard, emptyBin, restore } from '../document/notebooks-api.ts'
import { withoutEnding } from '../notebooks/notebook-path.ts'
import { LightElement } from './light-element.ts'
import { iconButton } from './icon-button.ts'
import { icons } from './icons.ts'
import { formatSize, since } from './format.ts'

/** Entries shown until all are requested. */
const shownAtFirst = 10

/**
 * Deleted notebooks: restore one, or delete all permanently. Fires `notice` with a message, and `changed` when the lists
 * are outdated.
 */
@customElement('nb-bin')
export class NbBin extends LightElement {
  @property({ attribute: false }) deleted: readonly Deleted[] = []
  @state() private sure = false
  @state() private whole = false
  /** The entry that is about to be deleted permanently. */
  @state() private discarding: string | null = null

  private notify(text: string): void {
    this.dispatchEvent(new CustomEvent<string>('notice', { detail: text }))
    this.dispatchEvent(new CustomEvent('changed'))
  }

  private async restore({ entry, path }: Deleted): Promise<void> {
    const restored = await restore(entry)
    this.notify(
      restored.ok ? restoredAs(path, restored.path) : `${path} could not be restored: ${restored.reason}.`,
    )
  }

  private async discard({ entry, path }: Deleted): Promise<void> {
    this.discarding = null
    const answer = await discard(entry)
    this.notify(
      answer.ok ? `${path} was deleted permanently.` : `${path} could not be deleted: ${answer.reason}.`,
    )
  }

  private async empty(): Promise<void> {
    this.sure = false
    const emptied = await emptyBin()
    if (!emptied.ok) this.notify(`The bin could not be emptied: ${emptied.reason}.`)
    else if (emptied.open.length === 0) this.notify('The bin is empty.')
    else this.notify(`These stay in the bin because they are open: ${emptied.open.join(', ')}.`)
  }

  private row(entry: Deleted): TemplateResult {
    const { path, deleted, size } = entry
    const isLatest = this.deleted.find((other) => other.path === path) === entry
    const name = isLatest ? path : `${path}, deleted ${new Date(deleted).toLocaleString()}`
    return html`<li>
      <span class="nb-deleted">${withoutEnding(path)}</span>
      ${
        this.discarding === entry.entry
          ? html`<span class="nb-sure"
              >Delete permanently?
              <button type="button" @click=${() => void this.discard(entry)}>Delete permanently</button>
              <button type="button" @click=${() => (this.discarding = null)}>Cancel</button></span
            >`
          : html`<span class="nb-when"
              >deleted ${since(Date.parse(deleted))}${size > 0 ? ` · ${formatSize(size)}` : nothing}</span
            >`
      }
      <button
        type="button"
        class="nb-text-button"
        aria-label="Restore ${name}"
        @click=${() => void this.restore(entry)}
      >
        Restore
      </button>
      ${iconButton(`Permanently delete ${name}`, 'Delete permanently', icons.trash, () => {
        this.discarding = entry.entry
      })}
    </li>`
  }

  protected override render(): unknown {
    const { deleted, whole, sure } = this
    if (deleted.length === 0) return nothing
    const shown = whole ? deleted : deleted.slice(0, shownAtFirst)
    return html`<section class="nb-bin" aria-labelledby="nb-bin-title">
      <div class="nb-bin-head">
        <h2 id="nb-bin-title">Deleted notebooks</h2>
        ${
          sure
            ? html`<span class="nb-sure"
                >Permanently delete ${deleted.length === 1 ? 'one notebook' : `${deleted.length} notebooks`}?
                <button type="button" @click=${() => void this.empty()}>Delete permanently</button>
                <button type="button" @click=${() => (this.sure = false)}>Cancel</button></span
              >`
            : html`<button type="button" class="nb-text-button" @click=${() => (this.sure = true)}>
                Empty the bin
              </button>`
        }
      </div>
      <ul role="list">
        ${repeat(
          shown,
          ({ entry }) => entry,
          (entry) => this.row(entry),
        )}
      </ul>
      ${
        shown.length < deleted.length
          ? html`<button type="button" class="nb-text-button" @click=${() => (this.whole = true)}>
              Show all ${deleted.length}
            </button>`
          : nothing
      }
    </section>`
  }
}

/** The message after a restore, with the name it was restored under. */
export const restoredAs = (was: string, path: string): string =>
  was === path
    ? `${path} was restored.`
    : `${was} is now another notebook, so this one was restored as ${path}.`
