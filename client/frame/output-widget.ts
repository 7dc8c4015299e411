// ipywidgets' Output widget: shows in the frame what a cell's output shows on the page.

import { DOMWidgetView, type WidgetView } from '@jupyter-widgets/base'
import { imageElement, sizeImage } from '../output/image.ts'
import { isExpanded, jsonTree } from '../output/json.ts'
import { latexElement } from '../output/latex.ts'
import { richestForm, type ShownForm } from '../output/mime.ts'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { shownLeaf, type ShownOutput } from '../../shared/notebook/output/output.ts'
import { ansiNodes } from './ansi.ts'
import { chart, chartLibraries, type Draw } from './charts.ts'
import { markdownHtml } from './markdown.ts'
import { isChart, type ChartMime, type FrameTheme, type Send } from './message.ts'
import { run } from './script.ts'
import { insert } from './scripted.ts'
import { typeset, type LoadLibrary } from './typeset.ts'

const text = (value: string, className = ''): HTMLElement => {
  const block = document.createElement('pre')
  block.className = className
  block.append(...ansiNodes(value))
  return block
}

/** As it was applied to the frame last. */
const themeNow = (): FrameTheme => {
  const { style } = document.documentElement
  const names = [...style].filter((name) => name.startsWith('--'))
  return {
    scheme: style.colorScheme === 'dark' ? 'dark' : 'light',
    properties: Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)])),
  }
}

const loaded = new Map<string, Promise<void>>()

let places = 0

export class OutputView extends DOMWidgetView {
  private drawn: { readonly json: string; readonly element: HTMLElement }[] = []
  private charts = new Map<HTMLElement, Draw>()
  private readonly themed = new MutationObserver(() => this.redraw())

  override initialize(parameters: WidgetView.IInitializeParameters): void {
    super.initialize(parameters)
    this.listenTo(this.model, 'change:outputs', () => this.draw())
  }

  override render(): void {
    super.render()
    this.el.classList.add('nb-widget-output')
    this.themed.observe(document.documentElement, { attributeFilter: ['style'] })
    this.draw()
  }

  override remove(): void {
    this.themed.disconnect()
    super.remove()
  }

  private get manager(): { readonly send: Send; readonly library: LoadLibrary } {
    return this.model.widget_manager as never
  }

  /** Outputs that are the same as before stay: scripts run once. */
  private draw(): void {
    const outputs: unknown = this.model.get('outputs')
    this.drawn = (Array.isArray(outputs) ? (outputs as Leaf[]) : []).map((output, index) => {
      const json = JSON.stringify(output)
      const before = this.drawn[index]
      return before?.json === json ? before : { json, element: this.shown(shownLeaf(output)) }
    })
    const elements = this.drawn.map(({ element }) => element)
    for (const [index, element] of elements.entries())
      if (this.el.children[index] !== element) this.el.insertBefore(element, this.el.children[index] ?? null)
    while (this.el.children.length > elements.length) this.el.lastElementChild?.remove()
  }

  private redraw(): void {
    for (const [place, draw] of this.charts)
      if (place.isConnected) void draw(themeNow())
      else this.charts.delete(place)
  }

  private shown(output: ShownOutput): HTMLElement {
    switch (output.type) {
      case 'stream':
        return text(output.text, output.name === 'stderr' ? 'nb-stderr' : '')
      case 'error':
        return text(output.traceback, 'nb-traceback')
      case 'unknown':
        return text(output.json)
      case 'rich': {
        const place = document.createElement('div')
        place.id = `widget-output-${places++}`
        void this.fill(place, richestForm(output.data), output)
        return place
      }
      default:
        return output satisfies never
    }
  }

  private async fill(
    place: HTMLElement,
    form: ShownForm,
    { metadata }: ShownOutput & { readonly type: 'rich' },
  ): Promise<void> {
    const { send, library } = this.manager
    switch (form.type) {
      case 'widget':
        return this.child(form.model, place)
      case 'framed':
        // Scripts look for their element in the page.
        await this.displayed
        if (isChart(form.mime)) return this.chart(form.mime, form.content, place)
        await insert(form.mime, form.content, place, send)
        return typeset(place, library)
      case 'markdown':
        await insert('text/html', markdownHtml(form.text), place, send)
        return typeset(place, library)
      case 'latex':
        place.append(latexElement(form.text))
        return typeset(place, library)
      case 'image': {
        const image = imageElement(`data:${form.mime};base64,${form.base64}`, 'Image output')
        if (image) sizeImage(image, metadata[form.mime])
        place.append(image ?? text(`Invalid ${form.mime}`))
        return
      }
      case 'json':
        place.append(jsonTree(form.value, isExpanded(metadata['application/json'])))
        return
      case 'text':
        place.append(text(form.text))
        return
      case 'pdf':
        place.append(text('Output of type application/pdf'))
        return
      case 'blob':
        place.append(text(`Output of type ${form.mime}`))
        return
      case 'none':
        place.append(text(`Output of type ${form.mimes.join(', ')}`))
        return
      default:
        form satisfies never
    }
  }

  private async chart(mime: ChartMime, content: string, place: HTMLElement): Promise<void> {
    const draw = chart(mime, content, place)
    for (const name of chartLibraries(mime)) {
      const loading = loaded.get(name) ?? this.manager.library(name).then((source) => run(source ?? ''))
      loaded.set(name, loading)
      await loading
    }
    this.charts.set(place, draw)
    await draw(themeNow())
  }

  private async child(id: string, place: HTMLElement): Promise<void> {
    const manager = this.model.widget_manager
    const view = await this.create_child_view(await manager.get_model(id))
    place.append(view.el)
    view.trigger('displayed')
  }
}
