// SQL cells: SQLite in the notebook’s Python, on its variables or on one of its files.
import { afterAll, expect, test } from 'vitest'
import { sql } from '../../../shared/notebook/cell-kinds/sql.ts'
import { errorLine } from '../../../shared/notebook/output/error-location.ts'
import { only, Session, tracebackOf, type Ran } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)
const query = (source: string, onEvent?: Parameters<typeof run>[1]): Promise<Ran> => {
  if (sql.executor?.type !== 'kernel') throw new Error('SQL runs in Python')
  return run(sql.executor.code(source), onEvent)
}
const value = async (code: string): Promise<unknown> => only(await run(code), 'result').data['text/plain']

/** The marked line, counted within the cell. */
const markedLine = (ran: Ran): number | null => {
  const { ename, evalue, traceback } = only(ran, 'error')
  return errorLine([{ type: 'error', ename, evalue, traceback: traceback.join('\n') }], session.count)
}

test('queries see the current values of lists and data frames, and their rows are in `_sql`', async () => {
  await run('people = [{"name": "Ana", "age": 41}, {"name": "Ben", "tags": ["x"]}]\nlimit = 40')
  const ran = await query('SELECT name, age\nFROM people\nORDER BY name DESC')
  expect(ran.outcome).toEqual({ status: 'done' })
  const { data } = only(ran, 'result')
  expect(data['text/plain']).toBe('name  age\nBen   null\nAna   41\n2 rows × 2 columns')
  expect(data['text/html']).toContain('class="dataframe"')
  expect(data['text/html']).toMatch(/<th>name<\/th><th>age<\/th>[^]*<td>Ben<\/td><td><i[^>]*>null<\/i><\/td>/)
  expect(
    await value('_sql[0]["name"], _sql == [{"name": "Ben", "age": None}, {"name": "Ana", "age": 41}]'),
  ).toBe("('Ben', True)")
  await run('people.append({"name": "<b>Cem"})')
  expect(
    only(await query('SELECT count(*) AS n FROM people WHERE age IS NULL'), 'result').data['text/plain'],
  ).toBe('n\n2\n1 row × 1 column')
  expect(only(await query('SELECT name FROM people'), 'result').data['text/html']).toContain('&lt;b&gt;Cem')
  expect(
    only(await query('SELECT name FROM people WHERE age > :limit'), 'result').data['text/plain'],
  ).toContain('Ana')
  // The parts of a pandas data frame that are used; `test:real` has pandas itself.
  await run(`from datetime import datetime
class Frame:
    columns, shape, index = ["day", "n", "N"], (2, 3), type("Index", (), {"names": [None]})
    def itertuples(self, index, name):
        yield datetime(2026, 1, 2), float("nan"), 2**70
        yield datetime(2026, 1, 3), 1.5, 1
sales = Frame()`)
  expect(only(await query('SELECT * FROM sales WHERE n IS NULL'), 'result').data['text/plain']).toBe(
    `day                  n     N_2\n2026-01-02 00:00:00  null  ${2n ** 70n}\n1 row × 3 columns`,
  )
  expect(only(await query('SELECT * FROM _sql'), 'result').data['text/plain']).toContain('2026-01-02')
})

test('the database lasts as long as Python, and the last of several statements is shown', async () => {
  const made = await query(
    "CREATE TABLE log (a, b); -- one; two\nINSERT INTO log VALUES (1, 'x;y'), (2, NULL);\nSELECT b FROM log",
  )
  expect(made.stdout).toBe('2 rows changed\n')
  expect(only(made, 'result').data['text/plain']).toBe('b\nx;y\nnull\n2 rows × 1 column')
  const deleted = await query('DELETE FROM log WHERE a = 1')
  expect([deleted.stdout, deleted.events.some(({ type }) => type === 'result')]).toEqual([
    '1 row changed\n',
    false,
  ])
  // A view of the table sees the variable’s current value.
  await query('CREATE VIEW everybody AS SELECT count(*) AS n FROM people')
  await run('people.append({"name": "Dan"})')
  expect(only(await query('SELECT n FROM everybody'), 'result').data['text/plain']).toContain('4')
  expect(only(await run('%%sql\nSELECT a FROM log'), 'result').data['text/plain']).toBe(
    'a\n2\n1 row × 1 column',
  )
  await run('big = [{"n": n} for n in range(2000)]')
  const { data } = only(await query('SELECT n FROM big'), 'result')
  expect(String(data['text/html']).match(/<tr>/g)).toHaveLength(500)
  expect(data['text/html']).toContain('2,000 rows × 1 column; the first 500 are shown, all are in _sql')
  expect(await value('len(_sql)')).toBe('2000')
  for (const nothing of ['', ' \n', '-- nothing'])
    expect(await query(nothing)).toMatchObject({ outcome: { status: 'done' }, events: [] })
})

