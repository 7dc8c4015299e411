import { html, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Run } from '../../shared/notebook/notebook.ts'
import { formatTime } from '../document/timeline.ts'
import { LightElement } from './light-element.ts'
import { now } from '../document/clock.ts'

const duration = (milliseconds: number): string => {
  if (milliseconds < 1_000) return `${Math.max(0, Math.round(milliseconds))} ms`
  const seconds = milliseconds / 1_000
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** Who ran a cell, when and for how long, and whether its source was edited since. Shown on hover and focus. */
@customElement('nb-run-info')
export class NbRunInfo extends LightElement {
  @property({ attribute: false }) run!: Run
  /** Not this page's person. */
  @property({ type: Boolean, reflect: true }) other = false
  /** The source differs from what was run. */
  @property({ type: Boolean, reflect: true }) stale = false

  protected override render(): TemplateResult {
    const { by, startedAt, endedAt } = this.run
    const parts = [
      this.other ? by || 'Somebody' : 'You',
      `${endedAt === null ? 'since ' : ''}${formatTime(startedAt, now())}`,
      ...(endedAt === null ? [] : [duration(endedAt - startedAt)]),
    ]
    return html`<span class="nb-hidden">Run by</span> ${parts.join(' · ')}
      ${this.stale ? html`<strong>edited since</strong>` : ''}`
  }
}
