import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { diffRows } from '../document/diff-rows.ts'
import { diffLine } from './diff-lines.ts'
import { LightElement } from './light-element.ts'

const labels = { gone: 'requested: ', new: 'now: ' }

/** What of a source was edited since its run was requested. */
@customElement('nb-edited-since')
export class NbEditedSince extends LightElement {
  @property({ attribute: false }) requested = ''
  @property({ attribute: false }) present = ''

  protected override render(): TemplateResult {
    const rows = diffRows({ text: this.requested, clients: [] }, { text: this.present, clients: [] })
    return html`<div class="nb-diff">${rows.map((row) => diffLine(row, labels, () => null))}</div>`
  }
}
