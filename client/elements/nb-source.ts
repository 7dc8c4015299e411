// One shared text on the page: static, or with an editor while in view. Not a Lit element, because a keystroke and a
// mount must not wait for a render; `show` takes effect synchronously.
import type { EditorView } from '@codemirror/view'
import type * as Y from 'yjs'
import type { ReferenceSign } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { cellSource } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { reasonOf } from '../document/database.ts'
import { followLater } from '../commands/follow-text.ts'
import type { Edge, NotebookContext } from '../commands/context.ts'
import type { EditorOptions } from '../settings/settings.ts'
import type { TextEditor } from '../editor/assemble.ts'
import { loadedEditor, loadEditor, type EditorModule } from '../editor/load.ts'
import type { Suggest } from '../editor/suggestion.ts'
import type { Mountable } from '../editor/mounting.ts'
import { languageComing, type Language } from '../editor/colours.ts'
import { wraps } from '../editor/wrap.ts'
import { renderStatic, staticElement } from '../editor/static.ts'
import { EarlyComposition } from './early-composition.ts'
import { typeAhead } from './type-ahead.ts'

export type SourceContext = Pick<
  NotebookContext,
  | 'notebook'
  | 'selection'
  | 'carets'
  | 'comments'
  | 'mounting'
  | 'insight'
  | 'settings'
  | 'press'
  | 'focusCell'
  | 'announce'
  | 'showError'
>

export interface SourceSetup {
  readonly context: SourceContext
  readonly cell: CellId
  readonly text: Y.Text
  readonly language: Language
  /** The accessible name. */
  readonly label: string
  readonly hint: string
  /** Arrow keys at the first and last line move to the next cell. */
  readonly arrowsLeave: boolean
  /** By which signs the text refers to the kernel; none if absent. */
  readonly references?: readonly ReferenceSign[]
}

/** Somebody typed, and left, before the editor was there. */
const keepTyped = ({ context: { notebook }, cell, text }: SourceSetup, typed: string): void => {
  const { doc, undo, writable } = notebook
  const end = text.length
  if (!writable || cellSource(doc, cell) !== text) return
  undo.step(() => apply(doc, { type: 'splice-source', id: cell, from: end, to: end, insert: typed }))
}

export class NbSource extends HTMLElement implements Mountable {
  private setup: SourceSetup | null = null
  private editor: TextEditor | null = null
  private staticSource: HTMLElement | null = null
  private near = false
  /** Something in it was found, and its editor marks it. */
  private found = false
  private errorLine: number | null = null
  /** Line numbers other than in the settings. */
  private numbered: boolean | null = null
  /** Places the caret once the editor's script is loaded. */
  private entering: ((view: EditorView) => void) | null = null
  private readonly composition = new EarlyComposition(() => this.draw())
  private stops: (() => void)[] = []

  get element(): Element {
    return this
  }

  /** Null without an editor. */
  get view(): EditorView | null {
    return this.editor?.view ?? null
  }

  get mounted(): boolean {
    return this.editor !== null
  }

  get held(): boolean {
    return this.editor !== null && (this.found || this.editor.view.hasFocus || this.editor.composing)
  }

  /** The text in its editor, even if the Y.Text no longer exists; null without an editor. */
  get typed(): string | null {
    return this.editor?.view.state.doc.toString() ?? null
  }

  /** Sets what to show; the same text with another label or language keeps its editor. */
  show(setup: SourceSetup): void {
    const before = this.setup
    this.setup = setup
    if (before !== null && before.text === setup.text) {
      if (before.label !== setup.label) {
        this.editor?.rename(setup.label)
        this.staticSource?.setAttribute('aria-label', setup.label)
      }
      if (before.language !== setup.language) this.speak(setup.language)
      return
    }
    // The text was replaced while somebody edits it.
    if (before !== null && this.held)
      this.dispatchEvent(new CustomEvent('vanish', { detail: this.typed ?? '', bubbles: true }))
    this.release()
    this.speak(setup.language)
    if (this.isConnected) this.attach()
  }

  /** Now, and again when a language that loads on demand has arrived. */
  private speak(language: Language): void {
    this.configure()
    void languageComing(language)?.then(() => this.recolour(language))
  }

