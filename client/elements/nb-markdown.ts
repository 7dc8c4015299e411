import { LitElement } from 'lit'
import { customElement, property } from 'lit/decorators.js'
import { GrowingMarkdown } from '../output/growing-markdown.ts'
import type { MarkdownBlock, MarkdownOptions } from '../output/markdown.ts'
import { typesetMath } from '../output/math.ts'
import { paper } from '../output/paper.ts'
import { renew } from '../output/renew.ts'
import { RemoteImages, type LoadedImages } from '../output/remote-images.ts'

let count = 0

/** Milliseconds between two renderings of a growing text, at least. */
const pause = 100
/** A long text is rendered more rarely: what it takes is at most this part of the time. */
const share = 1 / 8
/** Milliseconds after which a text does not grow any more. */
const quiet = 1_000
/** Milliseconds of drawing at a time: the rest of a long text follows, and keys are not kept waiting. */
const slice = 30

/** Rendered Markdown in light DOM. A growing text keeps the elements of finished blocks, and any selection in them. */
@customElement('nb-markdown')
export class NbMarkdown extends LitElement {
  @property({ attribute: false }) text = ''
  @property({ attribute: false }) attachment: NonNullable<MarkdownOptions['attachment']> = () => null

  /** Those of other servers that may be shown; without it, none can be loaded. */
  @property({ attribute: false }) images: LoadedImages | null = null

  /** Tasks can be ticked: a `tick` event has the line of the text as its detail, 0 for the first. */
  @property({ type: Boolean }) ticks = false
  /** The box that was ticked, which keeps the focus when it is drawn again. */
  private ticked: number | null = null
  private remote: RemoteImages | null = null
  private isMissingImages = false
  private stopImages = (): void => undefined
  private readonly growing = new GrowingMarkdown(`n${++count}`)

  private readonly drawn: { block: MarkdownBlock; readonly element: HTMLElement }[] = []
  /** When it may be drawn again. */
  private nextAt = -Infinity
  private timer = 0
  private quietTimer = 0

