// Whether a notebook's code may use the network and the files next to it. A notebook created in this browser may; for
// any other, the person is asked once, and this browser remembers the answer.
import { readStored, removeStored, writeStored } from '../settings/browser-store.ts'
import { Emitter } from '../../shared/emitter.ts'

/** undecided: not asked yet. */
export type Permitted = 'allowed' | 'refused' | 'undecided'

const keyOf = (docId: string): string => `llm-notebook.code.${docId}`
const createdKey = (path: string): string => `llm-notebook.made.${path}`

/** The notebook at this path was created here and has no content of others. */
export const markCreatedHere = (path: string): boolean => writeStored(createdKey(path), true)

const parse = (value: unknown): Permitted | null =>
  value === 'allowed' || value === 'refused' ? value : null

/** The notebook; null while unknown. */
export type Which = () => { readonly docId: string; readonly path: string } | null

/** Characters of a URL that are shown. */
const maxLength = 120

export class Permission {
  /** The URL or file path that the code wants to access, shortened, while the person is asked; else null. */
  asking: string | null = null
  /** For the page's lifetime, if the browser stores nothing. */
  private now: Permitted = 'undecided'
  private waiting: (() => void)[] = []
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly ended = new AbortController()

  constructor(private readonly which: Which) {
    // Set in another tab.
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

  /** Resolves with the person's answer; `target` is what the code wants to access. */
  async ask(target: string): Promise<boolean> {
    if (this.permitted === 'undecided') {
      const answered = new Promise<void>((resolve) => this.waiting.push(resolve))
      if (this.asking === null) {
        this.asking = target.length > maxLength ? `${target.slice(0, maxLength)}…` : target
        this.changed.emit()
      }
      await answered
    }
    return this.permitted === 'allowed'
  }

  /** Sets the permission, asked or not. */
  set(permitted: 'allowed' | 'refused'): void {
    const notebook = this.which()
    if (notebook === null) this.now = permitted
    else this.keep(notebook.docId, permitted)
    this.settle()
  }

  /** The code that asked has ended: denied for now, and asked again next time. */
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
