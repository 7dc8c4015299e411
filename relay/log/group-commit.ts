// All rows of one turn of the event loop, over all rooms, become one commit and at most one sync. Callbacks can wait
// until rows are stored (to forward updates) or until they are on disk (to acknowledge them). While the disk fails,
// rows wait here in order and are retried; people keep editing together, nothing is acknowledged, and `onTrouble`
// notifies every page.
import { messageOf, type Logger } from '../logging/logger.ts'
import type { NewRevision, Revision } from './revisions.ts'
import type { LoggedUpdate, UpdateLog } from './update-log.ts'

type Callback = () => void

interface PendingCommit {
  readonly rows: LoggedUpdate[]
  readonly revisions: NewRevision[]
  readonly stored: Callback[]
  readonly synced: Callback[]
}

const retryDelay = 500

export class GroupCommit {
  private currentTurn: PendingCommit = { rows: [], revisions: [], stored: [], synced: [] }
  private unstored: LoggedUpdate[] = []
  private unstoredRevisions: NewRevision[] = []
  private unsynced: Callback[] = []
  private scheduled: NodeJS.Immediate | null = null
  private retry: NodeJS.Timeout | null = null
  private running = false
  private syncing = false
  private backlogBytes = 0
  private lastTrouble: string | null = null
  private idle: Callback[] = []
  private closed = false

  constructor(
    private readonly log: UpdateLog,
    private readonly logger: Logger,
    private readonly onTrouble: (reason: string | null) => void,
  ) {}

  /** Changes each turn: data gathered for one turn must not go into the next. */
  get turn(): object {
    return this.currentTurn
  }

  /** Bytes not committed yet. */
  get backlog(): number {
    return this.backlogBytes
  }

  get trouble(): string | null {
    return this.lastTrouble
  }

  write(row: LoggedUpdate): void {
    this.currentTurn.rows.push(row)
    this.backlogBytes += row.bytes.length
    this.schedule()
  }

  /** In one commit with the rows of this turn. */
  writeRevision(docId: string, revision: Revision): void {
    this.currentTurn.revisions.push({ docId, revision })
    this.schedule()
  }

  /** Runs `then` in this turn's order once all earlier rows are stored, or held because the disk fails. */
  afterStored(then: Callback): void {
    this.currentTurn.stored.push(then)
    this.schedule()
  }

  /** Runs `then` once all earlier rows are on disk. */
  afterSynced(then: Callback): void {
    this.currentTurn.synced.push(then)
    this.schedule()
  }

  /** Resolves with true when everything written so far is on disk, or with false after `limit` milliseconds. */
  async settled(limit = Infinity): Promise<boolean> {
    let timer: NodeJS.Timeout | null = null
    try {
      return await new Promise<boolean>((resolve) => {
        if (limit !== Infinity) timer = setTimeout(() => resolve(false), limit)
        this.afterSynced(() => resolve(true))
      })
    } finally {
      if (timer) clearTimeout(timer)
    }
  }

  /** Ends the retries. Call it after `settled`. */
  async close(): Promise<void> {
    this.closed = true
    if (this.scheduled) clearImmediate(this.scheduled)
    if (this.retry) clearTimeout(this.retry)
    if (this.running || this.syncing) await new Promise<void>((resolve) => this.idle.push(resolve))
  }

  private schedule(): void {
    if (this.scheduled || this.running || this.closed) return
    this.scheduled = setImmediate(() => {
      this.scheduled = null
      void this.run()
    })
  }

  private async run(): Promise<void> {
    const turn = this.currentTurn
    this.currentTurn = { rows: [], revisions: [], stored: [], synced: [] }
    this.running = true
    try {
      await this.store(turn)
      this.callAll(turn.stored)
    } finally {
      this.running = false
    }
    this.unsynced.push(...turn.synced)
    if (this.unsynced.length > 0) void this.sync()
    const { rows, revisions, stored, synced } = this.currentTurn
    if (rows.length + revisions.length + stored.length + synced.length > 0) this.schedule()
    this.notifyIdle()
  }

  private async store({ rows, revisions }: PendingCommit): Promise<void> {
    for (const row of rows) this.unstored.push(row)
    this.unstoredRevisions.push(...revisions)
    if (this.unstored.length + this.unstoredRevisions.length === 0) return
    try {
      await this.log.append(this.unstored, this.unstoredRevisions)
      this.unstored = []
      this.unstoredRevisions = []
      this.backlogBytes = 0
      for (const row of this.currentTurn.rows) this.backlogBytes += row.bytes.length
    } catch (error) {
      this.fail(error)
    }
  }

  private async sync(): Promise<void> {
    if (this.syncing || this.isHeld) return
    this.syncing = true
    const waiting = this.unsynced
    this.unsynced = []
    try {
      await this.log.synced()
      if (this.lastTrouble !== null) this.onTrouble((this.lastTrouble = null))
      this.callAll(waiting)
    } catch (error) {
      this.unsynced = [...waiting, ...this.unsynced]
      this.fail(error)
    } finally {
      this.syncing = false
    }
    if (this.unsynced.length > 0 && this.lastTrouble === null) void this.sync()
    this.notifyIdle()
  }

  private fail(error: unknown): void {
    const reason = messageOf(error)
    if (this.lastTrouble !== reason) this.onTrouble((this.lastTrouble = reason))
    if (this.retry || this.closed) return
    this.retry = setTimeout(() => {
      this.retry = null
      // An empty turn retries the held rows; without held rows it was the sync that failed.
      if (this.unsynced.length === 0) this.unsynced.push(() => {})
      if (this.isHeld) this.schedule()
      else void this.sync()
    }, retryDelay)
  }

  /** Some rows could not be stored. */
  private get isHeld(): boolean {
    return this.unstored.length + this.unstoredRevisions.length > 0
  }

  /** An exception in one room must not stop the others. */
  private callAll(all: readonly Callback[]): void {
    for (const then of all) {
      try {
        then()
      } catch (error) {
        this.logger.error('after a commit', { reason: messageOf(error) })
      }
    }
  }

  private notifyIdle(): void {
    if (this.running || this.syncing) return
    for (const resolve of this.idle.splice(0)) resolve()
  }
}
