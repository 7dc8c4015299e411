// The last writer of each cell: from the relay's log once it is shown, then as edits happen.
import type { Transaction } from 'yjs'
import { routes } from '../../shared/api/routes.ts'
import { KeyedEmitter } from '../../shared/keyed-emitter.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Person } from '../../shared/notebook/person.ts'
import { ask } from './ask.ts'
import type { OpenNotebook } from './open.ts'
import { now } from './clock.ts'

export interface Edit {
  /** Null for this page's person; '' for a model or another program. */
  readonly name: string | null
  /** Milliseconds since 1970. */
  readonly time: number
}

export class Edits {
  private readonly edits = new Map<CellId, Edit>()
  /** The log was not read yet, or has edits since that are unknown here. */
  private incomplete = true
  private asking = false
  private readonly changed = new KeyedEmitter<CellId>()
  readonly onCell = this.changed.on
  private readonly stop: () => void

  constructor(
    private readonly notebook: OpenNotebook,
    private readonly person: () => Person,
  ) {
    this.stop = notebook.observer.onAnyCell((cell, changes, transaction) => {
      if (notebook.loaded && changes.has('source')) this.note(cell, transaction)
    })
  }

  of(cell: CellId): Edit | null {
    return this.edits.get(cell) ?? null
  }

  /** Asks the relay if it may know more. */
  async load(): Promise<void> {
    const { notebook } = this
    if (!this.incomplete || this.asking || !notebook.connected) return
    this.asking = true
    this.incomplete = false
    const answer = await ask(routes.listEdits, notebook.path, undefined)
    this.asking = false
    if (!answer.ok) {
      this.incomplete = true
      return
    }
    for (const { cell, user, name, time } of answer.body) {
      const known = this.edits.get(cell as CellId)
      if (known === undefined || known.time < time)
        this.set(cell as CellId, { name: user === this.person().id ? null : name, time })
    }
  }

  destroy(): void {
    this.stop()
  }

  private note(cell: CellId, { local, beforeState, afterState }: Transaction): void {
    const time = now()
    if (local) this.set(cell, { name: null, time })
    else {
      const clients = [...afterState].flatMap(([client, clock]) =>
        clock > (beforeState.get(client) ?? 0) ? [client] : [],
      )
      const writers = this.notebook.presence.people().filter(({ client }) => clients.includes(client))
      const [writer] = writers
      if (writer === undefined || writers.length < clients.length) this.incomplete = true
      else this.set(cell, { name: writer.id === this.person().id ? null : writer.name, time })
    }
  }

  private set(cell: CellId, edit: Edit): void {
    this.edits.set(cell, edit)
    this.changed.emit(cell)
  }
}
