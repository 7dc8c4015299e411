// What this browser has of a notebook's histories that are over: brought to the relay one after the other, once the
// relay's own is here.
import type * as Y from 'yjs'
import type { Answer } from './ask.ts'
import type { BrowserCopy, Recovered } from './recover.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'

/** What it is done with: the browser's storage and the relay. */
export interface RecoverySteps {
  /** What earlier pages held and had not brought there when they were closed. */
  readonly heldBefore: (path: string) => Promise<readonly BrowserCopy[]>
  readonly recover: (
    path: string,
    held: BrowserCopy,
    doc: Y.Doc,
    whole: (notebook: Notebook) => Promise<Notebook>,
  ) => Promise<Answer<Recovered> | null>
  /** The relay has it: it is kept no longer, and its person is told. */
  readonly recovered: (path: string, held: BrowserCopy, outcome: Recovered) => void
}

/** The notebook as it is open now. */
export interface RecoveryTarget {
  readonly doc: Y.Doc
  /** The relay is there, and this person may write. */
  readonly isReady: () => boolean
  /** Puts in the values of big outputs. */
  readonly whole: (notebook: Notebook) => Promise<Notebook>
}

export class Recovery {
  /** Why it could not be brought there; it is tried again. */
  failure: string | null = null
  private held: readonly BrowserCopy[] = []
  private working = false
  private closed = false
  private readonly path: () => string
  private readonly steps: RecoverySteps
  private readonly onChange: () => void

  /** `path`: it may be renamed. */
  constructor(path: () => string, steps: RecoverySteps, onChange: () => void) {
    this.path = path
    this.steps = steps
    this.onChange = onChange
  }

  /** This page's history is over. */
  hold(held: BrowserCopy): void {
    this.held = [...this.held, held]
  }

  async begin(target: RecoveryTarget): Promise<void> {
    const found = await this.steps.heldBefore(this.path())
    if (this.closed) return
    const inMemory = this.held.filter(({ history }) => history === null)
    this.held = [...inMemory, ...found]
    return this.proceed(target)
  }

  /** To be called whenever the relay may have come. */
  async proceed(target: RecoveryTarget): Promise<void> {
    const [held] = this.held
    if (held === undefined || this.working || this.closed || !target.isReady()) return
    this.working = true
    const path = this.path()
    try {
      const answer = await this.steps.recover(path, held, target.doc, target.whole)
      // The document ended before it had the words: the next one's turn.
      if (answer === null) return
      this.failure = answer.ok ? null : answer.reason
      if (!answer.ok) return
      this.steps.recovered(path, held, answer)
      this.held = this.held.filter((other) => other !== held)
    } finally {
      this.working = false
      this.onChange()
    }
    return this.proceed(target)
  }

  /** Another notebook is opened: what is on its way arrives, nothing more is sent. */
  close(): void {
    this.closed = true
  }
}