  private recolour(language: Language): void {
    if ((this.near || this.mounted) && this.setup?.language === language) this.configure()
  }

  connectedCallback(): void {
    if (this.setup !== null && this.stops.length === 0) this.attach()
  }

  disconnectedCallback(): void {
    // A move disconnects and reconnects within one turn and keeps its editor.
    queueMicrotask(() => {
      if (!this.isConnected) this.release()
    })
  }

  /** Adds syntax colours to the static source, or removes them far from the viewport. */
  highlight(near: boolean): void {
    if (near === this.near) return
    this.near = near
    if (!this.mounted) this.draw()
  }

  /** Marks the line of an error, 1 for the first. */
  markError(line: number | null): void {
    // An editor removes its mark itself when its text changes.
    if (line === null && this.errorLine === null) return
    const before = this.errorLine
    this.errorLine = line
    this.editor?.markError(line)
    if (line !== before) this.draw()
  }

  /** Moved as a whole (moveBefore): nothing to rebuild. */
  connectedMoveCallback(): void {}

  private attach(): void {
    if (this.setup === null) return
    const { context, text } = this.setup
    const onText = (): void => {
      if (!this.mounted) this.draw()
    }
    text.observe(onText)
    this.stops = [
      () => text.unobserve(onText),
      context.carets.on(text, onText),
      context.comments.on(text, onText),
      context.settings.onChange((name) => {
        if (name !== 'editor') return
        this.numbered = null
        this.configure()
      }),
      context.mounting.addText(this),
    ]
  }

  private release(): void {
    for (const stop of this.stops.splice(0)) stop()
    this.unmount()
  }

  /** Applies another language or other options. */
  private configure(): void {
    const { setup } = this
    if (setup === null) return
    this.editor?.configure(setup.language, this.optionsOf(setup))
    this.draw()
  }

  private optionsOf({ context }: SourceSetup): EditorOptions {
    const options = context.settings.get('editor')
    return { ...options, lineNumbers: this.numbered ?? options.lineNumbers }
  }

  toggleLineNumbers(): void {
    if (this.setup === null) return
    this.numbered = !this.optionsOf(this.setup).lineNumbers
    this.configure()
  }

  private draw(): void {
    if (this.setup === null) return
    const options = this.optionsOf(this.setup)
    this.toggleAttribute('data-no-wrap', !wraps(this.setup.language, options))
    if (this.mounted || this.composition.done !== null) return
    const { text, language, label, context, hint } = this.setup
    if (this.staticSource === null) {
      const staticSource = staticElement()
      staticSource.addEventListener('mousedown', this.press)
      staticSource.addEventListener('focus', () => {
        if (this.entering === null) this.focusText(null)
      })
      this.staticSource = staticSource
      this.replaceChildren(staticSource)
    }
    this.staticSource.setAttribute('aria-label', label)
    this.staticSource.dataset['hint'] = text.length === 0 ? hint : ''
    renderStatic(this.staticSource, text.toString(), {
      language,
      highlight: this.near,
      carets: context.carets.in(text),
      commented: context.comments.in(text),
      errorLine: this.errorLine,
      lineNumbers: options.lineNumbers,
    })
  }

  /** Puts the caret where the mouse is. */
  readonly press = (event: MouseEvent): void => {
    if (event.button !== 0) return
    event.preventDefault()
    // Relative to this element: the page may move until the editor's script is loaded.
    const corner = this.getBoundingClientRect()
    const [x, y] = [event.clientX - corner.left, event.clientY - corner.top]
    this.enter((view) => {
      const { left, top } = this.getBoundingClientRect()
      view.dispatch({ selection: { anchor: view.posAtCoords({ x: left + x, y: top + y }, false) } })
    })
  }

  mount(): void {
    // The source of a rendered note is hidden: it opens only when it gets the focus.
    if (!this.hasAttribute('data-hidden')) this.withEditor(() => undefined)
  }

  /** Opens the editor if there is none, at once if its script is loaded. */
  private withEditor(action: (editor: TextEditor) => void): void {
    const module = loadedEditor()
    if (module !== null && this.composition.done === null) {
      this.open(module)
      if (this.editor !== null) action(this.editor)
      return
    }
    this.editorComing().then(
      () => (this.isConnected ? this.withEditor(action) : undefined),
      (error: unknown) => this.setup?.context.showError(`The editor could not be loaded: ${reasonOf(error)}`),
    )
  }

