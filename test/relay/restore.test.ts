import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { cellsOf } from '../../shared/notebook/document/layout.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { restore } from '../../relay/restore.ts'
import { Program } from '../support/program.ts'
import { notebookText, TestRelay } from '../support/relay.ts'
import { soon } from '../support/soon.ts'
import { readSources, sourceAt } from '../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const quick = { times: { quiet: 20, atMost: 50, settle: 20 } }
const said = async (...args: string[]): Promise<string> => {
  const done = await restore(args)
  return done.ok ? done.value : `refused: ${done.problem}`
}
const fileSays = async (): Promise<string[]> =>
  (JSON.parse(await relay.file('a.ipynb')) as { cells: { source: string[] }[] }).cells.map(({ source }) =>
    source.join(''),
  )

test('restore lists the revisions of a file and goes back to one, as a new edit', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') }, quick)
  const file = join(relay.folder, 'a.ipynb')
  const ana = await relay.synced('a.ipynb')
  sourceAt(ana.doc, 0).insert(3, ' more')
  await expect.poll(fileSays, soon).toEqual(['one more', 'two'])
  const [, second] = visibleCells(ana.doc)
  if (second === undefined) throw new Error('no second cell')
  apply(ana.doc, { type: 'delete-cell', id: second, by: 'Ana', at: 1 })
  await expect.poll(fileSays, soon).toEqual(['one more'])
  const serving = new Program(['restore', file])
  expect((await serving.ended).code).toBe(2)
  expect(serving.errors).toMatch(/^llm-notebook: LLM Notebook is serving [^\n]+\n$/)

  await relay.pause()
  expect((await said(file)).split('\n')).toEqual([
    expect.stringMatching(/^ *1 .*1 cells, 1 lines$/),
    expect.stringMatching(/^ *2 .*2 cells, 2 lines$/),
    expect.stringMatching(/^ *3 .*2 cells, 2 lines, saved by another program$/),
  ])
  for (const [args, reason] of [
    [[file, '9'], 'has no version 9'],
    [[file, 'x'], 'not a version number'],
    [[join(relay.folder, '..', 'elsewhere.ipynb')], 'not in a folder served by LLM Notebook'],
    [[join(relay.folder, 'b.ipynb')], 'no version of b.ipynb'],
    [[], 'restore FILE lists'],
  ] as const) {
    const refused = await said(...args)
    expect(refused).toMatch(/^refused: /)
    expect(refused).toContain(reason)
  }

  const restoring = new Program(['restore', file, '2'])
  expect((await restoring.ended).code).toBe(0)
  expect(restoring.output).toBe('a.ipynb was restored to version 2\n')
  expect(await fileSays()).toEqual(['one more', 'two'])
  await relay.resume(quick)
  const ben = await relay.synced('a.ipynb')
  expect(readSources(ben.doc)).toEqual(['one more', 'two'])
  expect([...cellsOf(ben.doc).keys()]).toHaveLength(2)

  // Another program's later edit is not overwritten.
  ben.destroy()
  await relay.pause()
  await writeFile(file, notebookText('from vim'))
  expect(await said(file, '1')).toMatch(/^refused: .* changed by another program/)
  expect(await fileSays()).toEqual(['from vim'])
  await relay.resume(quick)
})
