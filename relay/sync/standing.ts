// What the relay says of itself to everybody in a room: where the file stands, whether the log's disk fails, whether the
// notebook is in the bin.
import type { FileStatus, RelayPresence } from '../../shared/presence.ts'

export interface StandingChange {
  readonly file?: FileStatus
  /** Why the disk fails; null: it works. */
  readonly disk?: string | null
}

export class Standing {
  readonly #announce: (presence: RelayPresence) => void
  #presence: RelayPresence
  /** What was last said of the file, where updates that are not applied yet alone have made it old. */
  #writtenBefore: FileStatus | null = null

  constructor(presence: RelayPresence, announce: (presence: RelayPresence) => void) {
    this.#presence = presence
    this.#announce = announce
  }

  get file(): FileStatus {
    return this.#presence.file
  }

  tell(change: StandingChange, isBinned: boolean): void {
    if (change.file) this.#writtenBefore = null
    const { disk: before, bin: _bin, ...rest } = this.#presence
    const disk = change.disk === undefined ? before : change.disk
    this.#presence = {
      ...rest,
      ...(change.file ? { file: change.file } : {}),
      ...(disk ? { disk } : {}),
      ...(isBinned ? { bin: true } : {}),
    }
    this.#announce(this.#presence)
  }

  /** Told before an update is acknowledged: what a page calls saved and in the file is in the file. */
  outdateFile(isBinned: boolean): void {
    const { file } = this
    if (file.status !== 'written') return
    this.tell({ file: { ...file, status: 'pending', at: Date.now() } }, isBinned)
    this.#writtenBefore = file
  }

  /** The document has changed: the file is old. */
  changed(): void {
    this.#writtenBefore = null
  }

  /** Nothing came that the document did not have, or nothing it can have yet. */
  settle(isBinned: boolean): void {
    if (this.#writtenBefore) this.tell({ file: this.#writtenBefore }, isBinned)
  }
}
