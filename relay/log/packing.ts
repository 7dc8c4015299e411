// Compacts the log: updates into chunks, a document's revisions and its checkpoint, which comes first, into one pack.
// States that are nearly as large as the updates that reproduce them are not stored.
import { digestOf } from '../disk/digest.ts'
import { packChunk } from './chunk.ts'
import { logRow, type HistoryReader, type UpdateRow } from './history-reader.ts'
import { replayable, statesAfter } from './replay.ts'
import { packStates, unpackStates } from './states.ts'
import { packSessions } from './edit-session.ts'
import type { Revision, RevisionHead } from './revisions.ts'
import type { SqliteFile } from './sqlite-file.ts'
import { chunkLength } from './update-log.ts'

/** The column `written` of a revision. */
export const writers = { nobody: 0, relay: 1, another: 2 }

/** Less stays unpacked: a chunk of a few rows saves nothing. */
const packAbove = { updates: 100, bytes: 32 << 10 }

/**
 * States are stored if they are smaller than this in total, or per update; and always if too many updates would have to
 * be read.
 */
const replayed = { from: 4 << 10, ofCheckpoint: 3, ofBases: 1, atMost: 100_000 }

/** The checkpoint's number in a pack; rows of revisions begin with 1. */
const checkpointSeq = 0

/** Above this size states wait for a few others: repacking ten of them takes a second. */
const large = 1 << 20

interface HeadRow {
  readonly seq: number
  readonly digest: string
  readonly time: number
  readonly written: number
  /** Reproducible from the history, after so many updates. */
  readonly after: number | null
}

interface BaseRow extends HeadRow {
  readonly bytes: ArrayBuffer
}

const headOf = ({ digest, time, written }: HeadRow): RevisionHead => ({
  digest,
  time,
  written: written !== writers.nobody,
  outside: written === writers.another,
})

export class Packing {
  private working: Promise<void> = Promise.resolve()

  constructor(
    private readonly file: SqliteFile,
    private readonly reader: HistoryReader,
  ) {}

  /** `state` becomes the checkpoint, and earlier updates become chunks. */
  async compact(docId: string, state: Uint8Array): Promise<void> {
    const [newest] = this.file.all<{ seq: number | null }>(
      `SELECT max(seq) AS seq FROM (SELECT max(seq) AS seq FROM updates WHERE docId = ?
        UNION ALL SELECT max(lastSeq) FROM chunks WHERE docId = ?)`,
      [docId, docId],
    )
    const last = newest?.seq
    if (!last) return
    const packed = await packStates(new Map([[checkpointSeq, state]]))
    await this.alone(async () => {
      await this.packUpdates(docId, last)
      await this.file.commit(() => {
        if (this.isReplayed(docId, packed.length, replayed.ofCheckpoint))
          this.file.run('DELETE FROM checkpoints WHERE docId = ?', [docId])
        else
          this.file.run('INSERT OR REPLACE INTO checkpoints(docId, seq, bytes, packed) VALUES(?, ?, ?, 1)', [
            docId,
            last,
            packed,
          ])
      })
    })
  }

  /** Whether states of this many bytes are better reproduced from the history. */
  private isReplayed(docId: string, bytes: number, forEach: number): boolean {
    const updates = this.reader.packed(docId)
    if (updates === null || updates > replayed.atMost) return false
    return bytes >= Math.max(replayed.from, forEach * updates)
  }

  /** Packs what is large enough, for all documents; `over` ends it early. */
  pack(over: () => boolean): Promise<void> {
    return this.alone(async () => {
      const tails = this.file.all<{ docId: string }>(
        'SELECT docId FROM updates GROUP BY docId HAVING count(*) >= ? OR sum(length(bytes)) >= ?',
        [packAbove.updates, packAbove.bytes],
      )
      for (const { docId } of tails) {
        if (over()) return
        // A chunk is on one side of the checkpoint, which a crash may have left ahead of the chunks.
        const [checkpoint] = this.file.all<{ seq: number }>('SELECT seq FROM checkpoints WHERE docId = ?', [
          docId,
        ])
        if (checkpoint) await this.packUpdates(docId, checkpoint.seq)
        await this.packUpdates(docId, Number.MAX_SAFE_INTEGER)
      }
      const states = this.file.all<{ docId: string }>(
        `SELECT b.docId FROM bases b LEFT JOIN checkpoints c ON c.docId = b.docId GROUP BY b.docId
          HAVING sum(length(b.bytes) > 0) >= iif(max(length(b.bytes)) < ?, 1, 4)
            AND sum(length(b.bytes)) + coalesce(max(length(c.bytes)), 0) >= ?`,
        [large, packAbove.bytes],
      )
      for (const { docId } of states) {
        if (over()) return
        await this.packStates(docId)
      }
    })
  }

  /** Oldest first. */
  async revisions(docId: string): Promise<readonly Revision[]> {
    return (await this.readBases(docId)).map(({ state, ...row }) => ({ ...headOf(row), state }))
  }

