import { html, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { NotebookContext } from '../commands/context.ts'
import { shownSlide } from '../commands/slides.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { nameOf } from '../notebooks/notebook-path.ts'
import '../style/presentation.css'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import type { RunCommand } from './nb-menus.ts'

/** The bar of the app view, or of the slide view, of which it also chooses the cells that are shown. */
@customElement('nb-presentation')
export class NbPresentation extends LightElement {
  @property({ attribute: false }) context!: NotebookContext
  @property({ attribute: false }) run!: RunCommand
  private shown = -1
  readonly follow = new Follow(this, (changed) => [
    this.context.view.onChange(changed),
    this.context.notebook.observer.onList(changed),
    this.context.notebook.observer.onAnyCell((_, changes) => {
      if (changes.has('source') || changes.has('head')) changed()
    }),
  ])

  private button(label: string, id: CommandId, face: unknown, disabled = false): TemplateResult {
    return html`<button
      type="button"
      class="nb-text-button"
      aria-label=${label}
      title=${this.context.shortcuts.hint(label, id)}
      ?disabled=${disabled}
      @click=${() => this.run(id, null)}
    >
      ${face}
    </button>`
  }

  private app(): TemplateResult {
    const { path, runnable } = this.context.notebook
    return html`<header class="nb-app-bar">
      <h1>${nameOf(path)}</h1>
      ${runnable ? this.button('Run all', 'run-all', html`${icons.run}<span>Run all</span>`) : nothing}
      ${this.button('Notebook view', 'view-notebook', html`${icons.pencil}<span>Notebook view</span>`)}
    </header>`
  }

  private slides(): TemplateResult {
    const { slides, at } = shownSlide(this.context)
    const last = slides.length - 1
    const cells = (slides[at] ?? []).map((id) => `[data-cell-id="${CSS.escape(id)}"]`)
    return html`<style>
        nb-notebook nb-cell:not(${cells.join() || '*'}) {
          display: none !important;
        }
      </style>
      <nav class="nb-slide-bar" aria-label="Slides">
        ${this.button('Previous slide', 'previous-slide', icons.back, at <= 0)}
        <span role="status">${last < 0 ? 'No slides' : `${at + 1} of ${last + 1}`}</span>
        ${this.button('Next slide', 'next-slide', icons.right, at >= last)}
        ${this.button('Notebook view', 'view-notebook', icons.close)}
      </nav>`
  }

  protected override updated(_: PropertyValues): void {
    const { at } = shownSlide(this.context)
    if (at !== this.shown) scrollTo(0, 0)
    this.shown = at
  }

  protected override render(): TemplateResult {
    return this.context.view.current === 'slides' ? this.slides() : this.app()
  }
}
