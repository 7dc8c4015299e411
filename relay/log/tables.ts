// The log's tables.
import type Database from 'libsql'
import { errorCode } from '../disk/disk-errors.ts'

// Updates are in one tree, so that a commit writes one page per document: half of a table with an index.
const schema = `
CREATE TABLE IF NOT EXISTS updates(docId TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL,
  user TEXT NOT NULL, client INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(docId, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks(docId TEXT NOT NULL, lastSeq INTEGER NOT NULL, packed BLOB NOT NULL, stints BLOB,
  time INTEGER, PRIMARY KEY(docId, lastSeq));
CREATE TABLE IF NOT EXISTS versions(seq INTEGER PRIMARY KEY AUTOINCREMENT, docId TEXT NOT NULL, at INTEGER NOT NULL,
  name TEXT NOT NULL, by TEXT NOT NULL, time INTEGER NOT NULL, user TEXT);
CREATE INDEX IF NOT EXISTS versions_of ON versions(docId, at);
CREATE TABLE IF NOT EXISTS checkpoints(docId TEXT PRIMARY KEY, seq INTEGER NOT NULL, bytes BLOB NOT NULL,
  packed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS documents(docId TEXT PRIMARY KEY, epoch TEXT NOT NULL, path TEXT NOT NULL, binned TEXT,
  began TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS documents_at ON documents(path) WHERE binned IS NULL;
CREATE TABLE IF NOT EXISTS aliases(path TEXT PRIMARY KEY, docId TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bases(seq INTEGER PRIMARY KEY AUTOINCREMENT, docId TEXT NOT NULL, digest TEXT NOT NULL,
  bytes BLOB NOT NULL, time INTEGER NOT NULL, written INTEGER NOT NULL, after INTEGER, state TEXT);
CREATE INDEX IF NOT EXISTS bases_of ON bases(docId, seq);
CREATE TABLE IF NOT EXISTS packs(docId TEXT PRIMARY KEY, packed BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS people(id TEXT PRIMARY KEY, name TEXT NOT NULL);`

export const tablesOfDocument = [
  'updates',
  'chunks',
  'checkpoints',
  'bases',
  'packs',
  'versions',
  'aliases',
  'documents',
] as const

/** Raised when an older program would misread the tables. */
const version = 4
/** Version 2 packed no states, and had no chunk after the checkpoint; 3 stored every state. */
const readable = [2, 3, version]

/** Columns that older tables lack. */
const added = [
  ['documents', 'began', 'TEXT'],
  ['chunks', 'stints', 'BLOB'],
  ['chunks', 'time', 'INTEGER'],
  ['checkpoints', 'packed', 'INTEGER NOT NULL DEFAULT 0'],
  ['versions', 'user', 'TEXT'],
  ['bases', 'after', 'INTEGER'],
  ['bases', 'state', 'TEXT'],
] as const

const columnsOf = (database: Database.Database, table: string): readonly string[] =>
  (database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all([]) as { name: string }[]).map(
    ({ name }) => name,
  )

/** Creates what is missing; throws if the file has tables of another version. */
export const prepareTables = (database: Database.Database): void => {
  const [found] = database.prepare('PRAGMA user_version').all([]) as { user_version: number }[]
  const [tables] = database.prepare('SELECT count(*) AS count FROM sqlite_schema').all([]) as {
    count: number
  }[]
  if (tables?.count !== 0 && !readable.includes(found?.user_version ?? 0)) {
    database.close()
    throw new Error('it was written by another version of LLM Notebook')
  }
  database.exec(schema)
  for (const [table, column, type] of added)
    if (!columnsOf(database, table).includes(column))
      database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`)
  database.pragma(`user_version = ${version}`)
}

/** Allows free pages to be returned to the disk; an older log is rewritten once for that. */
export const allowShrinking = (database: Database.Database): void => {
  const [mode] = database.prepare('PRAGMA auto_vacuum').all([]) as { auto_vacuum: number }[]
  if (mode?.auto_vacuum === incremental) return
  database.pragma(`auto_vacuum = ${incremental}`)
  try {
    database.exec('VACUUM')
  } catch (error) {
    // It needs as much space again. Without it the log keeps its size until a start that has it.
    if (errorCode(error) !== 'SQLITE_FULL') throw error
  }
}
const incremental = 2
