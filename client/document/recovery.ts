// What this browser has of a notebook's histories that are over: brought to the relay one after the other, once the
// relay's own is here.
import type * as Y from 'yjs'
import type { Answer } from './ask.ts'
import type { BrowserCopy, Recovered } from './recover.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'

/** What it is done with: the browser's storage and the relay. */
export interface RecoverySteps {
  /** What the browser keeps of it, completed with what this page held. */
  readonly kept: (path: string, inPage: readonly BrowserCopy[]) => Promise<readonly BrowserCopy[]>
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
  private working: Promise<void> | null = null
  private closed = false
  /** While it is not known yet what the browser keeps: for which document. */
  private looking: RecoveryTarget | null = null
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
    this.looking = target
    await Promise.allSettled([this.working])
    const found = await this.steps.kept(this.path(), this.held)
    // Where another document was opened meanwhile, it is looked for that one.
    if (this.closed || this.looking !== target) return
    this.looking = null
    const inMemory = this.held.filter(({ history }) => history === null)
    this.held = [...inMemory, ...found]
    return this.proceed(target)
  }

  /** To be called whenever the relay may have come. */
  async proceed(target: RecoveryTarget): Promise<void> {
    if (this.working !== null || this.looking !== null) return
    this.working = this.bring(target)
    try {
      await this.working
    } finally {
      this.working = null
    }
  }

  private async bring({ doc, isReady, whole }: RecoveryTarget): Promise<void> {
    for (let [held] = this.held; held !== undefined && !this.closed && isReady(); [held] = this.held) {
      const path = this.path()
      try {
        const answer = await this.steps.recover(path, held, doc, whole)
        // The document ended before it had the words: the next one's turn.
        if (answer === null) return
        this.failure = answer.ok ? null : answer.reason
        if (!answer.ok) return
        this.steps.recovered(path, held, answer)
        this.held = this.held.filter((other) => other !== held)
      } finally {
        this.onChange()
      }
    }
  }

  /** Another notebook is opened: what is on its way arrives, nothing more is sent. */
  close(): void {
    this.closed = true
  }
}
