// One output on the page. A view can be updated with a later state of the same output (a stream that grew); for any other
// change a new view is created. Frames are never updated.

import { equalityDeep } from 'lib0/function'
import '../elements/nb-markdown.ts'
import { mimeBundle, type ShownOutput } from '../../shared/notebook/output/output.ts'
import type { BlobRef } from '../../shared/notebook/output/blob.ts'
import type { BlobSource } from '../blobs/notebook-blobs.ts'
import { mayRun, type OutputDependencies } from './output-dependencies.ts'
import { frameOf, type LiveFrames } from '../kernel/live-frames.ts'
import { OutputFrame, type FrameHeights, type FramedOutput } from './frame.ts'
import type { OutputHosts } from './hosts.ts'
import { imageElement, sizeImage } from './image.ts'
import { isExpanded, jsonTree } from './json.ts'
import { paper } from './paper.ts'
import { paperForm } from './paper-form.ts'
import { pdfElement } from './pdf.ts'
import { latexElement } from './latex.ts'
import { typesetMath } from './math.ts'
import { linkErrorLocations } from './error-links.ts'
import { richestForm, type ShownForm } from './mime.ts'
import type * as saving from './save.ts'
import { TextView } from './text.ts'
import { zoomable } from './zoom.ts'
import { WidgetView, type DocumentWidgets } from './widget.ts'

/** Null where the script cannot be fetched. */
const loadSaving = (): Promise<typeof saving | null> => import('./save.ts').catch(() => null)

export interface OutputPlace {
  /** Cell id and index of the output, which stay the same in a new run. */
  readonly key: string
  /** E.g. "Output of cell 3". */
  readonly label: string
  readonly heights: FrameHeights
  readonly blobs: BlobSource
  /** The document's widgets; absent in the history, where widgets do not work. */
  readonly widgets?: DocumentWidgets
  /** Absent if outputs do not depend on others. */
  readonly earlier?: OutputDependencies
  /** Absent where Python cannot be asked about frames of data. */
  readonly frames?: LiveFrames
  /** Absent if no hosts can be allowed. */
  readonly hosts?: OutputHosts
}

export class OutputView {
  readonly element = document.createElement('div')
  private output: ShownOutput
  /** The output with the values of its blobs once they are loaded, for copying and downloading. */
  private whole: ShownOutput
  private text: TextView | null = null
  private frame: OutputFrame | null = null
  private unwatch: (() => void) | null = null
  private stops: readonly (() => void)[] = []
  private widget: WidgetView | null = null

  constructor(output: ShownOutput, place: OutputPlace) {
    this.output = this.whole = output
    this.element.className = 'nb-output-body'
    switch (output.type) {
      case 'stream':
        this.showText(output.text, `nb-${output.name}`)
        this.hideIfCleared()
        return
      case 'error':
        this.element.role = 'group'
        this.element.ariaLabel = `Error: ${output.ename}`
        this.showText(output.traceback, 'nb-traceback', linkErrorLocations)
        return
      case 'unknown':
        this.showText(output.json, 'nb-unknown')
        return
      case 'rich':
        this.showForm(richestForm(output.data), output, place)
        return
      default:
        output satisfies never
    }
  }

  /** Returns false if `output` needs a new view. */
  update(output: ShownOutput): boolean {
    const before = this.output
    const grew = output.type === 'stream' && before.type === 'stream' && output.name === before.name
    // Outputs are read again from the document at each change.
    if (!grew && !equalityDeep(output, before)) return false
    this.output = output
    if (output.type === 'stream') {
      this.whole = output
      this.text?.show(output.text)
      this.hideIfCleared()
    }
    return true
  }

  private hideIfCleared(): void {
    this.element.hidden = this.text?.isCleared === true
  }

  /** Returns whether it succeeded. */
  async copy(): Promise<boolean> {
    const loaded = await loadSaving()
    return loaded !== null && loaded.copy(this.whole)
  }

  /** Returns whether it succeeded. */
  async download(name: string): Promise<boolean> {
    const loaded = await loadSaving()
    loaded?.saveOutput(this.whole, name)
    return loaded !== null
  }

  dispose(): void {
    this.unwatch?.()
    for (const stop of this.stops) stop()
    this.frame?.dispose()
    this.widget?.dispose()
  }

