import type { Leaf } from '../../shared/notebook/notebook.ts'
import type { RunWriter, Slot } from '../../shared/notebook/document/run.ts'

interface Place {
  readonly writer: RunWriter
  readonly slot: Slot
}

/** Where each display with an id is shown, so that it can be updated from any cell. */
export class Displays {
  private readonly places = new Map<string, readonly Place[]>()

  add(id: string, place: Place): void {
    this.places.set(id, [...(this.places.get(id) ?? []), place])
  }

  update(id: string, leaf: Leaf): void {
    for (const { writer, slot } of this.places.get(id) ?? []) writer.replace(slot, leaf)
  }

  forget(): void {
    this.places.clear()
  }
}
