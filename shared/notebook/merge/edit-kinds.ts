// The kind of edit of each update of a history, derived from its bytes, so that the timeline can have a stop before and
// after it. A guess if in doubt: an extra stop is harmless.
import * as Y from 'yjs'
import { runStatuses } from '../notebook.ts'
import { isRecord } from '../../record.ts'

/**
 * text: typing · step: cells were changed, or a run was requested (each is its own undo step) · removal: a cell,
 * outputs or text were deleted · result: written by an executor.
 */
export type Kind = 'text' | 'step' | 'removal' | 'result'
export interface Act {
  readonly kind: Kind
  /** Identifies the text typed in, as far as known from the updates so far. */
  readonly text: string | null
}

/** Units deleted at once: more than by typing, and as many as in a removed cell. */
const muchRemoved = { alone: 9, withText: 20 }

const kindOf = (value: unknown): Kind => {
  if (value === 'stream' || runStatuses.some((status) => status === value)) return 'result'
  if (!isRecord(value)) return 'step'
  if ('output_type' in value || 'executor' in value) return 'result'
  return 'by' in value && 'at' in value && 'digest' in value ? 'removal' : 'step'
}

const nameOf = ({ client, clock }: Y.ID): string => `${client} ${clock}`

/** Reads updates in order of the history. */
export class Acts {
  /** For each client, which of its clocks are in which text. */
  private readonly ranges = new Map<number, { readonly from: number; to: number; readonly text: string }[]>()
  /** Types created with a result: what is written into them is result too. */
  private readonly made = new Set<string>()

  next(update: Uint8Array): Act {
    try {
      return this.read(update)
    } catch {
      // An unreadable update is part of its neighbours, so that any log can be shown.
      return { kind: 'text', text: null }
    }
  }

  private read(update: Uint8Array): Act {
    const { structs, ds } = Y.decodeUpdate(update)
    const kinds = new Set<Kind>()
    const types: Y.ID[] = []
    let text: string | null = null
    for (const struct of structs) {
      if (!(struct instanceof Y.Item)) continue
      const { content, id } = struct
      if (content instanceof Y.ContentType) types.push(id)
      else if (content instanceof Y.ContentAny) for (const value of content.arr) kinds.add(kindOf(value))
      else if (content instanceof Y.ContentString) {
        text = this.textAround(struct)
        this.note(id, struct.length, text)
        kinds.add(this.made.has(text) ? 'result' : 'text')
      }
    }
    let removed = 0
    for (const [client, items] of ds.clients)
      for (const { clock, len } of items) {
        text ??= this.textAt(Y.createID(client, clock))
        removed += len
      }
    const kind = this.kindAmong(kinds, types.length > 0, removed)
    if (kind === 'result') for (const id of types) this.made.add(nameOf(id))
    return { kind, text: kind === 'text' ? text : null }
  }

  private kindAmong(kinds: ReadonlySet<Kind>, makes: boolean, removed: number): Kind {
    if (kinds.has('result')) return 'result'
    // A cell is created as deleted, and then revealed.
    if (kinds.has('removal') && !makes) return 'removal'
    if (removed >= (kinds.size === 0 ? muchRemoved.alone : muchRemoved.withText)) return 'removal'
    return makes || kinds.has('step') ? 'step' : 'text'
  }

  /** Derived from its parent or neighbours; if these are older than the updates read, it counts as another text. */
  private textAround({ id, parent, origin, rightOrigin }: Y.Item): string {
    if (parent instanceof Y.ID) return nameOf(parent)
    const known = this.textAt(origin) ?? this.textAt(rightOrigin)
    if (known !== null) return known
    const text = nameOf(id)
    for (const neighbour of [origin, rightOrigin]) if (neighbour !== null) this.note(neighbour, 1, text)
    return text
  }

  private textAt(id: Y.ID | null): string | null {
    if (id === null) return null
    const found = this.ranges.get(id.client)?.findLast(({ from, to }) => from <= id.clock && id.clock < to)
    return found?.text ?? null
  }

  private note({ client, clock }: Y.ID, length: number, text: string): void {
    const ranges = this.ranges.get(client) ?? []
    this.ranges.set(client, ranges)
    const last = ranges.at(-1)
    if (last?.text === text && last.to === clock) last.to += length
    else ranges.push({ from: clock, to: clock + length, text })
  }
}
