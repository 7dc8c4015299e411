// One output on the page. A view takes a later form of the same output where it can (a stream that grew) and says
// no where a new view must be made; a frame in particular is never touched by what happens around it.

import '../elements/nb-markdown.ts'
import { plainText, type ShownOutput } from '../../shared/notebook/output.ts'
import type { Leaf } from '../../shared/notebook/notebook.ts'
import { OutputFrame, type FrameHeights } from './frame.ts'
import { imageElement } from './image.ts'
import { jsonTree } from './json.ts'
import { mathElement, typesetMath } from './math.ts'
import { linkPlaces } from './places.ts'
import { richestForm, type ShownForm } from './mime.ts'
import { TextView } from './text.ts'

export interface OutputPlace {
  /** Of the cell and the output's index in it, the same after a new run. */
  readonly key: string
  /** "Output of cell 3" */
  readonly label: string
  readonly heights: FrameHeights
}

export class OutputView {
  readonly element = document.createElement('div')
  private output: ShownOutput
  private text: TextView | null = null
  private frame: OutputFrame | null = null

  constructor(output: ShownOutput, place: OutputPlace) {
    this.output = output
    this.element.className = 'nb-output-body'
    switch (output.type) {
      case 'stream':
        this.showText(output.text, `nb-${output.name}`)
        return
      case 'error':
        this.element.role = 'group'
        this.element.ariaLabel = `Error: ${output.ename}`
        this.showText(output.traceback, 'nb-traceback', linkPlaces)
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

  /** False when only a new view can show `output`. */
  take(output: ShownOutput): boolean {
    const before = this.output
    const grew = output.type === 'stream' && before.type === 'stream' && output.name === before.name
    if (!grew && !same(output, before)) return false
    this.output = output
    if (output.type === 'stream') this.text?.show(output.text)
    return true
  }

  plainText(): string {
    return plainText(this.output)
  }

  dispose(): void {
    this.frame?.dispose()
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

  private showForm(form: ShownForm, output: ShownOutput & { type: 'rich' }, place: OutputPlace): void {
    switch (form.type) {
      case 'framed':
        this.frame = new OutputFrame(form, place.key, place.heights, place.label)
        this.element.append(this.frame.element)
        return
      case 'markdown': {
        const markdown = document.createElement('nb-markdown')
        markdown.text = form.text
        this.element.append(markdown)
        return
      }
      case 'latex':
        this.element.append(mathElement(form.tex))
        void typesetMath(this.element)
        return
      case 'image': {
        const image = imageElement(`data:${form.mime};base64,${form.base64}`, 'Image output')
        if (!image) return this.showText(`${form.mime} that cannot be read`, 'nb-unknown')
        sizeImage(image, output.metadata[form.mime])
        this.element.append(image)
        return
      }
      case 'json':
        this.element.append(jsonTree(form.value))
        return
      case 'text':
        this.showText(form.text, 'nb-result')
        return
      case 'none':
        this.showText(form.mimes.length > 0 ? `Output of type ${form.mimes.join(', ')}` : '', 'nb-unknown')
        return
      default:
        form satisfies never
    }
  }
}

/** IPython's `Image(width=…, height=…)` in CSS pixels. */
function sizeImage(image: HTMLImageElement, metadata: Leaf | undefined): void {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) return
  for (const side of ['width', 'height'] as const) {
    const pixels = (metadata as Readonly<Record<string, Leaf>>)[side]
    if (typeof pixels === 'number' && pixels > 0 && pixels <= 10_000) image[side] = pixels
  }
}

/** Outputs are read anew at each change of the document, so identity says nothing. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const entries = Object.entries(a)
  return (
    Array.isArray(a) === Array.isArray(b) &&
    entries.length === Object.keys(b).length &&
    entries.every(([key, value]) => Object.hasOwn(b, key) && same(value, (b as Record<string, unknown>)[key]))
  )
}