  private async editorComing(): Promise<void> {
    await loadEditor()
    await this.composition.done
  }

  /** Focuses the text, with the caret where `place` puts it. */
  private enter(place: (view: EditorView) => void): void {
    if (loadedEditor() !== null)
      return this.withEditor(({ view }) => {
        place(view)
        view.focus()
      })
    const isAwaited = this.entering !== null
    this.entering = place
    if (!isAwaited) void this.awaitEditor()
  }

  private awaitEditor(): Promise<void> {
    const { setup, staticSource: writable } = this
    if (writable !== null && setup?.context.notebook.writable === true) this.composition.allow(writable)
    writable?.focus({ preventScroll: true })
    getSelection()?.selectAllChildren(writable ?? this)
    getSelection()?.collapseToEnd()
    this.withEditor(({ view }) => {
      this.entering?.(view)
      if (this.entering !== null) view.focus()
    })
    return typeAhead(this.editorComing(), {
      keepsText: true,
      ...(writable === null ? {} : { writable }),
      onLeave: (typed) => {
        this.entering = null
        if (typed !== '' && setup !== null) keepTyped(setup, typed)
      },
    }).finally(() => {
      this.entering = null
      writable?.removeAttribute('contenteditable')
    })
  }

  private open({ TextEditor, placesIn, paste }: EditorModule): void {
    if (this.setup === null || this.mounted) return
    const { context, cell, text, language, label, hint, arrowsLeave } = this.setup
    const { writable, undo } = context.notebook
    this.staticSource = null
    this.replaceChildren()
    this.editor = new TextEditor({
      parent: this,
      text,
      language,
      label,
      hint,
      options: this.optionsOf(this.setup),
      writable,
      undo,
      carets: context.carets,
      comments: context.comments,
      insight: context.insight,
      ...(cellSource(context.notebook.doc, cell) === text
        ? { suggest: this.suggest, onCutOff: (cut) => followLater(context, cell, cut) }
        : {}),
      here: () => context.notebook.path,
      arrowsLeave,
      references: () => this.setup?.references ?? [],
      onKey: (event, view) => context.press(event, placesIn(view.state), view),
      onPaste: (data, insert) => paste(context, cell, data, insert),
      onFocus: () => {
        if (context.selection.cell !== cell) undo.boundary()
        context.selection.set(cell, 'edit')
      },
    })
    this.editor.markError(this.errorLine)
  }

  /** Loads when it is first wanted. */
  private readonly suggest: Suggest = async (place, signal) => {
    if (this.setup === null) return ''
    const { context, cell } = this.setup
    const { suggestFor } = await import('../document/suggest.ts')
    return suggestFor(
      context.notebook,
      cell,
      () => context.settings.get('user'),
      context.announce,
    )(place, signal)
  }

  unmount(): void {
    const { editor } = this
    if (editor === null) return
    this.editor = null
    editor.destroy()
    this.replaceChildren()
    this.staticSource = null
    this.draw()
  }

  /** Mounts the editor if needed and puts the caret into it. */
  focusText(edge: Edge): void {
    this.enter((view) => {
      const { length } = view.state.doc
      if (edge === null) return
      const at = edge === 'start' ? 0 : edge === 'end' ? length : edge
      const { anchor, head } = typeof at === 'number' ? { anchor: at, head: at } : at
      view.dispatch({
        selection: { anchor: Math.min(anchor, length), head: Math.min(head, length) },
        scrollIntoView: typeof edge !== 'string',
      })
    })
  }

  /** Selects and marks a passage and scrolls to it without moving the focus. */
  markFound(from: number, to: number): void {
    this.found = true
    this.withEditor((editor) => editor.markFound({ from, to }))
  }

  unmarkFound(): void {
    this.found = false
    this.editor?.markFound(null)
  }

  /** Scrolls there without moving the focus. */
  showLine(at: number): void {
    this.withEditor((editor) => editor.show(at))
  }
}

customElements.define('nb-source', NbSource)

declare global {
  interface HTMLElementTagNameMap {
    'nb-source': NbSource
  }
}
