import { LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { markdownBlocks, type MarkdownBlock, type MarkdownOptions } from '../output/markdown.ts'
import { typesetMath } from '../output/math.ts'

/** Milliseconds between two renderings of a growing text. */
const pause = 100

/** Rendered Markdown in light DOM. A growing text keeps the elements of finished blocks, and any selection in them. */
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
    // A pending text is drawn now, so that a moved element is never outdated.
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
