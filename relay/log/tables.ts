// The log's tables.
import type Database from 'libsql'

// Updates lie in one tree, so that a commit writes one page a document: half of what a table and an index take.
const schema = `
CREATE TABLE IF NOT EXISTS updates(docId TEXT NOT NULL, seq INTEGER NOT NULL, time INTEGER NOT NULL,
  user TEXT NOT NULL, client INTEGER NOT NULL, bytes BLOB NOT NULL, PRIMARY KEY(docId, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks(docId TEXT NOT NULL, lastSeq INTEGER NOT NULL, packed BLOB NOT NULL, stints BLOB,
  PRIMARY KEY(docId, lastSeq));
CREATE TABLE IF NOT EXISTS versions(seq INTEGER PRIMARY KEY AUTOINCREMENT, docId TEXT NOT NULL, at INTEGER NOT NULL,
  name TEXT NOT NULL, by TEXT NOT NULL, time INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS versions_of ON versions(docId, at);
CREATE TABLE IF NOT EXISTS checkpoints(docId TEXT PRIMARY KEY, seq INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS documents(docId TEXT PRIMARY KEY, epoch TEXT NOT NULL, path TEXT NOT NULL, binned TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS documents_at ON documents(path) WHERE binned IS NULL;
CREATE TABLE IF NOT EXISTS aliases(path TEXT PRIMARY KEY, docId TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bases(seq INTEGER PRIMARY KEY AUTOINCREMENT, docId TEXT NOT NULL, digest TEXT NOT NULL,
  bytes BLOB NOT NULL, time INTEGER NOT NULL, written INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS bases_of ON bases(docId, seq);`

/** Of the tables above; raised when a change is not additive. */
const version = 2

/** Makes what is missing; throws where the file holds another version's tables. */
export const prepareTables = (database: Database.Database): void => {
  const [found] = database.prepare('PRAGMA user_version').all([]) as { user_version: number }[]
  const [tables] = database.prepare('SELECT count(*) AS count FROM sqlite_schema').all([]) as {
    count: number
  }[]
  if (found?.user_version !== version && tables?.count !== 0) {
    database.close()
    throw new Error('it was written by another version of LLM Notebook')
  }
  database.exec(schema)
  const columns = database.prepare("SELECT name FROM pragma_table_info('chunks')").all([]) as {
    name: string
  }[]
  // Chunks of before have none; they are read from their rows.
  if (!columns.some(({ name }) => name === 'stints'))
    database.exec('ALTER TABLE chunks ADD COLUMN stints BLOB')
  database.pragma(`user_version = ${version}`)
}
