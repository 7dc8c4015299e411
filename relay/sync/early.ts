// Updates whose beginning is missing. Receivers would merge each of them anew into what they have waiting, which is
// quadratic and lets one client stall everybody; so the relay keeps them (they are in the log and wait in its own
// document) and sends them on as one, when the beginning has come.
import * as Y from 'yjs'
import { mergeAtOnce } from './integrate.ts'
import type { Span } from './message.ts'

export class EarlyUpdates {
  /** The next clock of each client, all received updates counted. */
  #next = new Map<number, number>()
  #kept: { readonly bytes: Uint8Array; readonly spans: readonly Span[] }[] = []

  constructor(doc: Y.Doc) {
    this.#learn(doc)
  }

  /** True when the update is kept back. */
  keep(bytes: Uint8Array, spans: readonly Span[]): boolean {
    if (spans.some(({ client, from }) => from > (this.#next.get(client) ?? 0))) {
      this.#kept.push({ bytes, spans })
      return true
    }
    for (const { client, to } of spans) this.#next.set(client, Math.max(to, this.#next.get(client) ?? 0))
    return false
  }

  /** What was kept and is in the document now, others' missing beginnings aside. */
  take(doc: Y.Doc): Uint8Array | null {
    const whole = this.#kept.filter(({ spans }) =>
      spans.every(({ client, to }) => Y.getState(doc.store, client) >= to),
    )
    if (whole.length === 0) return null
    this.#learn(doc)
    const taken = new Set(whole)
    this.#kept = this.#kept.filter((update) => !taken.has(update))
    const groups: Uint8Array[] = []
    for (let i = 0; i < whole.length; i += mergeAtOnce)
      groups.push(Y.mergeUpdates(whole.slice(i, i + mergeAtOnce).map(({ bytes }) => bytes)))
    return Y.mergeUpdates(groups)
  }

  #learn(doc: Y.Doc): void {
    for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc))) {
      this.#next.set(client, Math.max(clock, this.#next.get(client) ?? 0))
    }
  }
}
