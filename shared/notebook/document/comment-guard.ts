// Checks that an update contains nothing but what the role `comment` allows: writing, editing and deleting one's own
// messages, starting threads, resolving and reopening them. The update is not applied for this: it may only contain
// values of three flat maps, and each value names its author.
import * as Y from 'yjs'
import type { Leaf } from '../notebook.ts'
import { isBy, type By, type Person } from '../person.ts'
import { isDeletable } from './commenting.ts'
import { messagesOf, readEntry, readLiveMessage, resolvedOf, threadsOf, type LiveMessage } from './threads.ts'
import { isThreadId, readResolution } from '../thread.ts'

type Root = 'threads' | 'resolved' | 'messages'

/** A place in one of the maps. */
interface Slot {
  readonly root: Root
  readonly key: string
}

export interface Commenter {
  readonly who: Person
  /** Whether another person uses this Yjs client id. */
  readonly isTaken: (client: number) => boolean
}

/** Characters of JSON per value. */
const maxValue = 120_000

/** Earlier updates of the sender are missing, so this one cannot be checked yet. */
export const incomplete = 'a part of something larger'
const elsewhere = 'more than comments'
const others = 'another person’s comment'

/** The reason to refuse the update, or null. `doc` must contain everything received before. */
export const refusalOf = (doc: Y.Doc, update: Uint8Array, commenter: Commenter): string | null =>
  new Examination(doc, update, commenter).refusal()

class Examination {
  private readonly roots: ReadonlyMap<unknown, Root>
  private readonly deletions: ReturnType<typeof Y.decodeUpdate>['ds']
  /** Structs that the document does not have yet, by client, in order. */
  private readonly fresh = new Map<number, (Y.Item | Y.GC)[]>()
  private readonly isComplete: boolean

  constructor(
    private readonly doc: Y.Doc,
    update: Uint8Array,
    private readonly commenter: Commenter,
  ) {
    this.roots = new Map<unknown, Root>([
      [threadsOf(doc), 'threads'],
      [resolvedOf(doc), 'resolved'],
      [messagesOf(doc), 'messages'],
    ])
    const { structs, ds } = Y.decodeUpdate(update)
    this.deletions = ds
    let isComplete = true
    for (const struct of structs) {
      const { client, clock } = struct.id
      if (!(struct instanceof Y.Item || struct instanceof Y.GC)) continue
      if (clock + struct.length <= this.end(client)) continue
      if (clock > this.end(client)) isComplete = false
      const found = this.fresh.get(client)
      if (found === undefined) this.fresh.set(client, [struct])
      else found.push(struct)
    }
    this.isComplete = isComplete
  }

  /** The next clock of a client after this update. */
  private end(client: number): number {
    const last = this.fresh.get(client)?.at(-1)
    return last === undefined ? Y.getState(this.doc.store, client) : last.id.clock + last.length
  }

  refusal(): string | null {
    if (!this.isComplete) return incomplete
    for (const [client, structs] of this.fresh) {
      if (!this.isOwnClient(client)) return 'an edit in the name of another page'
      for (const struct of structs) {
        const reason = struct instanceof Y.Item ? this.refuseItem(struct) : null
        if (reason !== null) return reason
      }
    }
    return this.refuseDeletions()
  }

  /** The client id has only been used for comments, and not by another person. */
  private isOwnClient(client: number): boolean {
    if (client === this.doc.clientID || this.commenter.isTaken(client)) return false
    return (this.doc.store.clients.get(client) ?? []).every(
      (struct) => !(struct instanceof Y.Item) || this.roots.has(struct.parent),
    )
  }

  private find(id: Y.ID): Y.Item | Y.GC | undefined {
    const { client, clock } = id
    if (clock < Y.getState(this.doc.store, client)) return Y.getItem(this.doc.store, id)
    return this.fresh
      .get(client)
      ?.find((struct) => struct.id.clock <= clock && clock < struct.id.clock + struct.length)
  }

