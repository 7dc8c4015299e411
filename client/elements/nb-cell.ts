import { html, nothing, type TemplateResult } from 'lit'
import { customElement, property, state } from 'lit/decorators.js'
import { bookmarkOf } from '../../shared/notebook/document/bookmarks.ts'
import { sourceDigest } from '../../shared/notebook/digest.ts'
import { errorLine, type ErrorLocation } from '../../shared/notebook/output/error-location.ts'
import { flagsOf, type CellFlag } from '../../shared/notebook/cell-kinds/flags.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { nameOfActor } from '../../shared/notebook/person.ts'
import { shownOutputs, type ShownOutput } from '../../shared/notebook/output/output.ts'
import {
  cellSource,
  readAttachment,
  readHead,
  readOutputs,
  type CellHead,
} from '../../shared/notebook/document/read.ts'
import type { ShownStatus } from '../../shared/notebook/document/status.ts'
import { toggleTask } from '../commands/cells.ts'
import type { Edge, CellContext, SelectedText } from '../commands/context.ts'
import type { KindView } from '../cell-kinds/kind-view.ts'
import { viewOf } from '../cell-kinds/views.ts'
import { goToLine } from '../commands/go-to-line.ts'
import { attachedImage } from '../output/image.ts'
import { goToLineEvent } from '../output/error-links.ts'
import { cellAbove, type AboveContext } from './cell-above.ts'
import { cellBadge, cellButton, cellComments, cellGrip, type GutterContext } from './cell-gutter.ts'
import { cellResults, type CellResults, type ResultsContext } from './cell-results.ts'
import { OutputGap } from './output-gap.ts'
import { CellPlaceholder, firstCells, isUnsettled, statusIn } from './cell-placeholder.ts'
import { cellNotice } from './cell-notice.ts'
import { CellPress } from './cell-press.ts'
import { changeOf } from './change-of.ts'
import { DeferredElement } from './deferred-element.ts'
import { markOf } from './mark-of.ts'
import type { Nearness } from '../editor/mounting.ts'
import { FocusKeeper } from './focus-keeper.ts'
import { whenIdle } from './idle.ts'
import { cellAsk } from './cell-ask.ts'
import type { AskContext } from './nb-ask.ts'
import './nb-flags.ts'
import './nb-insert.ts'
import './nb-markdown.ts'
import './nb-source.ts'
import type { NbSource, SourceContext } from './nb-source.ts'

export type CellElementContext = CellContext &
  GutterContext &
  AboveContext &
  SourceContext &
  AskContext &
  ResultsContext

const hidesSource: ReadonlySet<CellFlag> = new Set(['source_hidden', 'input_collapse', 'hide_input'])

/** Milliseconds after an edit until the source is compared with what was run. */
const staleQuiet = 200

/** One cell. Until it is near the viewport it is only a placeholder; its controls come once scrolling pauses there. */
@customElement('nb-cell')
export class NbCell extends DeferredElement {
  @property({ attribute: false }) context!: CellElementContext
  @property({ attribute: false }) cell!: CellId
  /** 1 for the first. */
  @property({ attribute: false }) position = 0
  /** When it was added. */
  lines = 1
  /** The cells of the list whose status depends on who is present, and on time. */
  unsettled!: Set<NbCell>
  /** Near the viewport, and scrolling has paused: has its controls. */
  @state() private complete = false
  /** Its results were shown. They stay: a frame that is removed restarts, and what was unfolded would be folded. */
  @state() private seen = false
  @state() private head: CellHead | undefined
  @state() private status: ShownStatus = 'idle'
  @state() private outputs: readonly ShownOutput[] = []
  /** The source differs from what was run. */
  @state() private stale = false
  /** Until it is rendered. */
  private placeholder: CellPlaceholder | null = null
  private press: CellPress | null = null
  private focusKeeper: FocusKeeper | null = null
  private outputGap!: OutputGap
  private staleTimer: ReturnType<typeof setTimeout> | undefined
  private source: NbSource | null = null
  private stops: (() => void)[] = []
  private readonly attachment = (name: string): string | null =>
    attachedImage(readAttachment(this.context.notebook.doc, this.cell, name))

