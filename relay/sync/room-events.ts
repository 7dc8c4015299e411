/**
 * received: an update arrived, not yet acknowledged as stored · changed: the document changed · applied: everything
 * received is in the document, or pending there; possibly nothing new · moved: the notebook was renamed, deleted or
 * restored.
 */
export type RoomEvent = 'received' | 'changed' | 'applied' | 'moved'

/** Events of a room's document, for the peers in this process. */
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
