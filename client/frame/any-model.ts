// Lets anywidgets be used together with ipywidgets, e.g. as children of a box or in a link.

import { DOMWidgetModel, DOMWidgetView } from '@jupyter-widgets/base'
import { renderAnywidget } from './anywidget.ts'

export class AnyModel extends DOMWidgetModel {}

export class AnyView extends DOMWidgetView {
  override render(): void {
    const { model } = this
    renderAnywidget(model as never, model.attributes, this.el).catch((error: unknown) => {
      this.el.textContent = `This widget failed: ${error instanceof Error ? error.message : String(error)}`
    })
  }
}
