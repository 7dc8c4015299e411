import type { ReactiveController, ReactiveControllerHost } from 'lit'
import type { SyncStatus } from '../document/connect.ts'

/** Milliseconds without unsaved edits after which "Saved" is shown. */
const quiet = 300

/**
 * The sync status to show: "Saving…" as long as somebody types, instead of a change and back with each letter, which
 * would cost two frames of the page.
 */
export class SettledSync implements ReactiveController {
  private unsavedUntil = -Infinity
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly host: ReactiveControllerHost) {
    host.addController(this)
  }

  of(sync: SyncStatus): SyncStatus {
    const now = performance.now()
    if (sync === 'unsaved') this.unsavedUntil = now + quiet
    if (sync !== 'saved' || now >= this.unsavedUntil) return sync
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.host.requestUpdate(), this.unsavedUntil - now)
    return 'unsaved'
  }

  hostDisconnected(): void {
    clearTimeout(this.timer)
  }
}
