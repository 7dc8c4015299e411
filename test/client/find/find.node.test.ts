import { expect, test } from 'vitest'
import { Find } from '../../../client/find/find.ts'
import { extend } from '../../../client/commands/select.ts'
import { handsAt } from '../../support/cell-hands.ts'
import { plainCell } from '../../support/replicas.ts'

const printed = (id: string, source: string, text: string) => ({
  ...plainCell(id, 'code', source),
  result: {
    run: null,
    count: 1,
    status: 'done' as const,
    outputs: [{ live: false as const, leaf: { output_type: 'stream', name: 'stdout', text } }],
    reply: null,
    thinking: null,
    calls: [],
  },
})

test('finds in sources and outputs, from the current cell on and around', () => {
  const { context, go, shown, id } = handsAt('alpha', printed('p', 'Alpha beta', 'x alpha\n'), 'beta')
  const find = new Find(() => context)
  go(1)
  find.open()
  find.look({ text: 'alpha' })
  expect(find.status).toBe('2 of 3')
  expect(shown.at(-1)).toMatchObject({ cell: id(1), part: 'source', from: 0, to: 5, text: 'Alpha' })
  find.go(1)
  expect([find.status, shown.at(-1)?.part]).toEqual(['3 of 3', 'output'])
  find.go(1)
  expect(find.status).toBe('1 of 3')
  find.go(-1)
  expect(find.status).toBe('3 of 3')
  find.look({ matchCase: true })
  expect(find.matches).toHaveLength(2)
  find.look({ text: 'nowhere' })
  expect(find.status).toBe('No matches')
  find.look({ text: '(', regex: true })
  expect(find.status).toBe('This is not a regular expression.')
  find.look({ text: 'a*' })
  expect(find.matches.map(({ text }) => text)).not.toContain('')
  find.close()
})

test('only in the selected cells, when there are several', () => {
  const { context, go } = handsAt('a', 'a', 'a', 'a')
  const find = new Find(() => context)
  go(1)
  extend(context, 'below')
  find.open()
  find.look({ text: 'a' })
  expect(find.matches).toHaveLength(2)
  find.toggleSelection()
  expect(find.matches).toHaveLength(4)
  find.close()
})

test('replaces one after the other, and never what it has just written', () => {
  const { context, go, sources } = handsAt('a a', 'a')
  const find = new Find(() => context)
  go(0)
  find.open(null, true)
  find.look({ text: 'a' })
  find.replacement = 'aa'
  find.replace()
  expect([sources(), find.present?.from]).toEqual([['aa a', 'a'], 3])
  find.replace()
  find.replace()
  expect(sources()).toEqual(['aa aa', 'aa'])
  find.close()
})

test('replaces all in one step, with what a regular expression found, and no output', () => {
  const { context, go, sources, undo, said } = handsAt(printed('p', 'x1 = x2', 'x1\n'), 'y = x3')
  const find = new Find(() => context)
  go(0)
  find.open(null, true)
  find.look({ text: String.raw`x(?<n>\d)`, regex: true })
  expect(find.matches).toHaveLength(4)
  find.replacement = String.raw`[$1|$<n>|$&|$$]\n`
  find.replaceAll()
  expect(sources()).toEqual(['[1|1|x1|$]\n = [2|2|x2|$]\n', 'y = [3|3|x3|$]\n'])
  expect(said.at(-1)).toBe('3 matches replaced.')
  undo.undo()
  expect(sources()).toEqual(['x1 = x2', 'y = x3'])
  // Without one, nothing in the replacement has a meaning.
  find.look({ text: 'x3', regex: false })
  find.replacement = '$&'
  find.replaceAll()
  expect(sources()[1]).toBe('y = $&')
  find.close()
})
