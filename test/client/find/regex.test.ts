// Regular expressions are matched in a worker.
import { expect, test } from 'vitest'
import { Find } from '../../../client/find/find.ts'
import { handsAt } from '../../support/cell-hands.ts'
import { printed } from '../../support/replicas.ts'
import { until } from '../../support/until.ts'

test('one undo step replaces all regular expression matches in sources, with their groups', async () => {
  const { context, go, sources, undo, said } = handsAt(printed('p', 'x1 = x2', 'x1\n'), 'y = x3')
  const find = new Find(() => context)
  go(0)
  find.open(null, true)
  find.look({ text: 'a*', regex: true })
  await until(() => find.status === 'No matches')
  find.look({ text: String.raw`x(?<n>\d)` })
  // A request made meanwhile is carried out once the matches are there.
  find.go(1)
  expect(find.status).toBe('Searching…')
  await until(() => find.status === '2 of 4')
  find.replacement = String.raw`[$1|$<n>|$&|$$]\n`
  find.replaceAll()
  await until(() => said.length > 0)
  expect(sources()).toEqual(['[1|1|x1|$]\n = [2|2|x2|$]\n', 'y = [3|3|x3|$]\n'])
  expect(said.at(-1)).toBe('3 matches replaced.')
  undo.undo()
  expect(sources()).toEqual(['x1 = x2', 'y = x3'])
  // In a plain search, nothing in the replacement has a special meaning.
  find.look({ text: 'x3', regex: false })
  find.replacement = '$&'
  find.replaceAll()
  expect(sources()[1]).toBe('y = $&')
  find.close()
})

test('a regular expression that takes too long is abandoned, and the next one is searched for', async () => {
  const { context } = handsAt(`${'a'.repeat(60)}b`)
  const find = new Find(() => context)
  find.open()
  find.look({ text: '(a+)+$', regex: true })
  expect(find.status).toBe('Searching…')
  await until(() => find.problem !== null)
  expect(find.status).toBe('This expression takes too long.')
  find.look({ text: 'a+' })
  await until(() => find.status === '1 of 1')
  find.close()
})
