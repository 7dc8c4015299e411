// Python’s answers to the page’s questions about live objects.
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Answers } from '../../../client/kernel/answers.ts'
import type { Query, QueryOf } from '../../../client/kernel/protocol.ts'
import { polars } from '../../support/polars.ts'
import { soon } from '../../support/soon.ts'
import { only, Session } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const run = session.run.bind(session)
const { kernel } = session

describe('answers of Python', () => {
  /** Asks again if the answer is null because it came too late, on a machine that stood still. */
  const ask = async <T extends Query['type']>(query: QueryOf<T>): Promise<Answers[T] | null> => {
    for (let nth = 1; ; nth++) {
      const answer = await kernel.ask<T>(query)
      if (answer !== null || nth === 3) return answer
    }
  }
  const complete = async (before: string, asked = false) => {
    const found = await ask<'complete'>({ type: 'complete', before, asked })
    return found?.options.map(([text]) => text)
  }
  const hint = (before: string, hover = false) => ask<'hint'>({ type: 'hint', before, hover })

  test('completions are names, attributes, keys, columns, arguments, modules, files and magics', async () => {
    await run(`import os
class Frame:
    def _ipython_key_completions_(self): return ["price", "product"]
    def __getitem__(self, name): return [1, 2]
frame = Frame()
prices = {"apple": 1, "a'b": {"inner": 2}, 7: 3}
def order(amount, *, urgent=False):
    """Orders.

    At once."""
open("prices.csv", "w").close()`)
    expect(await complete('x = pri')).toEqual(['prices', 'print'])
    expect(await complete('os.path.joi')).toEqual(['join'])
    // A line of half a megabyte must be scanned only once: otherwise Python runs out of time and gives no
    // answer.
    const long = `v = "${'a'.repeat(500_000)}" + pri`
    await expect.poll(() => complete(long), soon).toEqual(['prices', 'print'])
    expect(await complete('prices["')).toEqual([String.raw`a\'b`, 'apple'])
    expect(await complete("prices['a")).toEqual([String.raw`a\'b`, 'apple'])
    expect(await complete('prices["a\'b"]["')).toEqual(['inner'])
    expect((await complete('prices['))?.slice(0, 3)).toEqual(['"a\'b"', "'apple'", '7'])
    expect(await complete('frame["pr')).toEqual(['price', 'product'])
    expect(await complete('order(3, ur')).toContain('urgent=')
    expect(await complete('import os.pa')).toEqual(['os.path'])
    expect(await complete('from json import dum')).toEqual(['dump', 'dumps'])
    expect(await complete('open("pric', true)).toEqual(['prices.csv'])
    expect(await complete('f"{pric')).toEqual(['prices'])
    expect(await complete('%%write')).toEqual(['%%writefile'])
    for (const nothing of ['# pri', '"pri', 'x = ', '1.', 'nowhere.x', 'order(1).'])
      expect(await complete(nothing), nothing).toEqual([])
  })

  test('a hint has the signature or type, and the documentation', async () => {
    expect(await hint('order(3, ')).toMatchObject({
      title: 'order(amount, *, urgent=False)',
      text: 'Orders.\n\nAt once.',
    })
    expect(await hint('prices', true)).toMatchObject({ title: 'prices: dict', size: '3 items' })
    expect(await hint('"prices', true)).toBe(null)
    expect(await hint('nowhere', true)).toBe(null)
  })

  test('variables and tables are reported as text, whatever they contain', async () => {
    await run('%reset -f')
    await run(polars)
    await run(`import json
rows = [{"a": n, "<b>": "<i>x</i>"} for n in range(120)]
grid = [[1, 2], [3]]
big = 10 ** 5000
class Odd:
    def __repr__(self): raise ValueError
odd = Odd()
class Closed:
    shape = columns = property(lambda self: 1 / 0)
closed = Closed()
_private = 1
def f(): pass
frame = DataFrame(["x", "y"], [(f"x{n}", f"y{n}") for n in range(200)])`)
    const { rows = [] } = (await ask<'variables'>({ type: 'variables' })) ?? {}
    expect(rows.map(({ name, type, size, table }) => [name, type, size, table])).toEqual([
      ['rows', 'list', '120 items', true],
      ['grid', 'list', '2 items', true],
      ['big', 'int', '', false],
      ['odd', 'Odd', '', false],
      ['closed', 'Closed', '?', false],
      ['frame', 'DataFrame', '200 × 2', true],
    ])
    expect(rows.map((row) => row.value)).toEqual([
      expect.stringMatching(/^\[\{'<b>': '<i>x<\/i>', 'a': 0\}, .*…$/),
      '[[1, 2], [3]]',
      expect.stringMatching(/./),
      expect.stringContaining('Odd'),
      expect.stringContaining('Closed'),
      'x, y',
    ])
    const table = (name: string, first = 0) => ask<'table'>({ type: 'table', name, first })
    expect(await table('rows', 118)).toEqual({
      columns: ['a', '<b>'],
      columnsLeftOut: 0,
      total: 120,
      rows: [
        ['118', '118', '<i>x</i>'],
        ['119', '119', '<i>x</i>'],
      ],
    })
    expect((await table('grid'))?.rows).toEqual([
      ['0', '1', '2'],
      ['1', '3'],
    ])
    expect((await table('frame', 50))?.rows[0]).toEqual(['50', 'x50', 'y50'])
    expect(await table('odd')).toBe(null)
    expect(await table('gone')).toBe(null)
  })

  test('numbers in the rows of a frame have the digits that people know them by', async () => {
    await run(polars)
    const shown = await run(`class Shown(DataFrame):
    def _repr_html_(self): return "<table></table>"
nan, inf = float("nan"), float("inf")
Shown(["x"], [[n] for n in (20240131.0, 1234567.891, 1 / 3, 100 / 3, 1e-9, 1e20, nan, -inf, None, 2 ** 70, 0.1 + 0.2)])`)
    const { frame } = z
      .object({ llm_notebook: z.object({ frame: z.string() }) })
      .parse(only(shown, 'result').metadata).llm_notebook
    const answer = await ask<'frame-rows'>({ type: 'frame-rows', frame, first: 0, sort: null, text: '' })
    expect(answer?.rows.map((row) => row.at(-1))).toEqual([
      '20240131',
      '1234567.891',
      '0.333333',
      '33.333333',
      '1e-09',
      '1e+20',
      'NaN',
      '-inf',
      'None',
      '1180591620717411303424',
      '0.3',
    ])
  })

  test('code that never ends is stopped, prints nothing and does not delay the next run', async () => {
    await run(`class Slow:
    @property
    def value(self):
        print("asked")
        while True: pass
    def __repr__(self):
        try:
            while True: pass
        except BaseException: pass
        while True: pass
slow = Slow()
late = 5`)
    expect(await complete('slow.value.')).toEqual([])
    expect(await hint('slow.value', true)).toMatchObject({ title: 'value: property' })
    let rows: Answers['variables']['rows'] = []
    for (let nth = 1; rows.length === 0 && nth <= 3; nth++) {
      const answered = kernel.ask<'variables'>({ type: 'variables' })
      expect(await run('print("next")')).toMatchObject({ stdout: 'next\n', outcome: { status: 'done' } })
      rows = (await answered)?.rows ?? []
    }
    expect(rows.find(({ name }) => name === 'slow')?.value).toBe('…')
    expect(rows.find(({ name }) => name === 'late')?.value).toBe('5')
  })

  test('the imports of the first question do not count towards its time limit', async () => {
    await kernel.restart()
    // By this clock only imports take time, and the answer takes several alarms.
    await run(`import sys, time
import notebook_kernel.queries as queries
now = 0
queries.monotonic = lambda: now
class Late:
    def find_spec(self, name, *rest):
        global now
        if name == "notebook_kernel.references": now += 1000
sys.meta_path.insert(0, Late())
class Slow:
    def __len__(self):
        end = time.monotonic() + 1
        while time.monotonic() < end: pass
        return 3
slow = Slow()`)
    expect(await kernel.ask<'hint'>({ type: 'hint', before: 'slow', hover: true })).toMatchObject({
      title: 'slow: Slow',
      size: '3 items',
    })
  })

  test('a busy Python is not asked, and a cell can be interrupted at any moment of its start', async () => {
    const running = run('while True: pass')
    expect(kernel.status).toBe('busy')
    expect(await complete('pri')).toBeUndefined()
    kernel.interrupt()
    await running
    // An interrupt takes effect whenever it comes while the cell starts.
    for (let pause = 0; pause < 30; pause++) {
      const begins = run('while True: pass')
      for (let turn = 0; turn < pause; turn++) await Promise.resolve()
      kernel.interrupt()
      expect((await begins).outcome.status).toBe('interrupted')
    }
  })
})
