// The texts of all notebooks in a separate SQLite file, which can be rebuilt at any time. Trigrams of the folded text are
// indexed (FTS5), so that any part of a word is found.
import { rm } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import Database from 'libsql'
import type { KindName } from '../../shared/notebook/notebook.ts'
import { errorCode } from '../disk/disk-errors.ts'
import { Statements } from '../log/statements.ts'
import { fold } from './fold.ts'

export interface IndexedText {
  /** '' if the file has no id for it. */
  readonly cell: string
  readonly kind: KindName
  readonly text: string
  /** Paths of the notebooks it links to. */
  readonly links: () => readonly string[]
}

export interface IndexedNotebook {
  readonly path: string
  /** Changes with the content; '' if it must be read again. */
  readonly tag: string
  readonly title: string
  /** Milliseconds since 1970. */
  readonly modified: number
  readonly cells: readonly IndexedText[]
}

/** A text that was found. `position` is 0 for the title and path, 1 for the first cell. */
export interface FoundText {
  readonly path: string
  readonly title: string
  readonly position: number
  readonly cell: string
  readonly kind: KindName
  readonly text: string
}

const version = 1
// Only which texts contain a trigram, not where: that halves the index, and the text itself has the positions.
const schema = `
CREATE TABLE notebooks(id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, tag TEXT NOT NULL, title TEXT NOT NULL,
  folded TEXT NOT NULL, modified INTEGER NOT NULL);
CREATE TABLE texts(id INTEGER PRIMARY KEY, notebook INTEGER NOT NULL, position INTEGER NOT NULL, cell TEXT NOT NULL,
  kind TEXT NOT NULL);
CREATE INDEX texts_of ON texts(notebook, position);
CREATE TABLE links(text INTEGER NOT NULL, target TEXT NOT NULL, PRIMARY KEY(text, target)) WITHOUT ROWID;
CREATE INDEX links_to ON links(target);
CREATE VIRTUAL TABLE parts USING fts5(folded, text UNINDEXED, detail=none, tokenize='trigram case_sensitive 1');
PRAGMA user_version = ${version};`

const maxText = 200_000
/** Characters written before yielding to other work. */
const perTurn = 20_000
const entryLength = 3
/** Texts examined for one search, the latest first. */
const maxMatches = 5_000
const perNotebook = 5

const entriesOf = (word: string): readonly string[] => {
  const characters = Array.from(word)
  return characters.slice(entryLength - 1).map((_, at) => characters.slice(at, at + entryLength).join(''))
}
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

interface Row {
  readonly id: number
  readonly position: number
  readonly cell: string
  readonly kind: string
  readonly text: string
}

const keyOf = ({ cell, kind, text }: Pick<Row, 'cell' | 'kind' | 'text'>): string =>
  JSON.stringify([cell, kind, text])

const openDatabase = (file: string): Database.Database => {
  const database = new Database(file, { timeout: 5000 })
  database.pragma('journal_mode=WAL')
  database.pragma('synchronous=NORMAL')
  return database
}

export class SearchIndex {
  private readonly statements: Statements
  private closed = false

  private constructor(private readonly database: Database.Database) {
    this.statements = new Statements(database)
  }

  /** A damaged index, or one of another version, is recreated. */
  static async open(file: string): Promise<SearchIndex> {
    try {
      const database = openDatabase(file)
      const [found] = database.prepare('PRAGMA user_version').all([]) as { user_version: number }[]
      if (found?.user_version === version) return new SearchIndex(database)
      database.close()
    } catch (error) {
      if (!['SQLITE_NOTADB', 'SQLITE_CORRUPT'].includes(errorCode(error))) throw error
    }
    for (const end of ['', '-wal', '-shm']) await rm(file + end, { force: true })
    const database = openDatabase(file)
    database.exec(schema)
    return new SearchIndex(database)
  }

  close(): void {
    this.closed = true
    this.statements.close()
  }

  tags(): ReadonlyMap<string, string> {
    const rows = this.statements.all<{ path: string; tag: string }>('SELECT path, tag FROM notebooks', [])
    return new Map(rows.map(({ path, tag }) => [path, tag]))
  }

  /** Only texts that changed are written, a few at a time. */
  async put({ path, tag, title, modified, cells }: IndexedNotebook): Promise<void> {
    this.statements.run(
      `INSERT INTO notebooks(path, tag, title, folded, modified) VALUES(?, '', ?, ?, ?) ON CONFLICT(path) DO UPDATE SET
       tag = '', title = excluded.title, folded = excluded.folded, modified = excluded.modified`,
      [path, title, fold(`${title}\n${path}`), modified],
    )
    const notebook = this.idOf(path)
    const unused = new Map<string, Row[]>()
    for (const row of this.rows(notebook)) {
      const key = keyOf(row)
      unused.set(key, [...(unused.get(key) ?? []), row])
    }
    const changes: (() => number)[] = []
    for (const [index, { text: whole, ...cell }] of cells.entries()) {
      const position = index + 1
      const text = whole.slice(0, maxText)
      const same = unused.get(keyOf({ ...cell, text }))?.shift()
      if (same === undefined) changes.push(() => this.insert(notebook, position, { ...cell, text }))
      else if (same.position !== position)
        changes.push(() => {
          this.statements.run('UPDATE texts SET position = ? WHERE id = ?', [position, same.id])
          return 0
        })
    }
    for (const { id } of [...unused.values()].flat()) changes.push(() => this.delete(id))
    await this.inTurns(changes)
    this.statements.run('UPDATE notebooks SET tag = ? WHERE id = ?', [tag, notebook])
  }

