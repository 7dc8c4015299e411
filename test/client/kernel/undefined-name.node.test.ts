import { describe, expect, test } from 'vitest'
import { visibleCells } from '../../../shared/notebook/document/read.ts'
import type { Cell } from '../../../shared/notebook/notebook.ts'
import { lacksCellsAbove } from '../../../client/kernel/undefined-name.ts'
import { handsAt } from '../../support/cell-hands.ts'
import { plainCell } from '../../support/replicas.ts'

const offered = (name: string, ...above: readonly (string | Cell)[]): boolean => {
  const { doc } = handsAt(...above, `print(${name})`, `${name} = 1`).context.notebook
  const cell = visibleCells(doc)[above.length]
  if (cell === undefined) throw new Error('there is no cell')
  const evalue = `name '${name}' is not defined. Did you mean: 'id'?`
  return lacksCellsAbove(doc, cell, [{ type: 'error', ename: 'NameError', evalue, traceback: '' }])
}

describe('a name that is not defined', () => {
  test.each([['x = 1'], ['import numpy as x'], ['for x in y: pass'], ['a = 1', 'def x(): pass', 'b = 2']])(
    'is in a code cell above: %j',
    (...above) => expect(offered('x', ...above)).toBe(true),
  )

  test.each([[], ['xy = 1'], ['ax = 1'], ['a.x = 1'], ['x1 = 1'], ['xé = 1']])('is not: %j', (...above) =>
    expect(offered('x', ...above)).toBe(false),
  )

  test('is in a note only', () => expect(offered('x', plainCell('n', 'note', 'x = 1'))).toBe(false))

  test('has letters of any script', () => expect(offered('größe', 'größe = 1')).toBe(true))
})
