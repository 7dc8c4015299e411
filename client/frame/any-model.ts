// Anywidgets among ipywidgets' own: children of a box, ends of a link, or those that hold others.

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base'
import { drawAnywidget } from './anywidget.ts'

export class AnyModel extends DOMWidgetModel {}

export class AnyView extends DOMWidgetView {
  override render(): void {
    const { model } = this
    drawAnywidget(model as never, model.attributes, this.el).catch((error: unknown) => {
      this.el.textContent = `This widget failed: ${error instanceof Error ? error.message : String(error)}`
    })
  }
}
