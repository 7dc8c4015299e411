// Tools that the runner's kernel executes.
import * as z from 'zod/mini'
import { cellNamed } from './cells.ts'
import { sourcesToRun } from './exact.ts'
import { kernelTool } from './tool.ts'
import { readVariableName, runCellsName, runPythonName } from './tool-names.ts'
import { failed, worked } from './tool-result.ts'

export const runCells = kernelTool(
  'run',
  {
    name: runCellsName,
    description:
      'Runs code cells in order in the kernel of the person who asked, once they agree, and gives their outputs.',
    input: z.object({ ids: z.array(z.string()).check(z.minLength(1)) }),
  },
  ({ ids }, { doc, seen }) => {
    const sources = sourcesToRun(doc, ids)
    if (!sources.ok)
      return failed(`${sources.id} is not the id of a cell that a kernel runs. Nothing was run.`)
    const changed = ids.flatMap((id) => cellNamed(doc, id) ?? []).filter((cell) => !seen.has(cell))
    for (const cell of changed) seen.note(cell)
    if (changed.length === 0) return worked(sources.text)
    const texts = changed.map(({ id, source }) => `cell ${id}:\n${source}`)
    return failed(`Changed by somebody since you saw it. Nothing was run. Now:\n${texts.join('\n\n')}`)
  },
)

export const runPython = kernelTool(
  'run',
  {
    name: runPythonName,
    description:
      'Runs Python code that is not in the notebook, with its variables, in the kernel of the person who asked, once they agree, and gives what it prints and its last value. Use a cell for everything that belongs into the notebook.',
    input: z.object({ code: z.string().check(z.minLength(1)) }),
  },
  ({ code }) => worked(code),
)

export const readVariable = kernelTool(
  'read',
  {
    name: readVariableName,
    description: 'Gives type, size and value of a variable in the kernel of the person who asked.',
    input: z.object({ name: z.string() }),
  },
  ({ name }) =>
    /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name)
      ? worked(name)
      : failed('A variable’s name has letters, digits and underscores only.'),
)
