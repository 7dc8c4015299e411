// What the relay says of itself to everybody in a room: where the file stands, whether the log's disk fails, whether the
// notebook is in the bin. Where the file stands only its file peer knows.
import type { FileStatus, RelayPresence } from '../../shared/presence.ts'

export interface RelayStatusChange {
  readonly file?: FileStatus
  /** Why the disk fails; null: it works. */
  readonly disk?: string | null
}

export class RelayStatus {
  private readonly instance: string
  private readonly announce: (presence: RelayPresence) => void
  private file: FileStatus | null = null
  private disk: string | null = null

  constructor(instance: string, announce: (presence: RelayPresence) => void) {
    this.instance = instance
    this.announce = announce
  }

  tell({ file, disk }: RelayStatusChange, isBinned: boolean): void {
    if (file !== undefined) this.file = file
    if (disk !== undefined) this.disk = disk
    if (this.file === null) return
    this.announce({
      instance: this.instance,
      file: this.file,
      ...(this.disk === null ? {} : { disk: this.disk }),
      ...(isBinned ? { bin: true } : {}),
    })
  }
}