  private preparePaper(form: ShownForm, output: ShownOutput & { type: 'rich' }): void {
    let sheet: HTMLElement | null = null
    const prepare = (): void => {
      sheet = paperForm(form, output)
      this.element.append(sheet)
    }
    this.stops = [
      paper.onStart(prepare),
      paper.onEnd(() => {
        sheet?.remove()
        sheet = null
      }),
    ]
    if (paper.isPrinting) prepare()
  }

  private showText(
    text: string,
    className: string,
    finish: ((block: HTMLElement) => void) | null = null,
  ): void {
    this.text = new TextView(className, finish)
    this.element.append(this.text.element)
    this.text.show(text)
  }

  /** Shows a placeholder, as high as the output was last time, until the blob is loaded. */
  private showBlob(
    { mime, ref }: { readonly mime: string; readonly ref: BlobRef },
    output: ShownOutput & { type: 'rich' },
    place: OutputPlace,
  ): void {
    const waiting = document.createElement('div')
    waiting.className = 'nb-waiting'
    const size = new Intl.NumberFormat('en', { style: 'unit', unit: 'kilobyte', maximumFractionDigits: 0 })
    const description = `${mime}, ${size.format(ref.size / 1000)}`
    waiting.textContent = `Loading ${description}…`
    waiting.style.minHeight = `${place.heights.get(place.key) ?? 0}px`
    this.element.append(waiting)
    this.unwatch = place.blobs.watch(ref, (value) => {
      if (value === null) {
        waiting.textContent = `${description}: not in this browser yet`
        return
      }
      waiting.remove()
      // The value may be a list of lines.
      const whole = { ...output, data: { ...output.data, ...mimeBundle({ [mime]: value }) } }
      this.whole = whole
      this.showForm(richestForm(whole.data), whole, place)
      const image = this.element.querySelector('img')
      image?.addEventListener('load', () => place.heights.set(place.key, this.element.offsetHeight))
    })
  }

  private showForm(form: ShownForm, output: ShownOutput & { type: 'rich' }, place: OutputPlace): void {
    switch (form.type) {
      case 'framed':
        this.frame = new OutputFrame(
          { ...form, ...shownData(form, output.metadata, place.frames) },
          place.key,
          place.heights,
          place.label,
          place.earlier,
          place.hosts,
        )
        this.element.append(this.frame.element)
        return this.preparePaper(form, output)
      case 'widget':
        this.widget = new WidgetView(form, place)
        this.element.append(this.widget.element)
        return this.preparePaper(form, output)
      case 'markdown': {
        const markdown = document.createElement('nb-markdown')
        markdown.text = form.text
        this.element.append(markdown)
        return
      }
      case 'latex':
        this.element.append(latexElement(form.text))
        void typesetMath(this.element)
        return
      case 'image': {
        const image = imageElement(`data:${form.mime};base64,${form.base64}`, 'Image output')
        if (!image) return this.showText(`Invalid ${form.mime}`, 'nb-unknown')
        sizeImage(image, output.metadata[form.mime])
        this.element.append(zoomable(image))
        return
      }
      case 'pdf':
        this.element.append(pdfElement(form.base64))
        return
      case 'json':
        this.element.append(jsonTree(form.value, isExpanded(output.metadata['application/json'])))
        return
      case 'text':
        this.showText(form.text, 'nb-result')
        return
      case 'blob':
        this.showBlob(form, output, place)
        return
      case 'none':
        this.showText(form.mimes.length > 0 ? `Output of type ${form.mimes.join(', ')}` : '', 'nb-unknown')
        return
      default:
        form satisfies never
    }
  }
}

/** Only for a table without scripts: what is answered goes to its frame. */
const shownData = (
  { mime, content }: ShownForm & { type: 'framed' },
  metadata: unknown,
  frames: LiveFrames | undefined,
): Pick<FramedOutput, 'data'> => {
  const frame = frameOf(metadata)
  if (frame === null || frames === undefined || mime !== 'text/html' || mayRun(mime, content)) return {}
  return {
    data: {
      state: () => frames.state(frame),
      onChange: frames.onChange,
      ask: (question) => frames.ask({ ...question, frame }),
    },
  }
}
