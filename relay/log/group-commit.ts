// What arrives in one turn of the event loop, over all rooms, becomes one commit and at most one sync. Two things can
// wait on it: what may happen once the rows are stored (showing them to others), and what only once they are on the
// disk (acknowledging them). While the disk fails, rows stay here in order and are tried again; people go on editing
// together, nothing is acknowledged, and `onTrouble` lets every page know.
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
  private readonly log: UpdateLog
  private readonly logger: Logger
  private readonly onTrouble: (reason: string | null) => void
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

  constructor(log: UpdateLog, logger: Logger, onTrouble: (reason: string | null) => void) {
    this.log = log
    this.logger = logger
    this.onTrouble = onTrouble
  }

  /** Changes with each turn: what is gathered for one turn must not ride on the next. */
  get turn(): object {
    return this.currentTurn
  }

  /** Bytes that no commit has taken yet. */
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

  /** Runs `then` in this turn's order once all rows written before are stored, or known to be held back by the disk. */
  afterStored(then: Callback): void {
    this.currentTurn.stored.push(then)
    this.schedule()
  }

  /** Runs `then` once all rows written before are on the disk. */
  afterSynced(then: Callback): void {
    this.currentTurn.synced.push(then)
    this.schedule()
  }

  /** Resolves when everything written so far is on the disk, or after `limit` milliseconds: then with false. */
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
    this.tellIdle()
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
    this.tellIdle()
  }

  private fail(error: unknown): void {
    const reason = messageOf(error)
    if (this.lastTrouble !== reason) this.onTrouble((this.lastTrouble = reason))
    if (this.retry || this.closed) return
    this.retry = setTimeout(() => {
      this.retry = null
      // An empty turn tries the held rows again; without held rows it is the sync that failed.
      if (this.unsynced.length === 0) this.unsynced.push(() => {})
      if (this.isHeld) this.schedule()
      else void this.sync()
    }, retryDelay)
  }

  /** The disk did not take everything. */
  private get isHeld(): boolean {
    return this.unstored.length + this.unstoredRevisions.length > 0
  }

  /** One room that is broken must not hold back the others. */
  private callAll(all: readonly Callback[]): void {
    for (const then of all) {
      try {
        then()
      } catch (error) {
        this.logger.error('after a commit', { reason: messageOf(error) })
      }
    }
  }

  private tellIdle(): void {
    if (this.running || this.syncing) return
    for (const resolve of this.idle.splice(0)) resolve()
  }
}
