// What the commands and elements of an open notebook act on. Each names the part it uses.
import type { EditorView } from '@codemirror/view'
import type { RequestedTexts } from '../../shared/notebook/document/requested-texts.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Person } from '../../shared/notebook/person.ts'
import type { NotebookBlobs } from '../blobs/notebook-blobs.ts'
import type { Comments } from '../comments/comments.ts'
import type { CommandId } from '../keymap/default-keys.ts'
import type { KeyPlace } from '../keymap/keymap.ts'
import type { Edits } from '../document/edits.ts'
import type { OpenNotebook } from '../document/open.ts'
import type { Unseen } from '../document/unseen.ts'
import type { Find } from '../find/find.ts'
import type { Match } from '../find/search.ts'
import type { Carets } from '../editor/carets.ts'
import type { Mounting } from '../editor/mounting.ts'
import type { KernelChoice } from '../kernel/choice.ts'
import type { Insight } from '../kernel/insight.ts'
import type { KernelPeer } from '../kernel/peer.ts'
import type { ToolCalls } from '../kernel/tool-calls.ts'
import type { LocalModel } from '../local-model/local-model.ts'
import type { OutputDependencies } from '../output/output-dependencies.ts'
import type { FrameHeights } from '../output/frame.ts'
import type { OutputHosts } from '../output/hosts.ts'
import type { LoadedImages } from '../output/remote-images.ts'
import type { DocumentWidgets } from '../output/widget.ts'
import type { Review } from '../review/review.ts'
import type { Binned } from '../notebooks/binned.ts'
import type { Panels } from '../panels/panels.ts'
import type { PageView } from '../presentation/page-view.ts'
import type { Shortcuts } from '../settings/shortcuts.ts'
import type { SettingsStore } from '../settings/store.ts'
import type { Mode, CellSelection } from './selection.ts'

/** Offsets in UTF-16 units. */
export interface SelectedText {
  readonly anchor: number
  readonly head: number
}

/**
 * Where the caret goes when a text gets the focus: a number is an offset in UTF-16 units, null keeps the old position.
 */
export type Edge = 'start' | 'end' | number | SelectedText | null

/** Of the notebooks open in this page. */
export type TabAction = 'new' | 'open' | 'close' | 'next' | 'previous' | 'split'

export interface NotebookContext {
  readonly notebook: OpenNotebook
  readonly selection: CellSelection
  readonly carets: Carets
  readonly comments: Comments
  readonly review: Review
  readonly edits: Edits
  readonly unseen: Unseen
  readonly mounting: Mounting
  readonly find: Find
  readonly view: PageView
  readonly requestedTexts: RequestedTexts
  readonly python: KernelPeer
  /** What models ask of this page's kernel. */
  readonly toolCalls: ToolCalls
  readonly localModel: LocalModel
  readonly blobs: NotebookBlobs
  /** Which kernel runs this page's requests. */
  readonly choice: KernelChoice
  readonly insight: Insight
  /** Heights of output frames, so that a new frame has its old height at once. */
  readonly frameHeights: FrameHeights
  readonly widgets: DocumentWidgets
  readonly earlier: OutputDependencies
  readonly hosts: OutputHosts
  readonly images: LoadedImages
  readonly settings: SettingsStore
  readonly shortcuts: Shortcuts
  readonly panels: Panels
  /**
   * Runs the command for a key press, from the first of `places` that has one; `text` is the editor it happened in.
   * Returns whether the key was handled.
   */
  readonly press: (
    event: KeyboardEvent,
    places: readonly KeyPlace[],
    text?: EditorView | null,
    may?: (command: CommandId) => boolean,
  ) => boolean
  /** This page's person. */
  readonly person: () => Person
  /** Shows the cell and focuses it, or its source; `extend` leaves the other selected cells selected. */
  readonly focusCell: (cell: CellId, mode: Mode | 'extend', edge: Edge) => void
  /** Scrolls to a match and marks it; the focus stays where it is. */
  readonly showMatch: (match: Match) => void
  /** Shows a message for a moment. */
  readonly announce: (text: string) => void
  /** Runs it once the notebook is open; `name` is its title. */
  readonly whenOpen: (name: string, action: () => void) => void
  /** Asks for confirmation with the button `yes`; asking the same question again confirms it. */
  readonly confirm: (question: string, yes: string, action: () => void) => void
  /** Opens another notebook in this page. */
  readonly visit: (path: string) => void
  readonly changeTabs: (action: TabAction) => void
  /** Closes this notebook, which is in the bin now. */
  readonly leaveBinned: (binned: Binned) => void
  /** Shows why something failed; stays until closed. */
  readonly showError: (reason: string) => void
}

/** For commands on cells. */
export type CellContext = Pick<
  NotebookContext,
  'notebook' | 'selection' | 'focusCell' | 'person' | 'announce' | 'showError'
>

/** For commands that run cells. */
export type RunContext = CellContext &
  Pick<NotebookContext, 'python' | 'choice' | 'requestedTexts' | 'localModel' | 'confirm'>
