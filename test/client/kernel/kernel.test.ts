import { afterAll, describe, expect, test } from 'vitest'
import { only, printed, Session, tracebackOf } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)

describe('a run', () => {
  test('starts Python when needed and reports the progress', async () => {
    const details = new Set<string>()
    const stop = session.kernel.onChange(() =>
      details.add(`${session.kernel.status}: ${session.kernel.detail}`),
    )
    expect(session.kernel.status).toBe('off')
    expect((await run('x = 20')).outcome).toEqual({ status: 'done' })
    stop()
    expect([...details].some((detail) => /^starting: downloading \d+ of \d+ MB$/.test(detail))).toBe(true)
    expect(session.kernel.status).toBe('idle')
  })

  test('text is printed once, also if an alarm asks for it while it is being sent', async () => {
    const ran = await run(`import signal, sys
from notebook_kernel.streams import Batch
def alarmed(frame, event, _):
    if frame.f_code is Batch.flush.__code__:
        if frame.f_locals.get("text"): signal.getsignal(signal.SIGALRM)(None, frame)
        return alarmed
sys.stdout.flush()
sys.settrace(alarmed)
print("once")
sys.stdout.flush()
sys.settrace(None)`)
    expect(ran.outcome).toEqual({ status: 'done' })
    expect(ran.stdout).toBe('once\n')
  })

  test('keeps the variables of earlier cells', async () => {
    await run('x = 20\ndef double(n): return n * 2')
    expect(only(await run('double(x) + 2'), 'result').data).toEqual({ 'text/plain': '42' })
  })

  test('libraries that look for Jupyter’s kernel find one', async () => {
    const ran = await run(`import comm
ip = get_ipython()
print(ip.kernel.shell is ip, ip.kernel.comm_manager is comm.get_comm_manager())`)
    expect(ran.stdout).toBe('True True\n')
  })

  test('keeps what earlier cells set in context variables, as decimal’s precision is one', async () => {
    await run(
      'import contextvars, decimal\nheld = contextvars.ContextVar("held")\ndecimal.getcontext().prec = 6',
    )
    await run('import asyncio\nawait asyncio.sleep(0)\ntoken = held.set("kept")')
    const ran = await run('held.reset(token)\nprint(decimal.Decimal(1) / 3, held.get(None), token.old_value)')
    expect(ran.stdout).toMatch(/^0\.333333 None <Token.MISSING>\n$/)
    await run('decimal.getcontext().prec = 28')
  })

  test('can await at top level', async () => {
    const ran = await run('import asyncio\nawait asyncio.sleep(0.01, "slept")')
    expect(only(ran, 'result').data).toEqual({ 'text/plain': "'slept'" })
    const nested = await run('async def f():\n    await asyncio.sleep(0)\n    return 7\nasyncio.run(f())')
    expect(only(nested, 'result').data).toEqual({ 'text/plain': '7' })
    const gathered = await run('[x async for x in (await asyncio.sleep(0, i) for i in range(3))]')
    expect(only(gathered, 'result').data).toEqual({ 'text/plain': '[0, 1, 2]' })
  })

  test('of an empty cell or a comment is done at once', async () => {
    for (const code of ['', '  \n', '# nothing']) {
      expect(await run(code)).toMatchObject({ outcome: { status: 'done' }, events: [] })
    }
  })

  test('sets `_`, `Out` and `In`, unless `_` is assigned by a cell', async () => {
    await run('6 * 7')
    const count = session.count
    expect(only(await run('_ + 1'), 'result').data).toEqual({ 'text/plain': '43' })
    expect(only(await run(`(__, Out[${count}], _${count}, In[${count}])`), 'result').data).toEqual({
      'text/plain': "(42, 42, 42, '6 * 7')",
    })
    await run('for _ in "ab": pass')
    await run('1 + 1')
    expect(only(await run('_'), 'result').data).toEqual({ 'text/plain': "'b'" })
    await run('del _')
  })
})