  /** The map and key of the item; null if it belongs anywhere else. */
  private slotOf(item: Y.Item): Slot | null {
    let first: Y.Item | Y.GC | undefined = item
    // An item that replaces a value of a map only names that value; the first value of the key has map and key.
    for (let steps = 0; first instanceof Y.Item; steps++) {
      const { parent, parentSub, origin, rightOrigin }: Y.Item = first
      if (parent instanceof Y.AbstractType || typeof parent === 'string') {
        const root =
          typeof parent === 'string'
            ? [...this.roots.values()].find((name) => name === parent)
            : this.roots.get(parent)
        return root === undefined || parentSub === null || rightOrigin !== null
          ? null
          : { root, key: parentSub }
      }
      if (parent !== null || origin === null || rightOrigin !== null || steps > 10_000) return null
      first = this.find(origin)
    }
    return null
  }

  private refuseItem(item: Y.Item): string | null {
    const slot = this.slotOf(item)
    if (slot === null) return elsewhere
    const { content } = item
    if (content instanceof Y.ContentDeleted) return this.refuseValue(slot, undefined)
    if (!(content instanceof Y.ContentAny) || content.arr.length !== 1) return elsewhere
    return this.refuseValue(slot, content.arr[0])
  }

  /** `value` is undefined for a deletion. */
  private refuseValue({ root, key }: Slot, value: unknown): string | null {
    if (value !== undefined && JSON.stringify(value).length > maxValue) return 'a comment that is too long'
    switch (root) {
      case 'threads':
        if (threadsOf(this.doc).has(key)) return others
        return value === undefined || (isThreadId(key) && readEntry(value)?.edits === false)
          ? null
          : elsewhere
      case 'resolved': {
        if (value === undefined || value === null) return null
        const resolved = readResolution(value)
        return resolved !== null && this.isOwn(resolved) ? null : others
      }
      case 'messages': {
        // Whoever may not edit may not have a model edit either.
        const [thread = ''] = key.split('/')
        if (readEntry(threadsOf(this.doc).get(thread))?.edits === true) return elsewhere
        const there: unknown = messagesOf(this.doc).get(key)
        const old = there === undefined ? null : readLiveMessage(key, there)
        if (there !== undefined && (old === null || !this.isDeletable(old))) return others
        if (value === undefined) return null
        const message = readLiveMessage(key, value)
        if (message === null || !key.split('/').every(isThreadId)) return elsewhere
        return message.answers === undefined && this.isOwn(message) ? null : others
      }
      default:
        return root satisfies never
    }
  }

  private isDeletable(message: LiveMessage): boolean {
    const { who } = this.commenter
    if (who.id !== '') return isDeletable(who, message)
    return message.answers === undefined && this.isOwn(message)
  }

  /** People without an id are distinguished by name. */
  private isOwn(written: By): boolean {
    const { who } = this.commenter
    return who.id === '' ? written.user === undefined && isBy(who, written) : written.user === who.id
  }

  private refuseDeletions(): string | null {
    for (const [client, ranges] of this.deletions.clients)
      for (const { clock, len } of ranges) {
        if (clock + len > this.end(client)) return 'the deletion of unknown content'
        const structs = this.doc.store.clients.get(client) ?? []
        const known = Math.min(clock + len, Y.getState(this.doc.store, client))
        for (
          let at = clock < known ? Y.findIndexSS(structs, clock) : structs.length;
          at < structs.length;
          at++
        ) {
          const struct = structs[at]
          if (struct === undefined || struct.id.clock >= known) break
          if (struct.id.clock + struct.length <= clock || struct.deleted || !(struct instanceof Y.Item))
            continue
          const reason = this.refuseDeletion(struct)
          if (reason !== null) return reason
        }
      }
    return null
  }

  private refuseDeletion(item: Y.Item): string | null {
    // The contents of a value may only be deleted together with it.
    const top = topOf(item)
    const root = this.roots.get(top.parent)
    if (root === undefined || top.parentSub === null) return elsewhere
    if (top !== item && !Y.isDeleted(this.deletions, top.id)) return others
    if (root === 'threads') return others
    // An older value of the key may be deleted: it is no longer visible.
    const isCurrent = (top.parent as Y.Map<Leaf>)._map.get(top.parentSub) === top
    return isCurrent ? this.refuseValue({ root, key: top.parentSub }, undefined) : null
  }
}

const topOf = (item: Y.Item): Y.Item => {
  let top = item
  for (
    let parent = top.parent;
    parent instanceof Y.AbstractType && parent._item !== null;
    parent = top.parent
  )
    top = parent._item
  return top
}
