// The relay's status for everybody in a room: the file's status, log failures, whether the notebook is in the bin. The
// file's status is set only by its file peer.
import type { FileStatus, RelayPresence } from '../../shared/presence.ts'

export interface RelayStatusChange {
  readonly file?: FileStatus
  /** Why the log's disk fails; null: it works. */
  readonly disk?: string | null
}

export class RelayStatus {
  private file: FileStatus | null = null
  private disk: string | null = null

  constructor(
    private readonly instance: string,
    private readonly announce: (presence: RelayPresence) => void,
  ) {}

  set({ file, disk }: RelayStatusChange, isBinned: boolean): void {
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
