// Sends this browser's copies of superseded histories to the relay, one by one, once the relay's own document is
// loaded.
import type * as Y from 'yjs'
import type { Answer } from './ask.ts'
import type { BrowserCopy, Recovered } from './recover.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'

/** Its effects on the browser's storage and the relay. */
export interface RecoverySteps {
  /** Copies that the browser stored, merged with those of this page. */
  readonly storedCopies: (path: string, inPage: readonly BrowserCopy[]) => Promise<readonly BrowserCopy[]>
  readonly recover: (
    path: string,
    copy: BrowserCopy,
    doc: Y.Doc,
    whole: (notebook: Notebook) => Promise<Notebook>,
  ) => Promise<Answer<Recovered> | null>
  /** The relay has the copy: it is deleted, and the person is notified. */
  readonly recovered: (path: string, copy: BrowserCopy, outcome: Recovered) => void
}

/** The notebook as it is open now. */
export interface RecoveryTarget {
  readonly doc: Y.Doc
  /** The relay is connected, and this person may write. */
  readonly isReady: () => boolean
  /** Inlines large outputs. */
  readonly whole: (notebook: Notebook) => Promise<Notebook>
}

export class Recovery {
  /** Why sending failed; it is retried. */
  failure: string | null = null
  private copies: readonly BrowserCopy[] = []
  private working: Promise<void> | null = null
  private closed = false
  /** While the stored copies are being read: for which document. */
  private reading: RecoveryTarget | null = null

  /** `path` is a function because the notebook may be renamed. */
  constructor(
    private readonly path: () => string,
    private readonly steps: RecoverySteps,
    private readonly onChange: () => void,
  ) {}

  /** This page's history was superseded. */
  add(copy: BrowserCopy): void {
    this.copies = [...this.copies, copy]
  }

  async begin(target: RecoveryTarget): Promise<void> {
    this.reading = target
    await Promise.allSettled([this.working])
    const found = await this.steps.storedCopies(this.path(), this.copies)
    // If another document was opened meanwhile, its own `begin` continues.
    if (this.closed || this.reading !== target) return
    this.reading = null
    const inMemory = this.copies.filter(({ history }) => history === null)
    this.copies = [...inMemory, ...found]
    return this.proceed(target)
  }

  /** Call whenever the relay may have become available. */
  async proceed(target: RecoveryTarget): Promise<void> {
    if (this.working !== null || this.reading !== null) return
    this.working = this.send(target)
    try {
      await this.working
    } finally {
      this.working = null
    }
  }

  private async send({ doc, isReady, whole }: RecoveryTarget): Promise<void> {
    for (let [copy] = this.copies; copy !== undefined && !this.closed && isReady(); [copy] = this.copies) {
      const path = this.path()
      try {
        const answer = await this.steps.recover(path, copy, doc, whole)
        // The document ended before it had the text: the next document's turn.
        if (answer === null) return
        this.failure = answer.ok ? null : answer.reason
        if (!answer.ok) return
        this.steps.recovered(path, copy, answer)
        this.copies = this.copies.filter((other) => other !== copy)
      } finally {
        this.onChange()
      }
    }
  }

  /** Another notebook is opened: a running request completes, nothing more is sent. */
  close(): void {
    this.closed = true
  }
}
