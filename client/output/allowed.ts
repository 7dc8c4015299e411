import { Emitter } from '../../shared/emitter.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'

/** What the user allowed for a notebook. Stored in this browser only, not in the document. */
export class Allowed {
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  /** Used if the browser's storage is not available. */
  private inMemory: readonly string[] = []

  /** `docId`: null while it is not known. */
  constructor(
    private readonly name: string,
    private readonly isValid: (entry: string) => boolean,
    private readonly docId: () => string | null,
  ) {}

  private get key(): string | null {
    const docId = this.docId()
    return docId === null ? null : `llm-notebook.${this.name}.${docId}`
  }

  private readonly parse = (value: unknown): readonly string[] | null =>
    Array.isArray(value) ? value.filter((entry) => typeof entry === 'string' && this.isValid(entry)) : null

  get allowed(): readonly string[] {
    const { key } = this
    return (key === null ? null : readStored(key, this.parse)) ?? this.inMemory
  }

  allow(entries: readonly string[]): void {
    this.inMemory = [...new Set([...this.allowed, ...entries.filter(this.isValid)])]
    if (this.key !== null) writeStored(this.key, this.inMemory)
    this.changed.emit()
  }
}
