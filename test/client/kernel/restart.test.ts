import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { KernelOptions } from '../../../client/kernel/kernel.ts'
import { only, Session } from './session.ts'

const sessions: Session[] = []
const session = (options?: KernelOptions) => {
  const made = new Session(options)
  sessions.push(made)
  return made
}
afterEach(() => {
  for (const made of sessions.splice(0)) made.kernel.dispose()
})

/** Goes on with a new Python where a test has ended the one before. */
const lasting = new Session()
afterAll(() => lasting.kernel.dispose())

// Most of these start Python.
describe('restart and crash', { timeout: 180_000 }, () => {
  test('a restart of an idle kernel loses the variables and nothing else', async () => {
    const { kernel, run } = bound(lasting)
    await run('x = 1')
    await kernel.restart()
    expect(kernel.status).toBe('idle')
    expect(only(await run('x'), 'error').ename).toBe('NameError')
  })

  test.each([
    ['the worker is closed', 'import js; js.close()'],
    ['the interpreter breaks', "eval('+'.join(['1'] * 100_000))"],
    ['the process exits', 'import os; os._exit(1)'],
    ['invalid memory is read', 'import ctypes; ctypes.string_at(2**32 - 16, 64)'],
  ])('when %s, the run ends with an error and the next one gets a new Python', async (_, code) => {
    const { kernel, run } = bound(lasting)
    await run('x = 1')
    const killer = await run(code)
    expect(killer.outcome).toEqual({ status: 'error', lost: expect.stringMatching(/^The kernel crashed: ./) })
    expect(killer.outcome.lost).toMatch(/It was restarted, and its variables are lost\.$/)
    expect(kernel.status).toBe('starting')
    expect((await run('print("x" in globals())')).stdout).toBe('False\n')
  })

  test.each([
    ['a repr that calls itself', 'class A:\n    def __repr__(self): return repr(self)\nrepr(A())'],
    ['a list nested 100,000 deep', 'l = []\nfor _i in range(100_000): l = [l]\nrepr(l)'],
    [
      'a comparison that calls itself',
      'class B:\n    def __eq__(self, other): return self == other\nB() == B()',
    ],
    ['a sort key that sorts', 'def g(n): return sorted([n], key=g)\ng(0)'],
    // The last one: the limit is that of all cells.
    [
      'an endless recursion without a limit',
      'import sys\nsys.setrecursionlimit(10**6)\ndef f(n): return f(n + 1)\nf(0)',
    ],
  ])('%s raises RecursionError, and Python continues', async (_, code) => {
    const { run } = bound(lasting)
    await run('x = 1')
    const ran = await run(code)
    expect(only(ran, 'error').ename).toBe('RecursionError')
    expect(ran.outcome).toEqual({ status: 'error' })
    expect((await run('print(x)')).stdout).toBe('1\n')
  })

  test('a run fails if the interpreter cannot be loaded, and the next run tries again', async () => {
    const { kernel, run } = bound(session({ indexURL: '/nowhere/' }))
    const first = await run('1')
    expect(kernel.status).toBe('failed')
    expect(first.outcome).toEqual({
      status: 'interrupted',
      lost: expect.stringMatching(/^The kernel could not start: ./),
    })
    const again = run('3')
    expect(kernel.status).toBe('starting')
    expect((await again).outcome.lost).toBeDefined()
  })

  test('an interrupt during startup cancels the run', async () => {
    const { kernel, run } = bound(session())
    const first = run('print(1)')
    kernel.interrupt()
    expect((await first).outcome).toEqual({ status: 'interrupted' })
    expect((await run('print(2)')).stdout).toBe('2\n')
  })

  test('without shared memory, an interrupt ends Python and says so', async () => {
    const made = session({ sharedMemory: false })
    const { kernel, run } = bound(made)
    expect((await run('import time; time.sleep(0.05); print("slept")')).stdout).toBe('slept\n')
    expect(only(await run('input()'), 'error')).toMatchObject({
      ename: 'StdinNotImplementedError',
      evalue: expect.stringContaining('cross-origin isolated'),
    })
    const waiting = made.waitingFor('go')
    const running = run('print("go")\nwhile True: pass', waiting.onEvent)
    await waiting.seen
    kernel.interrupt()
    expect((await running).outcome).toEqual({
      status: 'interrupted',
      lost: expect.stringContaining('shares no memory'),
    })
    expect((await run('print("new")')).stdout).toBe('new\n')
  })

  test('disposing ends the current run and refuses later ones', async () => {
    const { kernel, run } = bound(session())
    const running = run('while True: pass')
    kernel.dispose()
    for (const ran of [running, run('2')]) expect((await ran).outcome.status).toBe('interrupted')
    expect(kernel.status).toBe('off')
    await kernel.start()
  })
})

const bound = (made: Session) => ({ kernel: made.kernel, run: made.run.bind(made) })
