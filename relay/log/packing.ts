// Making the log small: updates into chunks, a document's bases and its checkpoint, which comes first, into one pack. Neither needs to know what is in them.
import { packChunk } from './chunk.ts'
import { logRow, type Past, type Tables, type UpdateRow, type Value } from './past.ts'
import { packStates, unpackStates } from './states.ts'
import { packStints } from './stint.ts'
import { chunkLength, type Base } from './store.ts'

/** The column `written` of a base. */
export const writers = { nobody: 0, relay: 1, another: 2 }

/** Less than this of a document stays as it came: a chunk of a few rows saves nothing. */
const worth = { updates: 100, bytes: 32 << 10 }

/** The checkpoint's number in a pack; rows of bases begin with 1. */
const checkpointSeq = 0

/** From this size on states wait for a few others: packing ten of them anew takes a second. */
const large = 1 << 20

interface WritableTables extends Tables {
  readonly run: (sql: string, values: Value[]) => void
  readonly commit: (change: () => void) => Promise<void>
}

interface BaseRow {
  readonly seq: number
  readonly digest: string
  readonly bytes: ArrayBuffer
  readonly time: number
  readonly written: number
}

export class Packing {
  readonly #tables: WritableTables
  readonly #past: Past
  #working: Promise<void> = Promise.resolve()

  constructor(tables: WritableTables, past: Past) {
    this.#tables = tables
    this.#past = past
  }

  /** `state` becomes the checkpoint, and what came before it chunks. */
  async compact(docId: string, state: Uint8Array): Promise<void> {
    const [newest] = this.#tables.all<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM (SELECT max(seq) AS seq FROM updates WHERE docId = ?
        UNION ALL SELECT max(lastSeq) FROM chunks WHERE docId = ?)`,
      [docId, docId],
    )
    const last = newest?.seq
    if (!last) return
    const packed = await packStates(new Map([[checkpointSeq, state]]))
    await this.#tables.commit(() =>
      this.#tables.run('INSERT OR REPLACE INTO checkpoints(docId, seq, bytes, packed) VALUES(?, ?, ?, 1)', [
        docId,
        last,
        packed,
      ]),
    )
    await this.#alone(() => this.#packUpdates(docId, last))
  }

  /** Packs, for all documents, what is worth it; `over` ends it early. */
  pack(over: () => boolean): Promise<void> {
    return this.#alone(async () => {
      const { all } = this.#tables
      const tails = all<{ docId: string }>(
        'SELECT docId FROM updates GROUP BY docId HAVING count(*) >= ? OR sum(length(bytes)) >= ?',
        [worth.updates, worth.bytes],
      )
      for (const { docId } of tails) {
        if (over()) return
        // A chunk lies on one side of the checkpoint, which a crash may have left ahead of the chunks.
        const [checkpoint] = all<{ seq: number }>('SELECT seq FROM checkpoints WHERE docId = ?', [docId])
        if (checkpoint) await this.#packUpdates(docId, checkpoint.seq)
        await this.#packUpdates(docId, Number.MAX_SAFE_INTEGER)
      }
      const states = all<{ docId: string }>(
        `SELECT b.docId FROM bases b LEFT JOIN checkpoints c ON c.docId = b.docId GROUP BY b.docId
          HAVING sum(length(b.bytes) > 0) >= iif(max(length(b.bytes)) < ?, 1, 4)
            AND sum(length(b.bytes)) + coalesce(max(length(c.bytes)), 0) >= ?`,
        [large, worth.bytes],
      )
      for (const { docId } of states) {
        if (over()) return
        await this.#packStates(docId)
      }
    })
  }

  /** Oldest first. */
  async bases(docId: string): Promise<readonly Base[]> {
    return (await this.#bases(docId)).map(({ digest, state, time, written }) => ({
      digest,
      state,
      time,
      written: written !== writers.nobody,
      outside: written === writers.another,
    }))
  }

  async #bases(docId: string): Promise<(Omit<BaseRow, 'bytes'> & { readonly state: Uint8Array })[]> {
    const rows = this.#tables.all<BaseRow>(
      'SELECT seq, digest, bytes, time, written FROM bases WHERE docId = ? ORDER BY seq',
      [docId],
    )
    const [pack] = this.#tables.all<{ packed: ArrayBuffer }>('SELECT packed FROM packs WHERE docId = ?', [
      docId,
    ])
    const packed = pack ? await unpackStates(new Uint8Array(pack.packed)) : null
    return rows.map(({ seq, digest, bytes, time, written }) => ({
      seq,
      digest,
      time,
      written,
      state: (bytes.byteLength === 0 ? packed?.get(seq) : undefined) ?? new Uint8Array(bytes),
    }))
  }

  async #packStates(docId: string): Promise<void> {
    const [checkpoint] = this.#tables.all<{ seq: number }>('SELECT seq FROM checkpoints WHERE docId = ?', [
      docId,
    ])
    const [state, bases] = await Promise.all([this.#past.checkpoint(docId), this.#bases(docId)])
    const states = new Map(bases.map((base) => [base.seq, base.state]))
    const last = Math.max(...states.keys())
    const packed = await packStates(new Map([...(state ? [[checkpointSeq, state] as const] : []), ...states]))
    await this.#tables.commit(() => {
      this.#tables.run('INSERT OR REPLACE INTO packs(docId, packed) VALUES(?, ?)', [docId, packed])
      this.#tables.run("UPDATE bases SET bytes = x'' WHERE docId = ? AND seq <= ?", [docId, last])
      // Unless there is a newer one meanwhile.
      this.#tables.run("UPDATE checkpoints SET bytes = x'', packed = 1 WHERE docId = ? AND seq = ?", [
        docId,
        checkpoint?.seq ?? null,
      ])
    })
  }

  /** Crash-safe: each chunk takes the place of its rows in one commit. */
  async #packUpdates(docId: string, last: number): Promise<void> {
    for (;;) {
      const rows = this.#tables.all<UpdateRow>(
        'SELECT * FROM updates WHERE docId = ? AND seq <= ? ORDER BY seq LIMIT ?',
        [docId, last, chunkLength],
      )
      const end = rows.at(-1)?.seq
      if (end === undefined) return
      const logged = rows.map((row) => logRow(docId, row))
      const [packed, stints] = [await packChunk(logged), packStints(logged)]
      const time = Math.max(...logged.map((row) => row.time))
      await this.#tables.commit(() => {
        this.#tables.run('INSERT INTO chunks(docId, lastSeq, packed, stints, time) VALUES(?, ?, ?, ?, ?)', [
          docId,
          end,
          packed,
          stints,
          time,
        ])
        this.#tables.run('DELETE FROM updates WHERE docId = ? AND seq <= ?', [docId, end])
      })
    }
  }

  /** Two at once would put the same rows into two chunks. */
  #alone(work: () => Promise<void>): Promise<void> {
    const mine = this.#working.then(work)
    this.#working = mine.catch(() => undefined)
    return mine
  }
}
