import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import type { Bookmark } from '../../shared/notebook/document/bookmarks.ts'
import { cellFlags, flagsFor, isCellFlag, type CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead } from '../../shared/notebook/document/read.ts'
import type { KindView } from '../cell-kinds/kind-view.ts'
import { kindViews, viewOf } from '../cell-kinds/views.ts'
import { deleteCells, moveCells, setKind, toggleBookmark, toggleFlags } from '../commands/cells.ts'
import type { NotebookContext, RunContext } from '../commands/context.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import { showContext } from '../commands/show-context.ts'
import { clearOutputs } from '../commands/runs.ts'
import { cellsWith } from '../commands/select.ts'
import { flagWords } from './flag-words.ts'
import { Follow } from './follow.ts'
import { icons } from './icons.ts'
import { LightElement } from './light-element.ts'
import { modelChooser } from './model-chooser.ts'

export type ControlsContext = RunContext & Pick<NotebookContext, 'shortcuts' | 'panels'>

const flagCommands: Readonly<Partial<Record<CellFlag, CommandId>>> = {
  skipped: 'skip',
  pinned: 'pin',
  source_hidden: 'fold-input',
  input_collapse: 'fold-input',
  hide_input: 'fold-input',
  outputs_hidden: 'fold-output',
  output_collapse: 'fold-output',
  scrolled: 'scroll-output',
}

/** Actions on a whole cell, shown on hover and focus. */
@customElement('nb-controls')
export class NbControls extends LightElement {
  @property({ attribute: false }) context!: ControlsContext
  @property({ attribute: false }) cell!: CellId
  @property({ attribute: false }) view!: KindView
  @property({ attribute: false }) flags: readonly CellFlag[] = []
  @property({ attribute: false }) bookmark: Bookmark | null = null

  readonly follow = new Follow(this, (changed) => [this.context.shortcuts.onChange(changed)])

  /** What an action here acts on. */
  private get cells(): readonly CellId[] {
    return cellsWith(this.context, this.cell)
  }

  private readonly onOption = (event: Event): void => {
    const select = event.target as HTMLSelectElement
    if (isCellFlag(select.value)) toggleFlags(this.context, this.cells, select.value)
    else if (select.value === 'bookmark') toggleBookmark(this.context, this.cell)
    else if (select.value === 'clear') clearOutputs(this.context, this.cells)
    select.value = ''
  }

  private readonly onKind = (event: Event): void => {
    const select = event.target as HTMLSelectElement
    setKind(this.context, this.cells, select.value)
    const head = readHead(this.context.notebook.doc, this.cell)
    if (head !== undefined) select.value = viewOf(head.kind).kind.name
  }

  private button(name: string, command: CommandId, icon: unknown, action: () => void): TemplateResult {
    const title = this.context.shortcuts.hint(name, command)
    return html`<button type="button" aria-label=${name} title=${title} @click=${action}>${icon}</button>`
  }

  private menuItem(name: string, command: CommandId | undefined): string {
    return command === undefined ? name : this.context.shortcuts.hint(name, command)
  }

  protected override render(): TemplateResult {
    const { context, cell, flags, bookmark } = this
    const { kind } = this.view
    // Refreshed when the menu is about to open: the source may begin with a heading now.
    const source = cellSource(context.notebook.doc, cell)?.toString() ?? ''
    const applicable = flagsFor(kind, source)
    const offered = cellFlags.filter((flag) => flags.includes(flag) || applicable.includes(flag))
    return html`<select
        class="nb-options"
        aria-label="Cell options"
        title="Cell options"
        @focus=${() => this.requestUpdate()}
        @pointerenter=${() => this.requestUpdate()}
        @change=${this.onOption}
      >
        <option value="" selected>…</option>
        ${offered.map(
          (flag) =>
            html`<option value=${flag}>
              ${this.menuItem(flagWords[flag][flags.includes(flag) ? 'unset' : 'set'], flagCommands[flag])}
            </option>`,
        )}
        <option value="bookmark">
          ${this.menuItem(bookmark === null ? 'Add bookmark' : 'Remove bookmark', 'bookmark')}
        </option>
        ${
          kind.executor === null
            ? nothing
            : html`<option value="clear">${this.menuItem('Clear outputs', 'clear-outputs')}</option>`
        }
      </select>
      ${
        kind.executor?.type === 'model' && kind.executor.answer === 'text'
          ? html`${this.button('Context', 'context', icons.eye, () => showContext(context, cell))}
            ${modelChooser(context, cell, () => this.requestUpdate())}`
          : nothing
      }
      <select aria-label="Cell kind" .value=${kind.name} @change=${this.onKind}>
        ${kindViews.map(
          ({ kind: { name, label } }) =>
            html`<option value=${name} ?selected=${name === kind.name}>${label}</option>`,
        )}
      </select>
      ${this.button('Move cell up', 'move-up', icons.up, () => moveCells(context, this.cells, -1))}
      ${this.button('Move cell down', 'move-down', icons.down, () => moveCells(context, this.cells, 1))}
      ${this.button('Delete cell', 'delete', icons.trash, () => deleteCells(context, this.cells))}`
  }
}
