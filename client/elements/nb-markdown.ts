import { LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { markdownBlocks, type MarkdownBlock, type MarkdownOptions } from '../output/markdown.ts'
import { typesetMath } from '../output/math.ts'

/** Milliseconds between two renderings of a text that grows. */
const pause = 100

/** Rendered markdown in light DOM. A growing text keeps the elements of its finished blocks, and what is selected there. */
@customElement('nb-markdown')
export class NbMarkdown extends LitElement {
  @property({ attribute: false }) text = ''
  @property({ attribute: false }) attachment: NonNullable<MarkdownOptions['attachment']> = () => null

  private readonly drawn: { readonly block: MarkdownBlock; readonly element: HTMLElement }[] = []
  private drawnAt = -Infinity
  private timer = 0

  protected override createRenderRoot(): HTMLElement {
    this.classList.add('nb-markdown')
    return this
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('attachment')) this.forget(0)
    const wait = this.drawnAt + pause - performance.now()
    if (wait <= 0) this.draw()
    else this.timer ||= window.setTimeout(() => this.draw(), wait)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // A text still waiting is drawn now, so that a moved element is never behind.
    if (this.timer) this.draw()
  }

  private draw(): void {
    window.clearTimeout(this.timer)
    this.timer = 0
    const blocks = markdownBlocks(this.text)
    let same = 0
    while (same < blocks.length && isSame(blocks[same], this.drawn[same]?.block)) same++
    this.forget(same)
    for (const block of blocks.slice(same)) {
      const element = document.createElement('div')
      element.dir = 'auto'
      element.append(block.render({ attachment: this.attachment }))
      this.drawn.push({ block, element })
      this.append(element)
    }
    void typesetMath(this)
    this.drawnAt = performance.now()
  }

  private forget(from: number): void {
    for (const { element } of this.drawn.splice(from)) element.remove()
  }
}

const isSame = (a: MarkdownBlock | undefined, b: MarkdownBlock | undefined): boolean =>
  a?.source === b?.source && a?.context === b?.context

declare global {
  interface HTMLElementTagNameMap {
    'nb-markdown': NbMarkdown
  }
}
