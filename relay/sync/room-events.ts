/**
 * received: an update came, and nobody has been told yet that it is stored · changed: the document is another one ·
 * applied: all that was received is in it, or waits there for what is missing; it may have been nothing new ·
 * moved: the notebook has another path, went to the bin or came back.
 */
export type RoomEvent = 'received' | 'changed' | 'applied' | 'moved'

/** What happens to a room's document, for the peers in this process. */
export class RoomEvents {
  private readonly listeners = new Set<(event: RoomEvent) => void>()

  on(listener: (event: RoomEvent) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  emit(event: RoomEvent): void {
    for (const listener of this.listeners) listener(event)
  }
}
