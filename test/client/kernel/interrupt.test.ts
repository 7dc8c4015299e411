import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { Random } from '../../support/random.ts'
import { only, Session, tracebackOf } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)

/** How many interrupts the random test makes; `VITE_INTERRUPTS=500` for more. */
const interrupts = Number(import.meta.env['VITE_INTERRUPTS'] ?? 50)

/** Interrupts `code` once it has printed `word`, and returns what the run gave. No `code` ends by itself. */
const interrupted = async (code: string, word = 'go') => {
  const waiting = session.waitingFor(word)
  const running = run(`print("go", end="")\n${code}`, waiting.onEvent)
  await Promise.race([waiting.seen, running])
  session.kernel.interrupt()
  return running
}

// A cell that cannot be interrupted would let all tests after it fail.
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await session.kernel.restart()
})

describe('an interrupt', () => {
  test.each([
    ['a busy loop', 'while True: pass'],
    ['a busy function of an earlier cell', 'forever()'],
    ['time.sleep', 'import time; time.sleep(1000)'],
    ['asyncio.sleep', 'import asyncio; await asyncio.sleep(1000)'],
    ['asyncio.run', 'import asyncio; asyncio.run(asyncio.sleep(1000))'],
    ['tasks in a loop', 'import asyncio\nwhile True: await asyncio.sleep(0)'],
    ['a gather', 'import asyncio\nawait asyncio.gather(*(asyncio.sleep(1000) for _ in range(5)))'],
    ['input()', 'input()'],
    [
      'a busy task that the cell awaits',
      'import asyncio\nasync def busy():\n    while True: pass\nawait asyncio.gather(busy(), asyncio.sleep(1000))',
    ],
    ['a promise', 'from js import Promise\nawait Promise.new(lambda *_: None)'],
    ['printing', 'while True: print("x")'],
    [
      'importing',
      'import sys\nwhile True:\n    for m in ("csv", "fractions", "json.decoder"): sys.modules.pop(m, None)\n    import csv, fractions, json.decoder',
    ],
    [
      'a destructor',
      'class D:\n    def __del__(self):\n        for _i in range(1000): pass\nwhile True: D()',
    ],
    [
      'a representation that fails as it is interrupted',
      'class R:\n    def _repr_pretty_(self, *_):\n        try:\n            while True: pass\n        finally:\n            [][0]\nwhile True: display(R())',
    ],
    ['a representation', 'class R:\n    def __repr__(self):\n        while True: pass\nR()'],
  ])('stops %s', async (_, code) => {
    await run('def forever():\n    while True: pass')
    const ran = await interrupted(code)
    expect(ran.outcome, JSON.stringify(ran.events)).toEqual({ status: 'interrupted' })
    expect(ran.events.filter((event) => event.type === 'error')).toHaveLength(1)
    expect((await run('print("next")')).stdout).toBe('next\n')
  })

  test('stops an endless error message, and the error is shown without it', async () => {
    const code =
      'class E(Exception):\n    def __str__(self):\n        print("es", end="")\n        while True: pass\nraise E'
    const ran = await interrupted(code, 'goes')
    expect(ran.outcome, JSON.stringify(ran.events)).toEqual({ status: 'error' })
    expect(only(ran, 'error').ename).toBe('E')
    expect((await run('print("next")')).stdout).toBe('next\n')
  })

  test('shows the interrupted line', async () => {
    // Interrupted as soon as "go" is seen: the print before the first line may not have returned.
    const trace = tracebackOf(await interrupted('x = 1\nwhile True:\n    x += 1'))
    expect(trace).toMatch(/Cell In\[\d+\], line [134]\n/)
    expect(trace).toMatch(/KeyboardInterrupt: $/)
    expect(trace).not.toContain('File')
    expect(tracebackOf(await interrupted('import time\ntime.sleep(100)'))).not.toContain('File')
  })

  test('can be caught, and then the cell continues', async () => {
    const caught = await interrupted(
      'import time\ntry:\n    print("ready")\n    time.sleep(100)\nexcept KeyboardInterrupt:\n    print(" caught")\n    time.sleep(0.1)\n"done"',
      'ready\n',
    )
    expect(caught).toMatchObject({ stdout: 'goready\n caught\n', outcome: { status: 'done' } })
    expect(only(caught, 'result').data).toEqual({ 'text/plain': "'done'" })
  })

  test('of an idle kernel does not affect the next cell', async () => {
    session.kernel.interrupt()
    session.kernel.interrupt()
    expect(await run('sum(range(10**5))')).toMatchObject({ outcome: { status: 'done' } })
    // After the worker has finished but before the page knows.
    const running = run('1')
    await new Promise((resolve) => setTimeout(resolve, 1))
    session.kernel.interrupt()
    await running
    expect(await run('import asyncio\nfor _ in range(10**5): pass\nawait asyncio.sleep(0.01)')).toMatchObject(
      {
        outcome: { status: 'done' },
      },
    )
  })

  test('stops the cell even while a task of an earlier cell computes', async () => {
    await run(
      'import asyncio, time\nasync def spin():\n    while True:\n        end = time.monotonic() + 0.02\n        while time.monotonic() < end: pass\n        await asyncio.sleep(0)\nspinning = asyncio.ensure_future(spin())',
    )
    const ran = await interrupted('await asyncio.sleep(1000)')
    expect(ran.outcome).toEqual({ status: 'interrupted' })
    expect(only(await run('done = spinning.done(); spinning.cancel(); done'), 'result').data).toEqual({
      'text/plain': 'False',
    })
  })

  test('ends a task that never yields, which the cell does not await', async () => {
    const busy = 'import asyncio\nasync def busy():\n    print("spins", end="")\n    while True: pass\n'
    const ended = 'print(task.cancelled())'
    // The cell is through, and not ended: the task is before it in the loop.
    const left = await interrupted(`${busy}task = asyncio.ensure_future(busy())`, 'gospins')
    expect(left.outcome, JSON.stringify(left.events)).toEqual({ status: 'done' })
    expect((await run(ended)).stdout).toBe('True\n')
    const waited = await interrupted(
      `${busy}task = asyncio.ensure_future(busy())\nawait asyncio.sleep(1000)`,
      'gospins',
    )
    expect(waited.outcome, JSON.stringify(waited.events)).toEqual({ status: 'interrupted' })
    expect(tracebackOf(waited)).toContain('await asyncio.sleep(1000)')
    expect((await run(ended)).stdout).toBe('True\n')
    // Interrupted before it awaits what it has begun.
    const begun = await interrupted(
      `${busy}both = asyncio.gather(busy(), busy())\ntry:\n    print("begun")\n    while True: pass\nfinally: print("ends")`,
      'begun',
    )
    expect(begun.outcome, JSON.stringify(begun.events)).toEqual({ status: 'interrupted' })
    expect(begun.stdout).toBe('gobegun\nends\nspinsspins')
    expect((await run('print("next")')).stdout).toBe('next\n')
  })

  test('lets what a cell awaits as it ends go on, beside a task that computes', async () => {
    const ran = await interrupted(
      'import asyncio, time\nasync def spin():\n    while True:\n        end = time.monotonic() + 0.02\n        while time.monotonic() < end: pass\n        await asyncio.sleep(0)\nspinning = asyncio.ensure_future(spin())\ntry:\n    print("waits")\n    await asyncio.sleep(1000)\nfinally:\n    await asyncio.sleep(1)\n    print("closed")',
      'waits',
    )
    expect(ran.outcome, JSON.stringify(ran.events)).toEqual({ status: 'interrupted' })
    expect(ran.stdout).toContain('closed')
    expect((await run('print(spinning.done()); spinning.cancel();')).stdout).toBe('False\n')
  })

  test('ends a task that is busy while no cell runs', async () => {
    const waiting = session.waitingFor('spins')
    await run(
      'import asyncio\nasync def later():\n    await asyncio.sleep(0)\n    await asyncio.sleep(0.05)\n    print("spins", flush=True)\n    while True: pass\ntask = asyncio.ensure_future(later())',
      waiting.onEvent,
    )
    await waiting.seen
    session.kernel.interrupt()
    expect((await run('print(task.cancelled())')).stdout).toBe('True\n')
  })

  test('ends a busy handler of a widget', async () => {
    const waiting = session.waitingFor('spins')
    const ended = session.waitingFor('KeyboardInterrupt')
    const ran = await run(
      'import comm\ndef handle(message):\n    print("spins", flush=True)\n    while True: pass\nopen_one = comm.create_comm(target_name="busy")\nopen_one.on_msg(handle)',
      (event) => {
        waiting.onEvent(event)
        ended.onEvent(event)
      },
    )
    session.kernel.comm({ comm: only(ran, 'comm').comm, data: {}, buffers: [] })
    await waiting.seen
    session.kernel.interrupt()
    await ended.seen
    expect((await run('print("next")')).stdout).toBe('next\n')
  })

  test('without effect makes the kernel “stuck” after 2 s, and a restart ends the run', async () => {
    const waiting = session.waitingFor('go')
    const running = run(
      'while True:\n    try:\n        print("go")\n        while True: pass\n    except KeyboardInterrupt: pass',
      waiting.onEvent,
    )
    await Promise.race([waiting.seen, running])
    session.kernel.interrupt()
    await session.until(() => session.kernel.stuck)
    const restarted = session.kernel.restart()
    expect((await running).outcome).toEqual({ status: 'interrupted', lost: 'The kernel was restarted.' })
    expect(session.kernel.stuck).toBe(false)
    await restarted
    expect(session.kernel.status).toBe('idle')
    expect(only(await run('forever'), 'error').ename).toBe('NameError')
  })

  test(`settles each of ${interrupts} runs (random)`, { timeout: 60_000 + 1_000 * interrupts }, async () => {
    const random = new Random(20_240_607)
    const cells = [
      'while True: pass',
      'import time\nwhile True: time.sleep(0.005)',
      'import time; time.sleep(1000)',
      'import asyncio; await asyncio.sleep(1000)',
      'import asyncio\nwhile True: await asyncio.sleep(0.001)',
      'import asyncio; asyncio.run(asyncio.sleep(1000))',
      'while True: print("x" * 50)',
      'import sys\nwhile True: print("a"); print("b", file=sys.stderr)',
      'import sys\nwhile True:\n    for m in ("csv", "json", "json.decoder", "fractions"): sys.modules.pop(m, None)\n    import csv, json, fractions',
      'import importlib, fractions\nwhile True: importlib.reload(fractions)',
      'input("asked ")',
      'while True:\n    try: input()\n    except KeyboardInterrupt: raise\n    except Exception: pass',
      'import asyncio\nasync def ask(): input()\nawait asyncio.gather(ask(), asyncio.sleep(1000))',
      'import getpass\nwhile True: getpass.getpass()',
      '%timeit -n 1000000 sum(range(1000))',
      'while True: sorted(range(10_000), key=lambda n: -n)',
      'while True: display([1, 2, 3])',
      'def f(n): return f(n + 1)\nwhile True:\n    try: f(0)\n    except RecursionError: pass',
    ]
    for (let nth = 0; nth < interrupts; nth++) {
      const code = random.pick(cells)
      const delay = random.below(60)
      const running = run(code)
      await new Promise((resolve) => setTimeout(resolve, delay))
      session.kernel.interrupt()
      const told = `seed ${random.seed}, interrupt ${nth} after ${delay} ms of ${code}`
      // The kernel is called stuck after 2 s, which a slow machine may exceed; if it really is stuck, it
      // stays so.
      const stuck = session
        .until(() => session.kernel.stuck)
        .then(() => new Promise((resolve) => setTimeout(resolve, 60_000, 'stuck')))
      const settled = await Promise.race([running, stuck])
      expect(settled, `${told}: ${JSON.stringify(settled)}`).toMatchObject({
        outcome: { status: 'interrupted' },
      })
      expect((await run(`print(${nth} + 1)`)).stdout, told).toBe(`${nth + 1}\n`)
    }
  })
})