  override connectedCallback(): void {
    super.connectedCallback()
    this.setAttribute('data-cell-id', this.cell)
    if (this.hasUpdated) return this.begin()
    this.placeholder ??= new CellPlaceholder(this, this.context, this.cell)
    this.lines = this.placeholder.lines
    this.refreshPlaceholder()
    if (!this.isFirst) whenIdle(() => this.showText())
  }

  refreshPlaceholder(): void {
    if (this.placeholder === null) return
    this.followStatus(this.placeholder.refresh())
    if (this.placeholder.hasText) this.showText()
  }

  private showText(): void {
    if (this.isConnected && this.placeholder?.showText(this.position) === false) this.renderFirst()
  }

  moveTo(position: number): void {
    if (position === this.position) return
    this.position = position
    this.placeholder?.name(position)
  }

  /** From the first rendering on. */
  private begin(): void {
    if (this.stops.length > 0) return
    const { notebook, selection, python } = this.context
    this.setAttribute('role', 'group')
    this.tabIndex = -1
    this.addEventListener('focusin', this.onFocusIn)
    this.addEventListener('focusout', this.onFocusOut)
    this.addEventListener(goToLineEvent, this.onGoToLine)
    this.press ??= new CellPress(this)
    this.outputGap ??= new OutputGap(this)
    const requester = (): string => nameOfActor(this.context.person(), this.head?.request ?? { by: null })
    this.focusKeeper ??= new FocusKeeper(this, requester, () => {
      selection.put(this.cell)
      this.focus({ preventScroll: true })
    })
    this.stops = [
      this.context.shortcuts.onChange(() => this.requestUpdate()),
      python.onPrompt((cell) => {
        if (cell === this.cell) this.requestUpdate()
      }),
      notebook.observer.onCell(this.cell, (changes) => {
        if (changes.has('head')) this.refreshHead()
        if (changes.has('outputs') || this.outputGap.isOpen) this.refreshOutputs()
        if (changes.has('source')) {
          if (this.view.rendered || this.status === 'queued') this.requestUpdate()
          clearTimeout(this.staleTimer)
          if (this.head?.run) this.staleTimer = setTimeout(() => this.refreshStale(), staleQuiet)
        }
      }),
      this.context.review.onCell(this.cell, () => this.requestUpdate()),
      this.context.localModel.onChange(() => {
        if (this.status === 'queued') this.requestUpdate()
      }),
      selection.onCell(this.cell, () => this.requestUpdate()),
    ]
    this.refreshHead()
    this.refreshOutputs()
  }

  /** The list calls this when the cell comes near the viewport, when scrolling pauses there, and when it is far again. */
  setNearness(nearness: Nearness): void {
    this.complete = nearness === 'complete' || this.contains(document.activeElement)
    const near = nearness !== 'far'
    const isNew = near && !this.seen
    this.seen ||= near
    if (near && !this.hasUpdated) this.renderFirst()
    else if (isNew) {
      this.refreshStale()
      this.refreshOutputs()
    }
    this.source?.highlight(near)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    queueMicrotask(() => {
      if (this.isConnected) return
      this.unsettled.delete(this)
      for (const stop of this.stops.splice(0)) stop()
    })
  }

  connectedMoveCallback(): void {}

  /** The selection follows the focus, even to a button of the cell; a focused text sets edit mode itself. */
  private readonly onFocusIn = (event: FocusEvent): void => {
    const { selection } = this.context
    if (!(event.target instanceof Element) || event.target.closest('nb-source') !== null) return
    if (selection.cell !== this.cell || selection.mode !== 'command') selection.set(this.cell, 'command')
  }

  /** The text its person is editing, or would be. */
  get editedText(): string {
    return this.focusKeeper?.text ?? this.text
  }

