// The folder Python works in, as stored in this browser. Files beside a notebook are tested in
// test/promises/files-panel.
import { afterAll, expect, test } from 'vitest'
import { FileStore } from '../../../client/files/store.ts'
import { only, Session } from './session.ts'

const docId = crypto.randomUUID()
const session = new Session({ place: () => ({ docId, folder: '' }) })
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)

const text = (bytes: Uint8Array<ArrayBuffer> | null): string | null =>
  bytes === null ? null : new TextDecoder().decode(bytes)

test(
  'files written by Python outlive it, and files added by the page reach Python',
  { timeout: 120_000 },
  async () => {
    const store = await FileStore.open(docId)
    const at = async (path: string): Promise<string | null> => {
      const found = (await store.list()).find((row) => row.path === path)
      return found === undefined ? null : text(await store.read(found))
    }
    const first = await run(`
import os
print(os.getcwd())
open("small.txt", "w").write("größe")
open("large.bin", "wb").write(bytes(range(256)) * 4096)
os.makedirs("out/deep")
os.makedirs("empty")
open("out/deep/x.csv", "w").write("a,b")
open("gone.txt", "w").write("soon")
open("zero.txt", "w").close()`)
    expect(first).toMatchObject({ stdout: '/notebook\n', stderr: '', outcome: { status: 'done' } })
    // When a run has ended, all its files are stored.
    expect((await store.list()).map(({ path, size, large }) => [path, size, large])).toEqual([
      ['empty/', 0, false],
      ['gone.txt', 4, false],
      ['large.bin', 1 << 20, true],
      ['out/deep/x.csv', 3, false],
      ['small.txt', 7, false],
      ['zero.txt', 0, false],
    ])
    expect(await at('small.txt')).toBe('größe')
    const before = await store.list()

    await session.kernel.restart()
    const second = await run(`
import os, hashlib
print(sorted(os.listdir()), open("small.txt").read(), open("out/deep/x.csv").read())
print(open("large.bin", "rb").read() == bytes(range(256)) * 4096)
os.remove("gone.txt")
os.rename("zero.txt", "renamed.txt")
with open("large.bin", "r+b") as f: f.write(b"changed")`)
    expect(second.stdout).toBe(
      "['empty', 'gone.txt', 'large.bin', 'out', 'small.txt', 'zero.txt'] größe a,b\nTrue\n",
    )
    const after = await store.list()
    expect(after.map(({ path }) => path)).toEqual([
      'empty/',
      'large.bin',
      'out/deep/x.csv',
      'renamed.txt',
      'small.txt',
    ])
    const version = (rows: typeof after, path: string): string | undefined =>
      rows.find((row) => row.path === path)?.version
    // A file that did not change was not written again.
    expect(version(after, 'small.txt')).toBe(version(before, 'small.txt'))
    expect((await at('large.bin'))?.slice(0, 8)).toBe('changed\u0007')

    // The page adds and removes files while Python goes on.
    const put = (path: string, content: string): Promise<unknown> => {
      const bytes = new TextEncoder().encode(content)
      return store.write([{ path, bytes, modified: Date.UTC(2020, 1, 2), from: null, changed: false }])
    }
    await put('my_module.py', 'answer = 42\ndef twice(x): return 2 * x')
    await put('small.txt', 'from the page')
    await store.remove(['renamed.txt'])
    const third = await run(`
import my_module
print(my_module.twice(my_module.answer), open("small.txt").read(), os.path.exists("renamed.txt"))
print(os.path.getmtime("small.txt"), [n for n in os.listdir() if "cache" in n])`)
    expect(third.stdout).toBe('84 from the page False\n1580601600.0 []\n')
    expect(version(await store.list(), 'large.bin')).toBe(version(after, 'large.bin'))

    // An interrupt while files are scanned is an interrupt of the run. Files of a failed run stay.
    const broken = await run('open("before.txt", "w").write("kept")\n1 / 0')
    expect([only(broken, 'error').ename, await at('before.txt')]).toEqual(['ZeroDivisionError', 'kept'])
    const stopped = run('while True: pass\nopen("never.txt", "w").write("x")')
    session.kernel.interrupt()
    expect((await stopped).outcome).toEqual({ status: 'interrupted' })
    expect(await at('never.txt')).toBe(null)

    // While a run awaits, the files it has written are stored already.
    const waiting = session.waitingFor('written')
    const long = run(
      'import asyncio\nopen("early.txt", "w").write("early")\nprint("written")\nawait asyncio.sleep(1000)',
      waiting.onEvent,
    )
    await waiting.seen
    await expect.poll(() => at('early.txt'), { timeout: 30_000 }).toBe('early')
    session.kernel.interrupt()
    expect((await long).outcome).toEqual({ status: 'interrupted' })

    // If that fails because of what the code itself has replaced, the end of the run stores them.
    const sly = await run(`
from pyodide.code import run_js
open("early.txt", "w").write("later")
await run_js("""new Promise((caught) => {
  const { filter } = Array.prototype
  Array.prototype.filter = () => {
    Array.prototype.filter = filter
    caught()
    throw new Error('replaced')
  }
})""")`)
    expect(sly).toMatchObject({ stdout: '', stderr: '', outcome: { status: 'done' } })
    expect(await at('early.txt')).toBe('later')

    // Another notebook has files of its own.
    const other = await FileStore.open(crypto.randomUUID())
    expect(await other.list()).toEqual([])
    await store.remove((await store.list()).map(({ path }) => path))
    other.close()
    store.close()
  },
)
