// The values and functions that prompts refer to, looked up in Python.
import { afterAll, expect, test } from 'vitest'
import { readReferences, type Reference } from '../../../shared/notebook/references.ts'
import { Session } from './session.ts'

const session = new Session()
afterAll(() => session.kernel.dispose())
const { kernel } = session

const look = async (
  values: readonly string[],
  functions: readonly string[],
): Promise<readonly Reference[]> => {
  const answer = await kernel.ask({ type: 'references', values, functions })
  return readReferences(answer?.references)
}

test('values are given as a shortened repr or an error, and a slow one is stopped', async () => {
  await session.run('x = [1, "a"]\nlong = "é" * 9_000\nimport time')
  const values = ['x', 'len(long)', 'long', 'nothing', '1 +', 'x = 2', 'print("p") or 3']
  expect(await look(values, [])).toEqual([
    { value: 'x', text: "[1, 'a']" },
    { value: 'len(long)', text: '9000' },
    { value: 'long', text: `'${'é'.repeat(498)}…` },
    { value: 'nothing', text: "NameError: name 'nothing' is not defined", failed: true },
    { value: '1 +', text: expect.stringContaining('SyntaxError') as string, failed: true },
    { value: 'x = 2', text: expect.stringContaining('SyntaxError') as string, failed: true },
    { value: 'print("p") or 3', text: '3' },
  ])
  expect(await look(['x', 'time.sleep(60)', 'len(x)'], ['f'])).toEqual([
    { value: 'x', text: "[1, 'a']" },
    { value: 'time.sleep(60)', text: 'it took too long', failed: true },
    { value: 'len(x)', text: 'it took too long', failed: true },
    { name: 'f', refused: 'it took too long' },
  ])
  expect((await session.run('print(x)')).stdout).toBe("[1, 'a']\n")
})

test('every reference after the time limit is reported as late, however many there are', async () => {
  const values = ['time.sleep(60)', ...Array.from({ length: 100_000 }, () => 'x')]
  const answer = await kernel.ask({ type: 'references', values, functions: [] })
  expect(answer?.references.length).toBe(values.length)
})

test('functions are described by annotations and docstring, and refused without them', async () => {
  await session.run(`
from typing import Any, Literal, Optional
async def find(text: str, count: int = 3, exact: bool = False, where: Literal["a", "b"] = "a",
               tags: list[str] = [], by: dict[str, float] | None = None, x: Optional[int] = None, y: Any = None) -> str:
    """Finds things.

    And says where."""
def bare(x: int): return x
def untyped(x, y: int):
    "Does."
def odd(x: "numpy.ndarray"):
    "Does."
class Own: pass
def strange(x: Own):
    "Does."
def more(*args: int):
    "Does."
number = 3
`)
  const names = ['find', 'bare', 'untyped', 'odd', 'strange', 'more', 'number', 'missing', 'x.y', 'print']
  const [find, ...refused] = await look([], names)
  expect(find).toEqual({
    name: 'find',
    description: 'Finds things.\n\nAnd says where.',
    awaited: true,
    parameters: {
      type: 'object',
      additionalProperties: false,
      required: ['text'],
      properties: {
        text: { type: 'string' },
        count: { type: 'integer', default: 3 },
        exact: { type: 'boolean', default: false },
        where: { enum: ['a', 'b'], default: 'a' },
        tags: { type: 'array', items: { type: 'string' } },
        by: {
          anyOf: [{ type: 'object', additionalProperties: { type: 'number' } }, { type: 'null' }],
          default: null,
        },
        x: { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null },
        y: { default: null },
      },
    },
  })
  expect(refused.map((reference) => ('refused' in reference ? reference.refused : 'offered'))).toEqual([
    'it has no docstring',
    'its parameter x has no annotation',
    expect.stringContaining("name 'numpy' is not defined"),
    expect.stringContaining('the annotation of its parameter x is not str'),
    'its parameter args cannot be given by name',
    'it is not a function',
    'the kernel has no function of this name',
    'it is not the name of a function',
    'the kernel has no function of this name',
  ])
})
