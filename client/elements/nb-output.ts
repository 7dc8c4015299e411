import { html, nothing } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { repeat } from 'lit/directives/repeat.js'
import type { ShownOutput } from '../../shared/notebook/output/output.ts'
import type { BlobSource } from '../blobs/notebook-blobs.ts'
import { followEnd } from '../output/follow-end.ts'
import type { OutputDependencies } from '../output/output-dependencies.ts'
import type { FrameHeights } from '../output/frame.ts'
import type { OutputHosts } from '../output/hosts.ts'
import type { LiveFrames } from '../kernel/live-frames.ts'
import { OutputView } from '../output/view.ts'
import type { DocumentWidgets } from '../output/widget.ts'
import { LightElement } from './light-element.ts'

/** The outputs of a cell, in light DOM. A view is reused, by index, while it shows the same output. */
@customElement('nb-output')
export class NbOutput extends LightElement {
  @property({ attribute: false }) outputs: readonly ShownOutput[] = []
  /** The accessible name, "Output of cell 3". */
  @property() label = 'Output'
  /** The cell's id: with an index, the key under which a frame's height is remembered. */
  @property() cellKey = ''
  /** Share one map for the whole page if heights are to outlive this element. */
  @property({ attribute: false }) heights: FrameHeights = new Map()

  /** Resolves references to blobs. */
  @property({ attribute: false }) blobs: BlobSource = { watch: () => () => undefined }
  /** The document's widgets, if the outputs are a document's. */
  @property({ attribute: false }) widgets: DocumentWidgets | undefined
  @property({ attribute: false }) earlier: OutputDependencies | undefined
  @property({ attribute: false }) hosts: OutputHosts | undefined
  @property({ attribute: false }) frames: LiveFrames | undefined

  /** During the run: the end of what it prints stays in view. */
  @property({ type: Boolean }) running = false

  /** It has a height of its own and scrolls inside. */
  @property({ type: Boolean, reflect: true, attribute: 'data-scrolled' }) scrolled = false
  /** Null where that cannot be changed. */
  @property({ attribute: false }) toggleScrolled: (() => void) | null = null
  @state() private isTall = false

  private views: readonly OutputView[] = []
  private follow: (() => void) | null = null

  override connectedCallback(): void {
    super.connectedCallback()
    this.addEventListener('pointerenter', this.measure)
    this.addEventListener('focusin', this.measure)
    this.requestUpdate()
  }

  /** Measured on hover and focus only, because only the tools need it. */
  private readonly measure = (): void => {
    this.isTall = this.offsetHeight > innerHeight
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    // A keyed move disconnects and reconnects at once; only a final removal destroys the frames.
    queueMicrotask(() => {
      if (this.isConnected) return
      for (const view of this.views) view.dispose()
      this.views = []
    })
  }

  protected override willUpdate(): void {
    const before = this.views
    this.follow = this.running && this.outputs.at(-1)?.type === 'stream' ? followEnd(this) : null
    this.views = this.outputs.map((output, index) => {
      const view = before[index]
      if (view?.update(output)) return view
      const { label, heights, blobs, widgets, earlier, hosts, frames } = this
      const key = `${this.cellKey}/${index}`
      return new OutputView(output, {
        key,
        label,
        heights,
        blobs,
        ...(widgets && { widgets }),
        ...(earlier && { earlier }),
        ...(hosts && { hosts }),
        ...(frames && { frames }),
      })
    })
    for (const view of before) if (!this.views.includes(view)) view.dispose()
    this.role = this.views.length > 0 ? 'region' : null
    // Keys scroll what has the focus.
    if (this.scrolled) this.tabIndex = 0
    else this.removeAttribute('tabindex')
    this.ariaLabel = this.views.length > 0 ? this.label : null
  }

  protected override updated(): void {
    this.follow?.()
  }

  protected override render(): unknown {
    return repeat(
      this.views,
      (view) => view,
      (view) => html`<div class="nb-output-item">${view.element}${this.tools(view)}</div>`,
    )
  }

  private copyButton(view: OutputView): unknown {
    // Without a secure context there is no clipboard.
    if (!('clipboard' in navigator)) return nothing
    const copy = async ({ currentTarget }: Event): Promise<void> => {
      if (!(currentTarget instanceof HTMLButtonElement)) return
      currentTarget.textContent = (await view.copy()) ? 'Copied' : 'Not copied'
      setTimeout(() => (currentTarget.textContent = ''), 1_500)
    }
    return html`<button type="button" class="nb-copy" aria-label="Copy output" @click=${copy}></button>`
  }

  private scrollButton(view: OutputView): unknown {
    if (this.toggleScrolled === null || view !== this.views[0] || !(this.scrolled || this.isTall))
      return nothing
    return html`<button
      type="button"
      class=${this.scrolled ? 'nb-whole' : 'nb-scroll'}
      aria-label=${this.scrolled ? 'Show the whole output' : 'Scroll the output'}
      @click=${this.toggleScrolled}
    ></button>`
  }

  private tools(view: OutputView): unknown {
    // From the label: "output-of-cell-3".
    const name = this.label.toLowerCase().replace(/\W+/g, '-')
    return html`<div class="nb-output-tools">
      ${this.scrollButton(view)}${this.copyButton(view)}
      <button
        type="button"
        class="nb-save"
        aria-label="Download output"
        @click=${async ({ currentTarget }: Event) => {
          if ((await view.download(name)) || !(currentTarget instanceof HTMLElement)) return
          currentTarget.textContent = 'Not downloaded'
          setTimeout(() => (currentTarget.textContent = ''), 1_500)
        }}
      ></button>
    </div>`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-output': NbOutput
  }
}
