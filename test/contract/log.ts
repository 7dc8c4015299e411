// A log for the suites of its three interfaces, and what they write to it.
import { afterEach, beforeEach, describe } from 'vitest'
import type { DocumentRecord } from '../../relay/log/document-catalogue.ts'
import type { Log } from '../../relay/log/log.ts'
import type { LoggedUpdate } from '../../relay/log/update-log.ts'

export interface LogUnderTest {
  readonly open: () => Promise<Log>
  /** Opens again what was written before; null if the store keeps nothing. */
  readonly reopen: ((log: Log) => Promise<Log>) | null
  readonly end: () => Promise<void>
}

export const row = (docId: string, ...bytes: number[]): LoggedUpdate => ({
  docId,
  time: 1_763_680_000_123,
  user: 'Ana 🐍',
  client: 4_000_000_001,
  // A view with an offset, as frames are: the bytes around it do not belong to it.
  bytes: new Uint8Array([99, 99, ...bytes, 99]).subarray(2, 2 + bytes.length),
})

export const record = (docId: string, path: string): DocumentRecord => ({
  docId,
  epoch: `epoch of ${docId}`,
  path,
  binned: null,
})
export const lists = (updates: readonly Uint8Array[]): number[][] => updates.map((update) => [...update])

/** Gives each test a log of its own, in `current`. */
export const describeWithLog = (
  what: string,
  create: () => LogUnderTest,
  tests: (current: { log: Log; under: LogUnderTest }) => void,
): unknown =>
  describe(what, () => {
    const current = {} as { log: Log; under: LogUnderTest }
    beforeEach(async () => {
      current.under = create()
      current.log = await current.under.open()
    })
    afterEach(async () => {
      await current.log.close()
      await current.under.end()
    })
    tests(current)
  })

export const make = ({ catalogue }: Log, docId: string, path: string): Promise<void> =>
  catalogue.create(record(docId, path), row(docId, 1), {
    digest: 'd0',
    state: new Uint8Array([1]),
    time: 5,
    written: true,
    outside: false,
  })