  /** The selection in the source, if that is being edited. */
  get caret(): SelectedText | null {
    const view = this.source?.view ?? null
    return view !== null && view.contentDOM === document.activeElement ? view.state.selection.main : null
  }

  /** The focus going nowhere ends editing; going to another window does not. */
  private readonly onFocusOut = (event: FocusEvent): void => {
    const { selection } = this.context
    if (this.foldsResults) this.requestUpdate()
    if (event.relatedTarget === null && document.hasFocus() && this.editing) {
      // An editor that replaces another drops the focus for a moment.
      queueMicrotask(() => {
        if (!this.contains(document.activeElement) && this.editing) selection.set(this.cell, 'command')
      })
    }
  }

  private refreshHead(): void {
    const run = this.head?.run
    const head = (this.head = readHead(this.context.notebook.doc, this.cell))
    if (head?.run?.sourceDigest !== run?.sourceDigest) this.refreshStale()
    this.followStatus(head)
    this.refreshStatus()
  }

  private followStatus(head: CellHead | undefined): void {
    if (head !== undefined && isUnsettled(head)) this.unsettled.add(this)
    else this.unsettled.delete(this)
  }

  /** Only once it was near the viewport, because it hashes the source. */
  private refreshStale(): void {
    const run = this.head?.run ?? null
    const text = cellSource(this.context.notebook.doc, this.cell)
    this.stale =
      this.seen && run !== null && text !== undefined && sourceDigest(text.toString()) !== run.sourceDigest
  }

  /** On a rendered note, or beside it. */
  private readonly onDoubleClick = ({ target, currentTarget }: MouseEvent): void => {
    const isNote = target === currentTarget || (target instanceof Element && target.closest('nb-markdown'))
    if (isNote && this.rendered) this.context.focusCell(this.cell, 'edit', null)
  }

  private readonly onGoToLine = (event: Event): void =>
    goToLine(this.context, this.cell, (event as CustomEvent<ErrorLocation>).detail)

  /** The shown status also depends on who is present; the list calls this when people change and as time passes. */
  refreshStatus(): void {
    this.refreshPlaceholder()
    if (this.head === undefined) return
    this.status = statusIn(this.context.notebook, this.head)
    // The notices name the kernel's owner and whether they are present.
    if (this.status === 'running' || this.status === 'queued') this.requestUpdate()
  }

  private refreshOutputs(): void {
    if (!this.seen) return
    const outputs = shownOutputs(readOutputs(this.context.notebook.doc, this.cell))
    this.outputGap.follow(this.outputs, outputs, this.head?.status === 'running')
    this.outputs = outputs
  }

  private get view(): KindView {
    return viewOf(this.head?.kind)
  }

  private get editing(): boolean {
    return this.context.selection.cell === this.cell && this.context.selection.mode === 'edit'
  }

  private get text(): string {
    return cellSource(this.context.notebook.doc, this.cell)?.toString() ?? ''
  }

  /** A note is shown rendered unless it is being edited or is empty; so is any kind drawn like a note. */
  private get rendered(): boolean {
    return this.view.rendered && !this.editing && this.text.trim() !== ''
  }

  private get flags(): readonly CellFlag[] {
    return flagsOf(this.head?.meta ?? {})
  }

  /** A collapsed source opens while it is edited. */
  private get folded(): boolean {
    return !this.editing && this.flags.some((flag) => hidesSource.has(flag))
  }

  /** Scrolls to an offset of the source without focusing it. */
  showLine(at: number): void {
    this.renderFirst()
    if (this.rendered || this.folded) this.scrollIntoView({ block: 'nearest' })
    else this.source?.showLine(at)
  }

  private get foldsResults(): boolean {
    return this.flags.includes('outputs_hidden') || this.flags.includes('output_collapse')
  }

  focusSource(edge: Edge): void {
    this.context.selection.set(this.cell, 'edit')
    this.renderNow()
    this.source?.focusText(edge)
  }

