// Threads take turns, and code that needs other programs, processes or sockets gets a one-line error.
import { afterAll, describe, expect, test } from 'vitest'
import { only, Session, tracebackOf, type Ran } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)
const printed = async (code: string): Promise<string> => {
  const { outcome, stdout, stderr } = await run(code)
  expect({ outcome, stderr }).toEqual({ outcome: { status: 'done' }, stderr: '' })
  return stdout
}

describe('threads', () => {
  test('synchronize with queues, locks and events, and have thread-local values', async () => {
    expect(
      await printed(`import queue, threading, time
jobs, local = queue.Queue(), threading.local()
local.name = "main"
def work():
    local.name = threading.current_thread().name
    while (job := jobs.get()) is not None:
        print(local.name, job)
        jobs.task_done()
thread = threading.Thread(target=work, name="worker", daemon=True)
thread.start()
for job in range(2): jobs.put(job)
jobs.join()
jobs.put(None)
thread.join()
print(local.name, thread.is_alive(), threading.active_count())`),
    ).toBe('worker 0\nworker 1\nmain False 1\n')
    expect(
      await printed(`lock, count = threading.Lock(), 0
def add():
    global count
    for _ in range(20):
        with lock:
            before = count
            time.sleep(0)
            count = before + 1
threads = [threading.Thread(target=add) for _ in range(5)]
for thread in threads: thread.start()
for thread in threads: thread.join()
event = threading.Event()
print(count, event.wait(0.01))
threading.Timer(0.01, event.set).start()
print(event.wait())`),
    ).toBe('100 False\nTrue\n')
  })

  test('work in pools and sleep concurrently', async () => {
    expect(
      await printed(`import asyncio, time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
began = []
def slow(n):
    began.append(n)
    time.sleep(0.5)
    return len(began)
with ThreadPoolExecutor(3) as pool:
    print(list(pool.map(slow, range(3))))
with ThreadPool(2) as pool:
    print(pool.map(abs, [-1, -2]))
async def later(): return 5
def ask(loop): print(asyncio.run_coroutine_threadsafe(later(), loop).result())
thread = threading.Thread(target=ask, args=(asyncio.get_running_loop(),))
thread.start()
await asyncio.sleep(0)
thread.join()`),
    ).toBe('[3, 3, 3]\n[1, 2]\n5\n')
  })

  test('report an exception on stderr, and can be interrupted while waiting or busy', async () => {
    const failed = await run('thread = threading.Thread(target=lambda: 1 / 0)\nthread.start()\nthread.join()')
    expect(failed.outcome).toEqual({ status: 'done' })
    expect(failed.stderr).toContain('ZeroDivisionError')
    for (const code of ['threading.Event().wait()', 'while True: pass']) {
      const { seen, onEvent } = session.waitingFor('on')
      const source = `def body():\n    print("on", flush=True)\n    ${code}\nthread = threading.Thread(target=body)\nthread.start()\nthread.join()`
      const running = run(source, onEvent)
      await seen
      session.kernel.interrupt()
      expect(only(await running, 'error').ename).toBe('KeyboardInterrupt')
    }
    expect(await printed('print("goes on")')).toBe('goes on\n')
  })

  test('run as soon as they are started if the browser cannot switch stacks', async () => {
    expect(
      await printed(`from pyodide import ffi
stock, ffi.can_run_sync = ffi.can_run_sync, lambda: False
try:
    with ThreadPoolExecutor(2) as pool: print(list(pool.map(abs, [-1, -2])))
    def poll():
        while not threading.Event().wait(1): print("never")
    thread = threading.Thread(target=poll)
    thread.start()
    print(thread.is_alive())
    lock = threading.Lock()
    lock.acquire()
    try: lock.acquire()
    except RuntimeError as error: print(error)
finally:
    ffi.can_run_sync = stock`),
    ).toBe('[1, 2]\nFalse\nThis waits for a thread, and none can go on meanwhile in this browser.\n')
  })
})

