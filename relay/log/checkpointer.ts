// SQLite's checkpoints in a separate thread: they copy pages and sync the main file, which can take long. A second
// connection of the same library is safe; opening the files by other means would not be.
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

/**
 * PASSIVE copies what it can without blocking anybody. TRUNCATE waits until every page committed so far is in the main
 * file and synced, and empties the -wal file. VACUUM returns some free pages of the main file to the disk and reports
 * how many are left. The last two hold SQLite's write lock.
 */
export type CheckpointMode = 'PASSIVE' | 'TRUNCATE' | 'VACUUM'

// A string, because a worker cannot be started from a TypeScript source, which is what tests run.
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.libsql)
const database = new Database(workerData.file, { timeout: 5000 })
database.pragma('synchronous=NORMAL')
const first = (sql) => database.prepare(sql).raw().all([])[0][0]
const run = (mode) => {
  if (mode === 'VACUUM') {
    database.exec('PRAGMA incremental_vacuum(500)')
    return first('PRAGMA freelist_count')
  }
  if (first('PRAGMA wal_checkpoint(' + mode + ')')) throw new Error('the log is busy')
  return 0
}
parentPort.on('message', (mode) => {
  if (mode === 'end') { database.close(); parentPort.close(); return }
  try {
    parentPort.postMessage({ left: run(mode) })
  } catch (error) { parentPort.postMessage({ problem: String(error && error.message) }) }
})`

type Answer = { readonly left: number } | { readonly problem: string }

export class Checkpointer {
  private readonly worker: Worker
  private readonly pending: { resolve: (left: number) => void; reject: (error: Error) => void }[] = []
  private readonly ended: Promise<void>
  private failure: Error | null = null

  constructor(file: string) {
    const libsql = createRequire(import.meta.url).resolve('libsql')
    this.worker = new Worker(program, { eval: true, workerData: { file, libsql } })
    this.worker.unref()
    this.worker.on('message', (answer: Answer) => {
      const request = this.pending.shift()
      if ('left' in answer) request?.resolve(answer.left)
      else request?.reject(new Error(`checkpoint: ${answer.problem}`))
    })
    this.worker.on('error', (error: Error) => this.fail(error))
    this.ended = new Promise((resolve) => {
      this.worker.on('exit', () => {
        this.fail(new Error('checkpoint: the thread has ended'))
        resolve()
      })
    })
  }

  /** One at a time. Resolves with the number of free pages left. */
  run(mode: CheckpointMode): Promise<number> {
    if (this.failure) return Promise.reject(this.failure)
    return new Promise((resolve, reject) => {
      this.pending.push({ resolve, reject })
      this.worker.postMessage(mode)
    })
  }

  async end(): Promise<void> {
    this.worker.ref()
    this.worker.postMessage('end')
    await this.ended
  }

  private fail(error: Error): void {
    this.failure ??= error
    for (const request of this.pending.splice(0)) request.reject(error)
  }
}