  /** On its text, before it was rendered. */
  pressFirst(event: MouseEvent): void {
    this.renderFirst()
    if (!this.rendered) this.source?.press(event)
  }

  protected override get isFirst(): boolean {
    return this.position <= firstCells
  }

  protected override willUpdate(): void {
    this.placeholder?.leave()
    this.placeholder = null
    if (!this.hasUpdated && this.isConnected) this.begin()
    const { selection } = this.context
    const { kind, look } = this.view
    const [name, language] = [kind.name, kind.language]
    Object.assign(this.dataset, { kind: name, look, language, status: this.status })
    if (this.head?.model) this.dataset['model'] = this.head.model
    this.toggleAttribute('data-selected', selection.has(this.cell))
    this.toggleAttribute('data-current', selection.cell === this.cell)
    this.toggleAttribute('data-rendered', this.rendered)
    this.toggleAttribute('data-skipped', this.flags.includes('skipped'))
    this.setAttribute('aria-label', `${kind.label} cell ${this.position}`)
  }

  protected override updated(): void {
    const { kind } = this.view
    const text = cellSource(this.context.notebook.doc, this.cell)
    const source = (this.source ??= this.querySelector<NbSource>(':scope > .nb-body > nb-source'))
    if (text === undefined || source === null) return
    source.show({
      context: this.context,
      cell: this.cell,
      text,
      language: kind.language,
      label: `Source of cell ${this.position}`,
      hint: this.context.notebook.editable ? kind.hint : '',
      arrowsLeave: true,
      references: kind.references ?? [],
    })
    const { head, stale, outputs } = this
    const failed = head?.status === 'error' && !stale
    source.markError(failed ? errorLine(outputs, head.count) : null)
  }

  private get parts(): CellResults {
    const { cell, position, head, view, status, flags, outputs, stale } = this
    // A collapsed reply stays open while it is edited.
    const folded = this.foldsResults && this.focusKeeper?.inReply !== true
    return { cell, position, head, view, status, flags, outputs, stale, folded }
  }

  protected override render(): TemplateResult {
    const { context, cell, complete, seen, rendered, folded, flags } = this
    const { editable } = context.notebook
    const bookmark = bookmarkOf(this.head?.meta ?? {})
    const text = rendered ? this.text : ''
    return html`<div class="nb-gutter" ?data-bare=${editable && !complete}>
        ${complete && editable ? cellButton(context, cell, this.view, this.head, this.status) : nothing}${cellBadge(this.view, this.head, this.status)}${complete ? cellComments(context, cell, this.position) : nothing}${complete && editable ? cellGrip() : nothing}
      </div>
      <div class="nb-body" @dblclick=${this.onDoubleClick}>
        ${complete ? cellAbove(context, cell, { view: this.view, flags, bookmark }) : nothing}
        <nb-source ?data-hidden=${rendered || folded}></nb-source>
        ${
          rendered && !folded
            ? html`<nb-markdown
                .text=${text}
                .attachment=${this.attachment}
                .images=${context.images}
                .ticks=${editable}
                @tick=${(event: CustomEvent<number>) => toggleTask(context, cell, event.detail)}
              ></nb-markdown>`
            : nothing
        }
        ${
          seen && (flags.length > 0 || bookmark !== null)
            ? html`<nb-flags
                .context=${context}
                .cell=${cell}
                .flags=${flags}
                .bookmark=${bookmark}
              ></nb-flags>`
            : nothing
        }
        ${seen ? html`${changeOf(context, cell, this.position)}${markOf(context, cell, this.head?.mark ?? null)}${this.head === undefined ? nothing : cellNotice(context, cell, this.head, this.status)}${cellResults(context, this.parts)}${cellAsk(context, cell)}${this.focusKeeper?.ghost()}` : nothing}
      </div>
      ${complete ? html`<nb-insert .context=${context} .afterCell=${cell}></nb-insert>` : nothing}`
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'nb-cell': NbCell
  }
}
