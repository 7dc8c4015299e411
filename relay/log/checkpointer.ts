// SQLite's checkpoints in a thread of their own: they copy pages and sync the main file, which takes as long as the
// disk likes. A second connection of the same library is safe; opening the files by other means would not be.
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

export type CheckpointMode = 'PASSIVE' | 'FULL'

// As text, because a worker cannot be started from a TypeScript source, which is what tests run.
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const Database = require(workerData.libsql)
const database = new Database(workerData.file, { timeout: 5000 })
database.pragma('synchronous=NORMAL')
parentPort.on('message', (mode) => {
  if (mode === 'end') { database.close(); parentPort.close(); return }
  try {
    const busy = database.prepare('PRAGMA wal_checkpoint(' + mode + ')').raw().all([])[0][0]
    parentPort.postMessage(busy ? 'the log is busy' : null)
  } catch (error) { parentPort.postMessage(String(error && error.message)) }
})`

export class Checkpointer {
  readonly #worker: Worker
  readonly #asked: { resolve: () => void; reject: (error: Error) => void }[] = []
  readonly #ended: Promise<void>
  #failure: Error | null = null

  constructor(file: string) {
    const libsql = createRequire(import.meta.url).resolve('libsql')
    this.#worker = new Worker(program, { eval: true, workerData: { file, libsql } })
    this.#worker.unref()
    this.#worker.on('message', (problem: string | null) => {
      const asked = this.#asked.shift()
      if (problem === null) asked?.resolve()
      else asked?.reject(new Error(`checkpoint: ${problem}`))
    })
    this.#worker.on('error', (error: Error) => this.#fail(error))
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#fail(new Error('checkpoint: the thread has ended'))
        resolve()
      })
    })
  }

  /** FULL resolves only when every page committed so far is in the main file and that file is synced. */
  run(mode: CheckpointMode): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      this.#asked.push({ resolve, reject })
      this.#worker.postMessage(mode)
    })
  }

  async end(): Promise<void> {
    this.#worker.ref()
    this.#worker.postMessage('end')
    await this.#ended
  }

  #fail(error: Error): void {
    this.#failure ??= error
    for (const asked of this.#asked.splice(0)) asked.reject(error)
  }
}