  async remove(path: string): Promise<void> {
    const notebook = this.idOf(path)
    await this.inTurns(
      this.rows(notebook).map(
        ({ id }) =>
          () =>
            this.delete(id),
      ),
    )
    this.statements.run('DELETE FROM notebooks WHERE id = ?', [notebook])
  }

  /** Texts with all of the folded words: titles, then cells; the latest notebooks first. */
  find(words: readonly string[], limit: number): readonly FoundText[] {
    const conditions = words.map(() => 'instr(folded, ?) > 0').join(' AND ')
    const titles = this.statements.all<FoundText>(
      `SELECT path, title, 0 AS position, '' AS cell, '' AS kind, title || char(10) || path AS text FROM notebooks
       WHERE ${conditions} ORDER BY modified DESC, path LIMIT ?`,
      [...words, limit],
    )
    const entries = words.flatMap(entriesOf).map(quoted).join(' AND ')
    const match = entries === '' ? [] : [entries]
    const cells = this.statements.all<FoundText>(
      `SELECT n.path, n.title, t.position, t.cell, t.kind, p.text FROM (
         SELECT t.id, row_number() OVER (PARTITION BY t.notebook ORDER BY t.position) AS nth FROM (
           SELECT rowid AS id FROM parts WHERE ${match.map(() => 'parts MATCH ? AND ').join('')}${conditions}
           ORDER BY rowid DESC LIMIT ${maxMatches}
         ) m JOIN texts t ON t.id = m.id
       ) f JOIN texts t ON t.id = f.id JOIN notebooks n ON n.id = t.notebook JOIN parts p ON p.rowid = f.id
       WHERE f.nth <= ${perNotebook} ORDER BY n.modified DESC, n.path, t.position LIMIT ?`,
      [...match, ...words, limit - titles.length],
    )
    return [...titles, ...cells]
  }

  /** The cells that link to a notebook. */
  linksTo(path: string, limit: number): readonly FoundText[] {
    return this.statements.all<FoundText>(
      `SELECT n.path, n.title, t.position, t.cell, t.kind, p.text FROM links l JOIN texts t ON t.id = l.text
       JOIN notebooks n ON n.id = t.notebook JOIN parts p ON p.rowid = t.id WHERE l.target = ? AND n.path <> l.target
       ORDER BY n.path, t.position LIMIT ?`,
      [path, limit],
    )
  }

  private insert(notebook: number, position: number, { cell, kind, text, links }: IndexedText): number {
    this.statements.run('INSERT INTO texts(notebook, position, cell, kind) VALUES(?, ?, ?, ?)', [
      notebook,
      position,
      cell,
      kind,
    ])
    const [row] = this.statements.all<{ id: number }>('SELECT last_insert_rowid() AS id', [])
    const id = row?.id ?? 0
    this.statements.run('INSERT INTO parts(rowid, folded, text) VALUES(?, ?, ?)', [id, fold(text), text])
    for (const target of links())
      this.statements.run('INSERT INTO links(text, target) VALUES(?, ?)', [id, target])
    return text.length
  }

  private delete(id: number): number {
    this.statements.run('DELETE FROM parts WHERE rowid = ?', [id])
    this.statements.run('DELETE FROM links WHERE text = ?', [id])
    this.statements.run('DELETE FROM texts WHERE id = ?', [id])
    return 0
  }

  /** Each change returns the number of characters it wrote. */
  private async inTurns(changes: readonly (() => number)[]): Promise<void> {
    for (let next = 0; next < changes.length;) {
      if (next > 0) await setImmediate()
      if (this.closed) throw new Error('the index is closed')
      this.database.exec('BEGIN IMMEDIATE')
      try {
        for (let written = 0; next < changes.length && written < perTurn; next++)
          written += (changes[next]?.() ?? 0) + 100
        this.database.exec('COMMIT')
      } catch (error) {
        if (this.database.inTransaction) this.database.exec('ROLLBACK')
        throw error
      }
    }
  }

  private idOf(path: string): number {
    return this.statements.all<{ id: number }>('SELECT id FROM notebooks WHERE path = ?', [path])[0]?.id ?? 0
  }

  private rows(notebook: number): readonly Row[] {
    return this.statements.all<Row>(
      `SELECT t.id, t.position, t.cell, t.kind, p.text FROM texts t JOIN parts p ON p.rowid = t.id
       WHERE t.notebook = ? ORDER BY t.position`,
      [notebook],
    )
  }
}