describe('printed text', () => {
  test('is streamed before the run ends, even while it computes', async () => {
    const waiting = session.waitingFor('tick 2')
    let ended = false
    const ran = run(
      `import time
end = time.monotonic() + 30
for i in range(4):
    print("tick", i)
while time.monotonic() < end: pass`,
      waiting.onEvent,
    )
    void ran.then(() => (ended = true))
    await waiting.seen
    expect(ended).toBe(false)
    session.kernel.interrupt()
    expect((await ran).stdout).toBe('tick 0\ntick 1\ntick 2\ntick 3\n')
  })

  test('is streamed even through a saved reference to `write`', async () => {
    const waiting = session.waitingFor('kept')
    let ended = false
    const ran = run(
      `import sys, time
start = time.monotonic()
print("a")
print("b")
write = sys.stdout.write
while time.monotonic() < start + 0.3: pass
write("kept\\n")
while time.monotonic() < start + 30: pass`,
      waiting.onEvent,
    )
    void ran.then(() => (ended = true))
    await waiting.seen
    expect(ended).toBe(false)
    session.kernel.interrupt()
    expect((await ran).stdout).toBe('a\nb\nkept\n')
  })

  test('is streamed before a sleep and while the cell awaits', async () => {
    for (const sleep of ['import time; time.sleep(30)', 'import asyncio; await asyncio.sleep(30)']) {
      const waiting = session.waitingFor('now\nand then')
      const ran = run(`print("now")\nprint("and then", end="")\n${sleep}`, waiting.onEvent)
      await waiting.seen
      session.kernel.interrupt()
      expect((await ran).outcome).toEqual({ status: 'interrupted' })
    }
  })

  test('stays with its cell without a newline, and keeps its control characters', async () => {
    expect((await run('print("a\\rb\\b\\x1b[31mc", end="")')).stdout).toBe('a\rb\b\u001B[31mc')
    expect((await run('print("next")')).stdout).toBe('next\n')
    expect((await run('print("\\ud800 é 🎉")')).stdout).toBe('? é 🎉\n')
  })

  test('keeps its order across stdout, stderr and displays', async () => {
    const { events } = await run(
      'import sys\nprint("a")\nprint("b", file=sys.stderr)\ndisplay(1)\nprint("c")\n2',
    )
    const kinds = events.map((event) => (event.type === 'stream' ? event.name : event.type))
    expect(kinds.filter((kind, at) => kind !== kinds[at - 1])).toEqual([
      'stdout',
      'stderr',
      'display',
      'stdout',
      'result',
    ])
  })

  test('includes what C code writes', async () => {
    expect((await run('import os\nos.write(1, "é\\n".encode())')).stdout).toBe('é\n')
  })

  test('keeps its start and end if there is too much, and says how much was left out', async () => {
    const { stdout, events } = await run('for i in range(200_000): print("line", i)')
    expect(stdout.startsWith('line 0\nline 1\n')).toBe(true)
    expect(stdout.endsWith('\nline 199998\nline 199999\n')).toBe(true)
    expect(stdout).toMatch(/\n\[[\d,]+ lines, \d,\d{3},\d{3} characters left out\]\n/)
    expect(stdout.length).toBeLessThan(1_001_000)
    expect(events.length).toBeLessThan(1000)
    expect((await run('print("next")')).stdout).toBe('next\n')
  })

  test('shows its latest lines while it floods, and when nothing more is printed', async () => {
    const { stdout, outcome } = await run(
      'import time\nfor i in range(200_000): print("line", i)\nwhile True: time.sleep(0.01)',
      (event) => {
        if (event.type === 'stream-end' && event.text.endsWith('\nline 199999\n')) session.kernel.interrupt()
      },
    )
    expect(outcome.status).toBe('interrupted')
    expect(stdout.length).toBeGreaterThan(900_000)
  })

  test('of a background task still reaches its cell after the cell has ended', async () => {
    const waiting = session.waitingFor('late')
    const ran = run(
      'import asyncio\nasync def later():\n    await asyncio.sleep(0.05)\n    print("late")\ntask = asyncio.ensure_future(later())',
      waiting.onEvent,
    )
    expect((await ran).outcome).toEqual({ status: 'done' })
    await waiting.seen
  })

  test('of a task is in the cell that created it, while others run and after', async () => {
    const later = session.waitingFor('the last\n')
    const first = await run(
      `
import asyncio, sys
go, done = asyncio.Event(), asyncio.Event()
async def late():
    print("early")
    await go.wait()
    print("while the second runs")
    display("shown")
    print("to stderr", file=sys.stderr)
    done.set()
    await asyncio.sleep(0.05)
    print("the last")
task = asyncio.create_task(late())
await asyncio.sleep(0.01)`,
      later.onEvent,
    )
    const second = await run(`
async def own():
    await asyncio.sleep(0)
    print("own task")
print("begins")
asyncio.get_running_loop().call_soon(print, "own call")
go.set()
await asyncio.gather(own(), done.wait())
print("ends")`)
    await later.seen
    expect(second.stdout).toBe('begins\nown call\nown task\nends\n')
    expect(second.events.filter(({ type }) => type !== 'stream')).toEqual([])
    const { events } = first
    expect(printed(events, 'stdout')).toBe('early\nwhile the second runs\nthe last\n')
    expect(printed(events, 'stderr')).toBe('to stderr\n')
    expect(only(first, 'display').data).toEqual({ 'text/plain': "'shown'" })
  })

  test('of a background task is not lost between its cell and the next', async () => {
    const ran = []
    for (let steps = 0; steps < 8; steps++)
      ran.push(
        await run(`
import asyncio, time
async def late():
    for _ in range(${steps}): await asyncio.sleep(0)
    print("late ${steps}")
time.sleep(0.06)  # so that it is sent at once
later = asyncio.ensure_future(late())`),
      )
    ran.push(await run('await later'))
    const events = ran.flatMap((each) => each.events)
    const printed = events.map((event) => (event.type === 'stream' ? event.text : '')).join('')
    // The task of the next cell may be faster.
    expect([...new Set(printed.match(/late \d/g))].sort()).toEqual(ran.slice(1).map((_, at) => `late ${at}`))
  })
})