  heads(docId: string): readonly RevisionHead[] {
    return this.file
      .all<HeadRow>('SELECT seq, digest, time, written, after FROM bases WHERE docId = ? ORDER BY seq', [
        docId,
      ])
      .map(headOf)
  }

  /** A reproducible state has its digest stored, so that it need not be rebuilt for this. */
  async wasAt(docId: string, digest: string, state: Uint8Array): Promise<boolean> {
    const [row] = this.file.all<{ seq: number; state: string | null }>(
      'SELECT seq, state FROM bases WHERE docId = ? AND digest = ? ORDER BY seq DESC LIMIT 1',
      [docId, digest],
    )
    if (row === undefined) return false
    if (row.state !== null) return row.state === digestOf(state)
    const base = (await this.readBases(docId)).find(({ seq }) => seq === row.seq)
    return base !== undefined && Buffer.compare(base.state, state) === 0
  }

  private async readBases(
    docId: string,
  ): Promise<(Omit<BaseRow, 'bytes'> & { readonly state: Uint8Array })[]> {
    const rows = this.file.all<BaseRow>(
      'SELECT seq, digest, bytes, time, written, after FROM bases WHERE docId = ? ORDER BY seq',
      [docId],
    )
    const [pack] = this.file.all<{ packed: ArrayBuffer }>('SELECT packed FROM packs WHERE docId = ?', [docId])
    const packed = pack ? await unpackStates(new Uint8Array(pack.packed)) : null
    const places = rows.flatMap(({ after }) => after ?? [])
    const again = await statesAfter(this.reader.beginning(docId, Math.max(0, ...places)), places)
    return rows.map(({ bytes, ...base }) => ({
      ...base,
      state:
        again.get(base.after ?? 0) ??
        (bytes.byteLength === 0 ? packed?.get(base.seq) : undefined) ??
        new Uint8Array(bytes),
    }))
  }

  private async packStates(docId: string): Promise<void> {
    const [checkpoint] = this.file.all<{ seq: number }>('SELECT seq FROM checkpoints WHERE docId = ?', [
      docId,
    ])
    const [state, bases] = await Promise.all([this.reader.checkpoint(docId), this.readBases(docId)])
    const last = Math.max(...bases.map(({ seq }) => seq))
    const before = new Map(bases.flatMap(({ seq, after }) => (after === null ? [] : [[seq, after] as const])))
    let kept = new Map(bases.flatMap(({ seq, state }) => (before.has(seq) ? [] : [[seq, state] as const])))
    let packed = await this.packed(state, kept)
    const states = kept
    let found: ReadonlyMap<number, number> = new Map()
    // Next to a checkpoint they take little space.
    if (this.isReplayed(docId, packed.length, state ? replayed.ofCheckpoint : replayed.ofBases)) {
      found = await replayable(() => this.reader.beginning(docId, Infinity), kept)
      kept = new Map([...kept].filter(([seq]) => !found.has(seq)))
      packed = await this.packed(state, kept)
    }
    await this.file.commit(() => {
      this.file.run('INSERT OR REPLACE INTO packs(docId, packed) VALUES(?, ?)', [docId, packed])
      for (const [seq, after] of found)
        this.file.run('UPDATE bases SET after = ?, state = ? WHERE seq = ?', [
          after,
          digestOf(states.get(seq) ?? new Uint8Array()),
          seq,
        ])
      this.file.run("UPDATE bases SET bytes = x'' WHERE docId = ? AND seq <= ?", [docId, last])
      // Unless there is a newer one by now.
      this.file.run("UPDATE checkpoints SET bytes = x'', packed = 1 WHERE docId = ? AND seq = ?", [
        docId,
        checkpoint?.seq ?? null,
      ])
    })
  }

  private packed(
    checkpoint: Uint8Array | null,
    revisions: ReadonlyMap<number, Uint8Array>,
  ): Promise<Uint8Array> {
    return packStates(new Map([...(checkpoint ? [[checkpointSeq, checkpoint] as const] : []), ...revisions]))
  }

  /** Crash-safe: each chunk replaces its rows in one commit. */
  private async packUpdates(docId: string, last: number): Promise<void> {
    for (;;) {
      const rows = this.file.all<UpdateRow>(
        'SELECT * FROM updates WHERE docId = ? AND seq <= ? ORDER BY seq LIMIT ?',
        [docId, last, chunkLength],
      )
      const end = rows.at(-1)?.seq
      if (end === undefined) return
      const logged = rows.map((row) => logRow(docId, row))
      const [packed, sessions] = [await packChunk(logged), packSessions(logged)]
      const time = Math.max(...logged.map((row) => row.time))
      await this.file.commit(() => {
        this.file.run('INSERT INTO chunks(docId, lastSeq, packed, stints, time) VALUES(?, ?, ?, ?, ?)', [
          docId,
          end,
          packed,
          sessions,
          time,
        ])
        this.file.run('DELETE FROM updates WHERE docId = ? AND seq <= ?', [docId, end])
      })
    }
  }

  /** Concurrent calls would pack the same rows twice. */
  private alone(work: () => Promise<void>): Promise<void> {
    const mine = this.working.then(work)
    this.working = mine.catch(() => undefined)
    return mine
  }
}
