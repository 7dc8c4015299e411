// The history of a day's work: 200 cells and 50,000 keystrokes by two people, in a log like the relay's. Measures going back
// halfway, compared with unzipping the same updates, and the size of the log on disk, compared with the zipped updates.
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import Database from 'libsql'
import * as Y from 'yjs'
import { stateAt } from '../relay/http/history.ts'
import { SqliteLog } from '../relay/log/sqlite.ts'
import type { LoggedUpdate } from '../relay/log/update-log.ts'
import { parseNotebook } from '../shared/ipynb/parse.ts'
import { importNotebook } from '../shared/notebook/document/import.ts'
import { cellSource, readNotebook, visibleCells } from '../shared/notebook/document/read.ts'
import { notebookOf } from './notebooks.ts'
import type { Bench } from './row.ts'

const docId = 'history'
const cells = 200
const keystrokes = 50_000
const rounds = 15
const warmUp = 3
/** Updates between compactions, as in rooms. */
const compactEvery = 1_000
/** Keystrokes in one cell before moving to another. */
const burst = 40

const typedText = 'total values plot mean for each row in the frame and print the result of it all '

/** Calls `onRow` with the import and then each keystroke, and with the document at that time. */
const simulate = async (onRow: (row: LoggedUpdate, doc: Y.Doc) => Promise<void>): Promise<void> => {
  const parsed = parseNotebook(notebookOf(cells))
  if (!parsed.ok) throw new Error(parsed.reason)
  const doc = new Y.Doc()
  const first = importNotebook(parsed.notebook, docId)
  Y.applyUpdate(doc, first)
  let time = Date.UTC(2026, 0, 5, 9)
  await onRow({ docId, time, user: '', client: 0, bytes: first }, doc)
  const people = ['Ana', 'Ben'].map((user, index) => {
    const own = new Y.Doc()
    own.clientID = 1_000_000_007 + index
    Y.applyUpdate(own, first)
    const made: Uint8Array[] = []
    own.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'other') made.push(update)
    })
    return { user, doc: own, made }
  })
  const ids = visibleCells(doc)
  for (let key = 0; key < keystrokes; key++) {
    const turn = Math.floor(key / burst)
    const person = people[turn % 2]
    const id = ids[(turn * 7919) % ids.length]
    const text = person && id ? cellSource(person.doc, id) : undefined
    if (!person || !text) throw new Error('no person or no cell')
    const at = Math.min(text.length, ((turn * 31) % 200) + (key % burst))
    if (key % 12 === 11) text.delete(at - 1, 1)
    else text.insert(at, typedText.charAt(key % typedText.length))
    const bytes = person.made.pop()
    if (!bytes) throw new Error('a keystroke without an update')
    for (const other of people) if (other !== person) Y.applyUpdate(other.doc, bytes, 'other')
    Y.applyUpdate(doc, bytes)
    time += key % burst === 0 ? 20_000 : 200
    await onRow({ docId, time, user: person.user, client: person.doc.clientID, bytes }, doc)
  }
  for (const each of [doc, ...people.map((person) => person.doc)]) each.destroy()
}

/** Bytes of all chunks, including their authorship data. */
const packedIn = (file: string): number => {
  const database = new Database(file)
  try {
    const [sum] = database
      .prepare('SELECT sum(length(packed) + length(stints)) AS bytes FROM chunks')
      .all([]) as { bytes: number }[]
    return sum?.bytes ?? 0
  } finally {
    database.close()
  }
}

export const history: Bench = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'llm-notebook-bench-'))
  try {
    const file = join(folder, 'log.sqlite')
    const written = await SqliteLog.open(file)
    const updates: Uint8Array[] = []
    const half = keystrokes / 2
    let [then, waiting]: [string, LoggedUpdate[]] = ['', []]
    await simulate(async (row, doc) => {
      updates.push(row.bytes)
      waiting.push(row)
      if (updates.length === half) then = JSON.stringify(readNotebook(doc))
      if (waiting.length < compactEvery) return
      await written.updates.append(waiting)
      waiting = []
      await written.updates.compact(docId, Y.encodeStateAsUpdate(doc))
    })
    await written.updates.append(waiting)
    await written.close()
    const [disk, packed] = [(await stat(file)).size, packedIn(file)]
    const whole = gzipSync(Buffer.concat(updates))
    const piece = gzipSync(Buffer.concat(updates.slice(0, half)))

    const log = await SqliteLog.open(file)
    const [back, unpacked, seen]: [number[], number[], number[]] = [[], [], []]
    try {
      for (let round = 0; round < warmUp + rounds; round++) {
        const from = performance.now()
        const state = await stateAt(log.updates, docId, half)
        const between = performance.now()
        gunzipSync(piece)
        const after = performance.now()
        await log.updates.sessions(docId)
        const end = performance.now()
        const doc = new Y.Doc()
        Y.applyUpdate(doc, state)
        if (JSON.stringify(readNotebook(doc)) !== then) throw new Error('the restored notebook differs')
        doc.destroy()
        if (round < warmUp) continue
        back.push(between - from)
        unpacked.push(after - between)
        seen.push(end - after)
      }
    } finally {
      await log.close()
    }
    const baseline = { what: 'gunzip the same updates', samples: unpacked }
    return [
      {
        what: `back to the middle of ${keystrokes.toLocaleString('en')} updates`,
        unit: 'ms',
        ours: back,
        baseline,
      },
      { what: 'read all edit sessions', unit: 'ms', ours: seen, baseline },
      {
        what: 'history in the log: updates, times, names',
        unit: 'kB',
        ours: [packed / 1_000],
        baseline: { what: 'gzip of the updates alone', samples: [whole.length / 1_000] },
      },
      {
        what: 'log on disk, including its checkpoint',
        unit: 'kB',
        ours: [disk / 1_000],
        baseline: { what: 'gzip of the updates alone', samples: [whole.length / 1_000] },
      },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
