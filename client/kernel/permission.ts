// Whether the code of a notebook may use the network and the files beside it. A notebook made in this browser may; one
// that came from elsewhere asks its person once, and this browser remembers the answer.
import { readStored, removeStored, writeStored } from '../settings/browser-store.ts'
import { Emitter } from '../../shared/emitter.ts'

/** undecided: nobody was asked yet. */
export type Permitted = 'allowed' | 'refused' | 'undecided'

const keyOf = (docId: string): string => `llm-notebook.code.${docId}`
const createdKey = (path: string): string => `llm-notebook.made.${path}`

/** The notebook at this path was made here, and holds nothing of others yet. */
export const markCreatedHere = (path: string): boolean => writeStored(createdKey(path), true)

const parse = (value: unknown): Permitted | null =>
  value === 'allowed' || value === 'refused' ? value : null

/** Of which notebook; null while that is not known. */
export type Which = () => { readonly docId: string; readonly path: string } | null

export class Permission {
  /** What code wants to reach, while its person is asked; null where nobody is. */
  asking: string | null = null
  /** Where this browser remembers nothing, as long as the page lives. */
  private now: Permitted = 'undecided'
  private waiting: (() => void)[] = []
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly ended = new AbortController()

  constructor(private readonly which: Which) {
    // Another tab of it was told.
    window.addEventListener('storage', this.changed.emit, { signal: this.ended.signal })
  }

  get permitted(): Permitted {
    const notebook = this.which()
    if (notebook === null) return this.now
    if (readStored(createdKey(notebook.path), (value) => value === true || null) !== null) {
      removeStored(createdKey(notebook.path))
      this.keep(notebook.docId, 'allowed')
    }
    return readStored(keyOf(notebook.docId), parse) ?? this.now
  }

  private keep(docId: string, permitted: Permitted): void {
    this.now = permitted
    writeStored(keyOf(docId), permitted)
  }

  /** Settles when the person has said it, with whether it is allowed; `target` is what the code wants to reach. */
  async ask(target: string): Promise<boolean> {
    if (this.permitted === 'undecided') {
      const answered = new Promise<void>((resolve) => this.waiting.push(resolve))
      if (this.asking === null) {
        this.asking = target
        this.changed.emit()
      }
      await answered
    }
    return this.permitted === 'allowed'
  }

  /** What the person says, asked or not. */
  set(permitted: 'allowed' | 'refused'): void {
    const notebook = this.which()
    if (notebook === null) this.now = permitted
    else this.keep(notebook.docId, permitted)
    this.settle()
  }

  /** What asked has ended: for now it is not allowed, and it is asked again another time. */
  drop(): void {
    if (this.asking !== null) this.settle()
  }

  private settle(): void {
    this.asking = null
    this.changed.emit()
    for (const resolve of this.waiting.splice(0)) resolve()
  }

  destroy(): void {
    this.ended.abort()
    this.changed.clear()
  }
}
