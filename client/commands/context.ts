// What the commands and elements of one open notebook have to act on. Each names the part of it that it uses.
import type { EditorView } from '@codemirror/view'
import type { RequestedTexts } from '../../shared/notebook/document/requested-texts.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Person } from '../../shared/notebook/person.ts'
import type { NotebookBlobs } from '../blobs/notebook-blobs.ts'
import type { Comments } from '../comments/comments.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import type { KeyPlace } from '../keymap/keymap.ts'
import type { OpenNotebook } from '../document/open.ts'
import type { Carets } from '../editor/carets.ts'
import type { Mounting } from '../editor/mounting.ts'
import type { KernelChoice } from '../kernel/choice.ts'
import type { Insight } from '../kernel/insight.ts'
import type { KernelPeer } from '../kernel/peer.ts'
import type { OutputDependencies } from '../output/output-dependencies.ts'
import type { FrameHeights } from '../output/frame.ts'
import type { OutputHosts } from '../output/hosts.ts'
import type { DocumentWidgets } from '../output/widget.ts'
import type { Panels } from '../panels/panels.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import type { Mode, CellSelection } from './selection.ts'

/** Where the caret goes when a text gets the focus: a number is an offset in UTF-16 units, null leaves it where it was. */
export type Edge = 'start' | 'end' | number | null

export interface NotebookContext {
  readonly notebook: OpenNotebook
  readonly selection: CellSelection
  readonly carets: Carets
  readonly comments: Comments
  readonly mounting: Mounting
  readonly asked: RequestedTexts
  readonly python: KernelPeer
  readonly blobs: NotebookBlobs
  /** Whose Python runs what this page asks for. */
  readonly choice: KernelChoice
  readonly insight: Insight
  /** Of output frames, so that one made anew takes its old room from the start. */
  readonly frameHeights: FrameHeights
  readonly widgets: DocumentWidgets
  readonly earlier: OutputDependencies
  readonly hosts: OutputHosts
  readonly settings: SettingsStore
  readonly shortcuts: Shortcuts
  readonly panels: Panels
  /**
   * Does what the keymap says of a key press in the first of these places where it says anything; `text` is the editor
   * it happened in. Whether it was taken.
   */
  readonly press: (
    event: KeyboardEvent,
    places: readonly KeyPlace[],
    text?: EditorView | null,
    may?: (command: CommandId) => boolean,
  ) => boolean
  /** This page's person. */
  readonly person: () => Person
  /** Shows the cell and gives it the focus, as a whole or its source. */
  readonly focusCell: (cell: CellId, mode: Mode, edge: Edge) => void
  /** Says something once, for a moment. */
  readonly announce: (text: string) => void
  /** Does it, as soon as the notebook is open; `name` is what people call it. */
  readonly whenOpen: (name: string, action: () => void) => void
  /** Does what `yes` says when its person says so; asking the same again is saying so. */
  readonly sure: (question: string, yes: string, action: () => void) => void
  /** Says what could not be done and why; it stays until it was read. */
  readonly refuse: (reason: string) => void
}

/** For what is done to cells. */
export type CellContext = Pick<
  NotebookContext,
  'notebook' | 'selection' | 'focusCell' | 'person' | 'announce' | 'refuse'
>

/** For running them. */
export type RunContext = CellContext & Pick<NotebookContext, 'python' | 'choice' | 'asked' | 'sure'>