describe('other programs', () => {
  test('run as the shell commands available with !', async () => {
    expect(
      await printed(`import os, subprocess, sys
subprocess.run(["echo", "shown"])
print(subprocess.check_output("echo one two | wc -w", shell=True, text=True).split())
print(subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE).communicate(b"given"))
program = subprocess.run([sys.executable, "-c", "print(6 * 7); 1 / 0"], capture_output=True, text=True)
print(program.returncode, program.stdout, program.stderr.splitlines()[1:2], program.stderr.splitlines()[-1])
print(os.system("echo system"), os.popen("pwd").read())`),
    ).toBe(
      "shown\n['2']\n(b'given', None)\n1 42\n ['  File \"-c\", line 1, in <module>'] ZeroDivisionError: division by zero\nsystem\n0 /notebook\n\n",
    )
    const unknown = await run('os.system("git status")')
    expect(unknown.stderr).toMatch(/^!git is not available/)
    expect(only(unknown, 'result').data['text/plain']).toBe('32512')
  })

  test.each([
    ['subprocess.run(["git"])', 'FileNotFoundError', '!git is not available: Python runs in the browser'],
    ['os.fork()', 'OSError', 'Python in a browser is one process and cannot start another.'],
    ['import multiprocessing\nmultiprocessing.Pool(2)', 'NotImplementedError', 'Python in a browser is one'],
    [
      'multiprocessing.Process(target=print).start()',
      'ModuleNotFoundError',
      'multiprocessing is not available',
    ],
    [
      'from concurrent.futures import ProcessPoolExecutor as P\nP()',
      'NotImplementedError',
      'Python in a browser',
    ],
    [
      'await asyncio.create_subprocess_exec("ls")',
      'NotImplementedError',
      'Python in a browser is one process',
    ],
    ['import socket\nsocket.create_connection(("a.example", 80))', 'gaierror', 'There are no sockets'],
    ['import http.server as h\nh.HTTPServer(("", 1), None)', 'gaierror', 'There are no sockets in a browser'],
    ['import tkinter', 'ModuleNotFoundError', 'tkinter is not available: there are no windows'],
  ])('%j fails with a one-line explanation', async (code, ename, message) => {
    const ran: Ran = await run(code)
    const error = only(ran, 'error')
    expect(error.ename).toBe(ename)
    expect(error.evalue.slice(0, message.length)).toBe(message)
    expect(tracebackOf(ran)).toBe(`${ename}: ${error.evalue}`)
  })

  test('fail with exceptions of the usual types', async () => {
    expect(
      await printed(`for what in (lambda: subprocess.run(["git"]), lambda: __import__("tkinter"), os.fork):
    try: what()
    except (OSError, ImportError) as error: print(type(error).__name__)`),
    ).toBe('FileNotFoundError\nModuleNotFoundError\nOSError\n')
  })
})

test('the page receives code for the next cell and URLs to open', async () => {
  expect((await run('%%writefile part.py\nx = 5\n')).outcome).toEqual({ status: 'done' })
  expect(only(await run('%load part.py'), 'next-input')).toEqual({
    type: 'next-input',
    text: '# %load part.py\nx = 5\n',
    replace: true,
  })
  await run('y = 6')
  expect(only(await run(`%recall ${session.count}`), 'next-input')).toMatchObject({
    text: 'y = 6',
    replace: false,
  })
  expect((await run('get_ipython().set_next_input("z")\n1 / 0')).events.map(({ type }) => type)).toEqual([
    'error',
  ])
  const opened = await run('import webbrowser\nwebbrowser.open_new_tab("https://a.example/")')
  expect(only(opened, 'open').url).toBe('https://a.example/')
})

test('garbage collection leaves the stack of a waiting thread alone', async () => {
  await run(
    'import ast, threading\ngo = threading.Event()\nthread = threading.Thread(target=go.wait)\nthread.start()',
  )
  expect(await printed('for n in range(10): ast.parse("x = [y(1), 2]\\n" * 20_000)\nprint("alive")')).toBe(
    'alive\n',
  )
  expect(await printed('go.set()\nthread.join()\nprint(thread.is_alive())')).toBe('False\n')
})
