// One row in the gap above a cell: who edited it, and the buttons.
import { html, nothing, type TemplateResult } from 'lit'
import type { Bookmark } from '../../shared/notebook/document/bookmarks.ts'
import type { CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { KindView } from '../cell-kinds/kind-view.ts'
import './nb-controls.ts'
import type { ControlsContext } from './nb-controls.ts'
import './nb-edited.ts'
import type { EditedContext } from './nb-edited.ts'

export type AboveContext = ControlsContext & EditedContext

interface Above {
  readonly view: KindView
  readonly flags: readonly CellFlag[]
  readonly bookmark: Bookmark | null
}

export const cellAbove = (
  context: AboveContext,
  cell: CellId,
  { view, flags, bookmark }: Above,
): TemplateResult =>
  html`<div class="nb-above">
    <nb-edited .context=${context} .cell=${cell}></nb-edited>
    ${
      context.notebook.editable
        ? html`<nb-controls
            .context=${context}
            .cell=${cell}
            .view=${view}
            .flags=${flags}
            .bookmark=${bookmark}
          ></nb-controls>`
        : nothing
    }
  </div>`