  protected override createRenderRoot(): HTMLElement {
    this.classList.add('nb-markdown')
    this.addEventListener('click', this.onClick)
    return this
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('images')) this.followImages()
    if (changed.has('attachment') || changed.has('ticks')) this.forget(0)
    const wait = this.nextAt - performance.now()
    if (wait <= 0) this.draw()
    else this.timer ||= window.setTimeout(() => this.draw(), wait)
  }

  override connectedCallback(): void {
    super.connectedCallback()
    if (!this.hasUpdated) return
    this.followImages()
    // Their frames ended as this was moved.
    if (!this.isMissingImages) return
    this.forget(0)
    this.draw(Infinity)
  }

  private followImages(): void {
    const { images } = this
    if (images === null) return
    const remote = new RemoteImages(images)
    this.remote = remote
    this.stopImages = images.onChange(() => remote.show(this))
  }

  private stopFollowing(): void {
    this.stopImages()
    this.isMissingImages = this.remote?.isEmpty === false
    this.remote?.dispose()
    this.remote = null
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // A pending text is drawn now, so that a moved element is never outdated.
    if (this.timer) this.draw(Infinity)
    this.stopFollowing()
  }

  private draw(patience = paper.isPrinting ? Infinity : slice): void {
    window.clearTimeout(this.timer)
    this.timer = 0
    const began = performance.now()
    const isWhole = this.drawBlocks(this.growing.take(this.text), began + patience)
    this.toggleAttribute('data-drawing', !isWhole)
    if (!isWhole) {
      this.timer = window.setTimeout(() => this.draw())
      return
    }
    this.remote?.show(this)
    void typesetMath(this)
    window.clearTimeout(this.quietTimer)
    if (this.growing.isPartial)
      this.quietTimer = window.setTimeout(() => {
        this.growing.all(this.text)
        this.draw()
      }, quiet)
    const ended = performance.now()
    this.nextAt = ended + Math.max(pause, (ended - began) / share)
  }

  /** False where some are left at the end of the time. */
  private drawBlocks(blocks: readonly MarkdownBlock[], end: number): boolean {
    let same = 0
    while (same < blocks.length && isSame(blocks[same], this.drawn[same]?.block)) same++
    // So are the elements below what another person writes, with what is selected or opened in them.
    let below = 0
    const most = Math.min(blocks.length, this.drawn.length) - same
    while (below < most && isSame(blocks.at(-1 - below), this.drawn.at(-1 - below)?.block)) below++
    const kept = this.drawn.splice(this.drawn.length - below)
    // What is replaced is replaced at once: the page would shrink and grow.
    const isGrowing = this.drawn.length - same <= 1
    const [grown, last] = [blocks[same], this.drawn[same]]
    // The last block of a text that grows.
    if (grown !== undefined && last !== undefined && isGrowing && below === 0 && grows(last.block, grown))
      if (renew(last.element, grown.render(this.options))) {
        last.block = grown
        same++
      }
    this.forget(same)
    for (const block of blocks.slice(same, blocks.length - below)) {
      const element = document.createElement('div')
      element.dir = 'auto'
      element.append(block.render(this.options))
      this.drawn.push({ block, element })
      if (kept[0] === undefined) this.append(element)
      else kept[0].element.before(element)
      if (isGrowing && performance.now() > end) break
    }
    // They may be at other lines by now.
    for (const [index, shown] of this.drawn.entries()) shown.block = blocks[index] ?? shown.block
    for (const [index, shown] of kept.entries())
      shown.block = blocks[blocks.length - below + index] ?? shown.block
    this.drawn.push(...kept)
    const box = this.ticked === null ? null : this.boxes[this.ticked]
    this.ticked = null
    if (box instanceof HTMLElement) box.focus({ preventScroll: true })
    return this.drawn.length === blocks.length
  }

  private get options(): MarkdownOptions {
    const { attachment, ticks, remote } = this
    return { attachment, ticks, ...(remote === null ? {} : { loadImages: remote.load }) }
  }

  private get boxes(): readonly Element[] {
    return [...this.querySelectorAll('.nb-box[role="checkbox"]')]
  }

  private readonly onClick = (event: MouseEvent): void => {
    if (!(event.target instanceof Element)) return
    const box = event.target.closest('.nb-box[role="checkbox"]')
    if (box !== null) {
      const shown = this.drawn.find(({ element }) => element.contains(box))
      const line = Number(box.closest<HTMLElement>('li')?.dataset['task'] ?? NaN) + (shown?.block.line ?? NaN)
      if (!Number.isInteger(line)) return
      this.ticked = this.boxes.indexOf(box)
      this.dispatchEvent(new CustomEvent('tick', { detail: line }))
      return
    }
    const hash = event.target.closest('a')?.getAttribute('href') ?? ''
    const footnote = hash.startsWith('#fn') ? this.querySelector(`[id="${CSS.escape(hash.slice(1))}"]`) : null
    if (footnote === null) return
    // Where it is in this text; the address of the page stays.
    event.preventDefault()
    footnote.scrollIntoView({ block: 'center' })
    const link = footnote instanceof HTMLAnchorElement ? footnote : footnote.querySelector('a')
    link?.focus({ preventScroll: true })
  }

  private forget(from: number): void {
    for (const { element } of this.drawn.splice(from)) element.remove()
  }
}

const grows = (before: MarkdownBlock, after: MarkdownBlock): boolean =>
  after.context === before.context && after.source.startsWith(before.source)

const isSame = (a: MarkdownBlock | undefined, b: MarkdownBlock | undefined): boolean =>
  a?.source === b?.source && a?.context === b?.context

declare global {
  interface HTMLElementTagNameMap {
    'nb-markdown': NbMarkdown
  }
}
