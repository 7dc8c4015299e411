import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { CellId, Mark } from '../../shared/notebook/notebook.ts'
import type { CellContext } from '../commands/context.ts'
import { LightElement } from './light-element.ts'

const kept = 'It was kept.'
const messageFor = ({ why, theirs, result }: Mark): string => {
  const outputs =
    result === undefined || why === 'outputs' ? '' : ' So were the outputs, which are newer than the file’s.'
  switch (why) {
    case 'both':
      return `The same lines were changed here and by another program. Both changes are in the text.${outputs}`
    case 'kept':
      return theirs === null
        ? `The file was saved by another program that had not seen this cell yet. ${kept}`
        : `The file was saved by another program without what had been written here. ${kept}${outputs}`
    case 'outputs':
      return 'The file was saved by another program with other outputs. The newer ones were kept.'
    case 'deleted':
      return 'The file was saved by another program with a cell that was deleted here. It stays deleted.'
    case 'mended':
      return 'A program replaced this cell’s text with something that is not text. The text was restored.'
    default:
      return why satisfies never
  }
}

/** What its buttons do: leave the notebook as it is, or take the file's version. */
const buttonsFor = ({ why, theirs }: Mark): { readonly leave: string; readonly take: string | null } => {
  switch (why) {
    case 'both':
      return { leave: 'Keep both', take: 'Take what the file said' }
    case 'kept':
      return { leave: 'Keep it', take: theirs === null ? 'Delete the cell' : 'Take what the file said' }
    case 'outputs':
      return { leave: 'Keep them', take: 'Take those of the file' }
    case 'deleted':
      return { leave: 'Leave it deleted', take: 'Put the cell back' }
    case 'mended':
      return { leave: 'Keep it', take: null }
    default:
      return why satisfies never
  }
}

/** Shows that an outside edit conflicted with this cell, and offers the file's version. */
@customElement('nb-mark')
export class NbMark extends LightElement {
  @property({ attribute: false }) context!: CellContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) mark!: Mark

  /** What compares texts is loaded only now. */
  private resolve(by: 'dismissMark' | 'takeFileVersion'): void {
    const { context, cell } = this
    void import('../commands/file-marks.ts').then(
      (marks) => marks[by](context, cell),
      () => context.showError('The script for this could not be loaded. Try again.'),
    )
  }

  protected override render(): TemplateResult {
    const { context, mark } = this
    const { theirs } = mark
    const { leave, take } = buttonsFor(mark)
    return html`<div
      class="nb-notice"
      role="status"
      aria-label=${mark.why === 'mended' ? 'Restored' : 'Changed in the file'}
    >
      ${messageFor(mark)}
      ${
        context.notebook.editable
          ? html`<button type="button" @click=${() => this.resolve('dismissMark')}>${leave}</button>`
          : nothing
      }
      ${
        take === null || !context.notebook.editable
          ? nothing
          : html`<button type="button" @click=${() => this.resolve('takeFileVersion')}>${take}</button>`
      }
      ${
        theirs === null
          ? nothing
          : html`<details>
              <summary>What the file said</summary>
              <pre>${theirs}</pre>
            </details>`
      }
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-mark': NbMark
  }
}
