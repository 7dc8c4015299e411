// How Python starts: from a snapshot of its memory, and without it if the snapshot is unusable.
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { only, Session, type Ran } from './session.ts'

const first = new Session()
const second = new Session()
const sessions = [first, second]
afterAll(() => {
  for (const { kernel } of sessions) kernel.dispose()
})
beforeAll(() => Promise.all(sessions.map(({ kernel }) => kernel.start())))

const value = (ran: Ran): unknown => only(ran, 'result').data['text/plain']

test('Python starts from a memory snapshot, with this browser’s time zone and features', async () => {
  expect(sessions.map(({ kernel }) => kernel.snapshotError)).toEqual([null, null])
  // The time zone is this browser’s, not that of the machine that took the snapshot.
  const winter = new Date(new Date().getFullYear(), 0, 1).getTimezoneOffset()
  const summer = new Date(new Date().getFullYear(), 6, 1).getTimezoneOffset()
  expect(value(await first.run('_'))).toBe("''")
  const zone = await first.run(
    'import time\n(time.timezone, abs(time.time() - time.mktime(time.localtime())) < 60)',
  )
  expect(value(zone)).toBe(`(${60 * Math.max(winter, summer)}, True)`)
  // A module inside the snapshot, one outside it, and the event loop.
  const ran = await first.run('import asyncio, json, sqlite3\nawait asyncio.sleep(0, json.dumps({"a": [1]}))')
  expect(value(ran)).toBe(`'{"a": [1]}'`)
  // What Node lacks and the browser has was not lost in the snapshot.
  expect(value(await first.run('import pyodide.ffi\npyodide.ffi.can_run_sync()'))).toBe('True')
  expect(value(await first.run('asyncio.run(asyncio.sleep(0, "switched"))'))).toBe("'switched'")
  expect((await first.run('%who_ls')).events.at(-1)).toMatchObject({
    data: { 'text/plain': "['asyncio', 'json', 'pyodide', 'sqlite3', 'time']" },
  })
})

test('two kernels started from the snapshot draw different random values', async () => {
  const chance = `import random, secrets, tempfile, uuid
(random.random(), random.Random().random(), secrets.token_hex(), uuid.uuid4().hex, tempfile.mktemp())`
  const drawn = await Promise.all(
    sessions.map(async ({ run }, at) => value(await run.call(sessions[at], chance))),
  )
  const [one = [], other = []] = drawn.map((text) =>
    String(text)
      .replaceAll(/[()\s]/g, '')
      .split(','),
  )
  expect(one).toHaveLength(5)
  for (const [at, part] of one.entries()) expect(part).not.toBe(other[at])
})

test.each([
  ['damaged', 'its content is damaged'],
  ['missing', /answered 404$/],
])('a %s snapshot is reported, and Python starts without it', async (what, reason) => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
  onTestFinished(() => warn.mockRestore())
  const session = new Session({ indexURL: `/pyodide-${what}/` })
  sessions.push(session)
  expect(value(await session.run('6 * 7'))).toBe('42')
  expect(session.kernel.snapshotError).toEqual(expect.stringMatching(reason))
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(session.kernel.snapshotError ?? '-'))
})
