import { expect, test } from 'vitest'
import { errorLine } from '../../../shared/notebook/output/error-location.ts'
import type { ShownOutput } from '../../../shared/notebook/output/output.ts'

const error = (traceback: string): ShownOutput => ({ type: 'error', ename: 'E', evalue: '', traceback })
const coloured = '\u001B[36mCell\u001B[39m \u001B[32mIn[3]\u001B[39m\u001B[32m, line 7\u001B[39m'

test('an error’s line is that of the cell’s innermost frame', () => {
  const traceback = 'Cell In[3], line 4\n…\nCell In[3], line 2, in f\n…\nCell In[1], line 9, in g\nE'
  expect(errorLine([error(traceback)], 3)).toBe(2)
  expect(errorLine([error(traceback)], 1)).toBe(9)
  expect(errorLine([error(coloured)], 3)).toBe(7)
})

test('there is no error line if no error names the cell', () => {
  const printed: ShownOutput = { type: 'stream', name: 'stdout', text: 'Cell In[3], line 4' }
  expect(errorLine([printed], 3)).toBe(null)
  expect(errorLine([error('Cell In[3], line 4')], 2)).toBe(null)
  expect(errorLine([error('Cell In[3], line 4')], null)).toBe(null)
  expect(errorLine([], 3)).toBe(null)
})