test.each([
  ['SELECT name\nFROM people\nWHERE nme = 1', 3, 'no such column: nme'],
  ["-- FRM\nSELECT 'FRM' AS FRM,\n  2 FRM FRM", 3, 'near "FRM": syntax error'],
  ['SELECT 1;\n\n\nSELECT * FRM people', 4, 'near "FRM": syntax error'],
  ['SELECT (\n1\n', 2, 'incomplete input'],
  ['SELECT 1;\nSELECT *\nFROM nowhere', 3, 'no such table: nowhere'],
  ['SELECT *\nFROM limit_', 2, 'no such table: limit_ (limit_ is a variable, but neither a data frame'],
  ['SELECT\n:nothing', 2, 'You did not supply a value for binding parameter :nothing'],
  ['UPDATE people\nSET name = 1', 1, 'cannot modify people because it is a view, a copy of the variable'],
  ['\n-- db: nofile.db\nSELECT 1', 2, "there is no file 'nofile.db' in this notebook's folder"],
])('an error marks its line: %j', async (source, line, message) => {
  await run('people = [{"name": "Ana"}]; limit_ = 1')
  const ran = await query(source)
  expect(ran.outcome).toEqual({ status: 'error' })
  expect(tracebackOf(ran)).toContain(message)
  expect(only(ran, 'error').evalue).toContain(message)
  expect(markedLine(ran)).toBe(line)
})

test('a leading comment names a database file, which is created when written and then closed', async () => {
  await query("-- what is sold\n-- db: shop.db\nCREATE TABLE goods (name); INSERT INTO goods VALUES ('tea')")
  const ran = await query('-- db: shop.db\nSELECT name FROM goods')
  expect(only(ran, 'result').data['text/plain']).toBe('name\ntea\n1 row × 1 column')
  expect(await value('import os\nsorted(f for f in os.listdir() if f.startswith("shop"))')).toBe(
    "['shop.db']",
  )
  expect(
    await value('import sqlite3\nsqlite3.connect("shop.db").execute("select name from goods").fetchall()'),
  ).toBe("[('tea',)]")
  // A table of the file is not replaced by the variable, and the in-memory database is separate.
  await run('goods = [{"name": "coffee"}]')
  expect(only(await query('-- db: shop.db\nSELECT name FROM goods'), 'result').data['text/plain']).toContain(
    'tea',
  )
  expect(only(await query('SELECT name FROM goods'), 'result').data['text/plain']).toContain('coffee')
  // As other programs leave a database that is read while they write (WAL).
  await run('with sqlite3.connect("wal.db") as db: db.execute("create table t as select 7 as n")\ndb.close()')
  await run(
    'data = bytearray(open("wal.db", "rb").read()); data[18] = data[19] = 2; n = open("wal.db", "wb").write(data)',
  )
  expect(only(await query('-- db: wal.db\nSELECT n FROM t'), 'result').data['text/plain']).toContain('7')
})

test('an endless query can be interrupted, and the next one runs', async () => {
  const ran = query(
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0',
  )
  await session.until(() => session.kernel.status === 'busy')
  session.kernel.interrupt()
  expect((await ran).outcome).toEqual({ status: 'interrupted' })
  expect(only(await query('SELECT 1 AS one'), 'result').data['text/plain']).toContain('one')
})
