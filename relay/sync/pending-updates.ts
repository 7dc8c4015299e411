// Updates that depend on missing ones. Receivers would merge each of them into their pending structs, which is
// quadratic and lets one client stall everybody; so the relay keeps them (they are in the log and pending in its own
// document) and forwards them as one when the missing ones arrive.
import * as Y from 'yjs'
import { mergeAtOnce } from './integrate.ts'
import type { Message, Span } from './message.ts'

export class PendingUpdates {
  /** The next expected clock of each client, including kept updates. */
  private readonly next = new Map<number, number>()
  private kept: { readonly bytes: Uint8Array; readonly until: readonly Pick<Span, 'client' | 'to'>[] }[] = []

  constructor(private readonly doc: Y.Doc) {}

  /** True if the update is kept. */
  keep({ bytes, spans, needs }: Message & { type: 'update' }): boolean {
    const isGap = spans.some(({ client, from }) => from > this.reach(client))
    const own = new Map(spans.map(({ client, to }) => [client, to]))
    if (isGap || needs.some(({ client, to }) => to > Math.max(this.reach(client), own.get(client) ?? 0))) {
      this.kept.push({ bytes, until: [...spans, ...needs] })
      return true
    }
    for (const { client, to } of spans) this.next.set(client, Math.max(to, this.reach(client)))
    return false
  }

  private reach(client: number): number {
    return Math.max(this.next.get(client) ?? 0, Y.getState(this.doc.store, client))
  }

  /** The kept updates that are in the document now, as one. */
  take(): Uint8Array | null {
    const whole = this.kept.filter(({ until }) =>
      until.every(({ client, to }) => Y.getState(this.doc.store, client) >= to),
    )
    if (whole.length === 0) return null
    const taken = new Set(whole)
    this.kept = this.kept.filter((update) => !taken.has(update))
    const groups: Uint8Array[] = []
    for (let i = 0; i < whole.length; i += mergeAtOnce)
      groups.push(Y.mergeUpdates(whole.slice(i, i + mergeAtOnce).map(({ bytes }) => bytes)))
    return Y.mergeUpdates(groups)
  }
}
