// ipywidgets' Output widget: like the outputs of a cell, but with fewer types.

import { DOMWidgetView, type WidgetView } from '@jupyter-widgets/base'
import { ansiNodes } from './ansi.ts'
import { runScripts } from './script.ts'
import { isRecord } from '../../shared/record.ts'

type Fields = { readonly [key: string]: unknown }
const joined = (value: unknown): string =>
  Array.isArray(value) ? value.join('') : typeof value === 'string' ? value : JSON.stringify(value ?? '')

const text = (value: string, className = ''): HTMLElement => {
  const block = document.createElement('pre')
  block.className = className
  block.append(...ansiNodes(value))
  return block
}

const html = async (place: HTMLElement, content: string): Promise<void> => {
  place.innerHTML = content
  await runScripts(place)
}

export class OutputView extends DOMWidgetView {
  override initialize(parameters: WidgetView.IInitializeParameters): void {
    super.initialize(parameters)
    this.listenTo(this.model, 'change:outputs', () => this.draw())
  }

  override render(): void {
    super.render()
    this.el.classList.add('nb-widget-output')
    this.draw()
  }

  private draw(): void {
    const outputs: unknown = this.model.get('outputs')
    const shown = (Array.isArray(outputs) ? outputs : []).filter(isRecord).map((output) => this.shown(output))
    this.el.replaceChildren(...shown)
  }

  private shown(output: Fields): HTMLElement {
    switch (output['output_type']) {
      case 'stream':
        return text(joined(output['text']), output['name'] === 'stderr' ? 'nb-stderr' : '')
      case 'error':
        return text(
          Array.isArray(output['traceback']) ? output['traceback'].join('\n') : joined(output['evalue']),
          'nb-traceback',
        )
      default:
        return this.rich(isRecord(output['data']) ? output['data'] : {})
    }
  }

  private rich(data: Fields): HTMLElement {
    const place = document.createElement('div')
    const view = data['application/vnd.jupyter.widget-view+json']
    if (isRecord(view) && typeof view['model_id'] === 'string') {
      void this.child(view['model_id'], place)
      return place
    }
    for (const mime of ['text/html', 'image/svg+xml'])
      if (data[mime] !== undefined) {
        void html(place, joined(data[mime]))
        return place
      }
    for (const mime of ['image/png', 'image/jpeg', 'image/gif', 'image/webp'])
      if (data[mime] !== undefined) {
        const image = new Image()
        image.src = `data:${mime};base64,${joined(data[mime]).replace(/\s+/g, '')}`
        place.append(image)
        return place
      }
    return text(joined(data['text/plain'] ?? data['text/markdown'] ?? data['text/latex']))
  }

  private async child(id: string, place: HTMLElement): Promise<void> {
    const manager = this.model.widget_manager
    const view = await this.create_child_view(await manager.get_model(id))
    place.append(view.el)
    view.trigger('displayed')
  }
}
