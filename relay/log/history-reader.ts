// Reads the history from the log's tables: chunks, then updates not in a chunk yet.
import { unpackChunk } from './chunk.ts'
import { unpackFirst } from './states.ts'
import { joinSessions, sessionsOf, unpackSessions, updatesIn, type EditSession } from './edit-session.ts'
import type { SqliteFile } from './sqlite-file.ts'
import { chunkLength, type LoggedUpdate, type Version } from './update-log.ts'

export interface UpdateRow {
  readonly seq: number
  readonly time: number
  readonly user: string
  readonly client: number
  readonly bytes: ArrayBuffer
}

export const logRow = (docId: string, row: UpdateRow): LoggedUpdate => ({
  docId,
  time: row.time,
  user: row.user,
  client: row.client,
  bytes: new Uint8Array(row.bytes),
})

export class HistoryReader {
  constructor(private readonly file: SqliteFile) {}

  async *beginning(docId: string, count: number): AsyncIterable<readonly LoggedUpdate[]> {
    // A consistent state: chunks never change, and rows packed meanwhile are in memory.
    const chunks = this.chunks(docId)
    const tail = this.file.all<UpdateRow>('SELECT * FROM updates WHERE docId = ? ORDER BY seq', [docId])
    let left = count
    for (const lastSeq of chunks) {
      if (left <= 0) return
      const rows = (await this.chunk(docId, lastSeq)).slice(0, left)
      left -= rows.length
      yield rows
    }
    const rows = tail.slice(0, left).map((row) => logRow(docId, row))
    for (let next = 0; next < rows.length; next += chunkLength) yield rows.slice(next, next + chunkLength)
  }

  async checkpoint(docId: string): Promise<Uint8Array | null> {
    const [found] = this.file.all<{ bytes: ArrayBuffer; packed: number }>(
      'SELECT bytes, packed FROM checkpoints WHERE docId = ?',
      [docId],
    )
    if (!found || found.packed === 0) return found ? new Uint8Array(found.bytes) : null
    const [pack] = this.file.all<{ packed: ArrayBuffer }>(
      'SELECT packed FROM packs WHERE docId = ? AND ? = 0',
      [docId, found.bytes.byteLength],
    )
    const state = await unpackFirst(new Uint8Array(pack?.packed ?? found.bytes))
    if (state === null) throw new Error(`the checkpoint of ${docId} is damaged`)
    return state
  }

  async tail(docId: string): Promise<readonly LoggedUpdate[]> {
    const [checkpoint] = this.file.all<{ seq: number }>('SELECT seq FROM checkpoints WHERE docId = ?', [
      docId,
    ])
    const since = [docId, checkpoint?.seq ?? 0]
    const chunks = this.file.all<{ packed: ArrayBuffer }>(
      'SELECT packed FROM chunks WHERE docId = ? AND lastSeq > ? ORDER BY lastSeq',
      since,
    )
    const rest = this.file.all<UpdateRow>(
      'SELECT * FROM updates WHERE docId = ? AND seq > ? ORDER BY seq',
      since,
    )
    const packed = await Promise.all(chunks.map(({ packed }) => unpackChunk(docId, new Uint8Array(packed))))
    return [...packed.flat(), ...rest.map((row) => logRow(docId, row))]
  }

  async sessions(docId: string): Promise<readonly EditSession[]> {
    const packed = this.file.all<{ lastSeq: number; stints: ArrayBuffer | null }>(
      'SELECT lastSeq, stints FROM chunks WHERE docId = ? ORDER BY lastSeq',
      [docId],
    )
    const tail = this.file.all<UpdateRow>('SELECT * FROM updates WHERE docId = ? ORDER BY seq', [docId])
    const all: EditSession[] = []
    for (const { lastSeq, stints } of packed)
      all.push(
        ...((stints ? unpackSessions(new Uint8Array(stints)) : null) ??
          sessionsOf(await this.chunk(docId, lastSeq))),
      )
    return joinSessions([...all, ...sessionsOf(tail.map((row) => logRow(docId, row)))])
  }

  /** Number of updates in chunks; null if older chunks do not have it. */
  packed(docId: string): number | null {
    const chunks = this.file.all<{ stints: ArrayBuffer | null }>(
      'SELECT stints FROM chunks WHERE docId = ?',
      [docId],
    )
    let updates = 0
    for (const { stints } of chunks) {
      const unpacked = stints === null ? null : unpackSessions(new Uint8Array(stints))
      if (unpacked === null) return null
      updates += updatesIn(unpacked)
    }
    return updates
  }

  versions(docId: string): readonly Version[] {
    return this.file.all(
      'SELECT at, name, by, user, time FROM versions WHERE docId = ? ORDER BY at, time, seq',
      [docId],
    )
  }

  people(): ReadonlyMap<string, string> {
    const rows = this.file.all<{ id: string; name: string }>('SELECT id, name FROM people', [])
    return new Map(rows.map(({ id, name }) => [id, name]))
  }

  private chunks(docId: string): readonly number[] {
    return this.file
      .all<{ lastSeq: number }>('SELECT lastSeq FROM chunks WHERE docId = ? ORDER BY lastSeq', [docId])
      .map(({ lastSeq }) => lastSeq)
  }

  private async chunk(docId: string, lastSeq: number): Promise<readonly LoggedUpdate[]> {
    const [chunk] = this.file.all<{ packed: ArrayBuffer }>(
      'SELECT packed FROM chunks WHERE docId = ? AND lastSeq = ?',
      [docId, lastSeq],
    )
    if (!chunk) throw new Error(`a chunk of ${docId} is gone from the log`)
    return unpackChunk(docId, new Uint8Array(chunk.packed))
  }
}