describe('errors', () => {
  test('of a task are reported once nobody can await it any more, and not if they were handled', async () => {
    const { stderr, stdout } = await run(`
import asyncio
async def fail(): raise ValueError("late")
task = asyncio.create_task(fail())
await asyncio.sleep(0.01)
try: await task
except ValueError as error: print("handled", error)
failed, _ = await asyncio.wait([asyncio.create_task(fail())])
print([each.exception() for each in failed])`)
    expect(stderr).toBe('')
    expect(stdout).toBe("handled late\n[ValueError('late')]\n")

    const forgotten = await run('asyncio.create_task(fail())\nawait asyncio.sleep(0.01)')
    expect(forgotten.stderr).toMatch(/^\w*Task exception was never retrieved\nfuture: .*\nTraceback/)
    expect(forgotten.stderr).toMatch(/in fail\n.*\n.*\nValueError: late\n$/)
  })

  test('of asyncio.run are raised, and printed only if nobody catches them', async () => {
    const caught = await run(`
import asyncio
async def fail(): raise ValueError("late")
for run in asyncio.run, asyncio.get_event_loop().run_until_complete, asyncio.new_event_loop().run_until_complete:
    try: run(fail())
    except ValueError as error: print("caught", error)
asyncio.run(asyncio.sleep(0, "fine"))`)
    expect(caught.stderr).toBe('')
    expect(caught.stdout).toBe('caught late\n'.repeat(3))
    expect(only(caught, 'result').data).toEqual({ 'text/plain': "'fine'" })
    const ran = await run('asyncio.run(fail())')
    expect(ran.stderr).toBe('')
    const text = tracebackOf(ran)
    expect(text).toMatch(/Cell In\[\d+\], line 1\n----> 1 asyncio\.run\(fail\(\)\)\n/)
    expect(text).toMatch(/in fail\(\)\n[^]*\n\nValueError: late$/)
    expect(text).not.toContain('Could not get source')
  })

  test('a traceback starts at the cell, with the surrounding lines', async () => {
    const ran = await run('def f(x):\n    return 1 / x\n\nf(0)')
    expect(ran.outcome).toEqual({ status: 'error' })
    expect(only(ran, 'error')).toMatchObject({ ename: 'ZeroDivisionError', evalue: 'division by zero' })
    const cell = `Cell In[${session.count}]`
    expect(tracebackOf(ran)).toBe(`${'-'.repeat(75)}
ZeroDivisionError                         Traceback (most recent call last)
${cell}, line 4
      1 def f(x):
      2     return 1 / x
----> 4 f(0)

${cell}, line 2, in f(x)
      1 def f(x):
----> 2     return 1 / x

ZeroDivisionError: division by zero`)
  })

  test('frames of a library and of an earlier cell have their source lines', async () => {
    await run('import json\ndef parse(text):\n    return json.loads(text)')
    const earlier = session.count
    const trace = tracebackOf(await run('parse("{")'))
    expect(trace).toContain(`Cell In[${earlier}], line 3, in parse(text)\n      2 def parse`)
    expect(trace).toMatch(/File \/lib\/python3\S+\/json\/__init__\.py:\d+, in loads\(/)
    expect(trace).not.toContain('notebook_kernel')
  })

  test('a syntax error shows its position', async () => {
    const ran = await run('a = 1\nb = = 2')
    expect(tracebackOf(ran)).toBe(
      `  Cell In[${session.count}], line 2\n    b = = 2\n        ^\nSyntaxError: invalid syntax`,
    )
  })

  test('the cause of an exception comes first', async () => {
    const trace = tracebackOf(
      await run('try:\n    {}["k"]\nexcept KeyError as e:\n    raise ValueError("bad") from e'),
    )
    expect(trace).toMatch(/KeyError: 'k'\n\nThe above exception was the direct cause[^]*ValueError: bad$/)
  })

  test('multi-line messages, exception groups, notes and failing messages are shown', async () => {
    expect(tracebackOf(await run('raise ValueError("one\\ntwo")')).endsWith('ValueError: one\ntwo')).toBe(
      true,
    )
    expect(tracebackOf(await run('raise ExceptionGroup("all", [ValueError(1), TypeError(2)])'))).toContain(
      'TypeError: 2',
    )
    expect(tracebackOf(await run('e = ValueError("x")\ne.add_note("mind this")\nraise e'))).toContain(
      'mind this',
    )
    const broken = 'class Bad(Exception):\n    def __str__(self): raise RuntimeError\nraise Bad()'
    expect((await run(broken)).outcome).toEqual({ status: 'error' })
    expect(only(await run('raise ValueError("x" * 10**7)'), 'error').evalue.length).toBeLessThan(20_000)
  })

  test('a missing module is an ordinary error', async () => {
    expect(only(await run('import not_there'), 'error')).toMatchObject({
      ename: 'ModuleNotFoundError',
      evalue: "No module named 'not_there'",
    })
  })

  test.each([
    ['SystemExit', 'import sys; sys.exit(3)'],
    ['SystemExit', 'exit()'],
    ['KeyboardInterrupt', 'raise KeyboardInterrupt'],
    ['RecursionError', 'def deep(n): return deep(n + 1)\ndeep(0)'],
    ['MemoryError', '[0] * 2**30'],
    ['CancelledError', 'import asyncio\nraise asyncio.CancelledError'],
    ['GeneratorExit', 'raise GeneratorExit'],
    ['SystemExit', 'import asyncio, sys\nasync def f(): sys.exit(1)\nawait asyncio.ensure_future(f())'],
  ])('%s ends the run with an error, and Python continues: %s', async (name, code) => {
    const ran = await run(code)
    expect(only(ran, 'error').ename).toBe(name)
    expect(ran.outcome.lost).toBeUndefined()
    expect((await run('print("alive")')).stdout).toBe('alive\n')
  })

  test('an exit or an interrupt in a background task does not affect the next run', async () => {
    await run(
      'import asyncio, sys\nasync def f(e): raise e\nts = [asyncio.ensure_future(f(e)) for e in (SystemExit(1), KeyboardInterrupt())]',
    )
    const ran = await run('await asyncio.sleep(0.05)\nprint("alive")')
    expect(ran).toMatchObject({ outcome: { status: 'done' }, stdout: 'alive\n' })
  })
})
