// CRAFT.ipynb and TEMPLATE.ipynb of the folders above a notebook.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { Craft } from '../../shared/context/craft.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { requestRun } from '../../shared/notebook/document/requested-texts.ts'
import { cellSource, readCell, visibleCells } from '../../shared/notebook/document/read.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { TestRelay } from '../support/relay.ts'
import { ScriptedProvider } from '../support/scripted-provider.ts'
import { soon } from '../support/soon.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const started = async (
  files: Readonly<Record<string, string>>,
  provider = new ScriptedProvider(),
): Promise<ScriptedProvider> => {
  relay = await TestRelay.start({}, { providers: [provider] })
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(relay.folder, name, '..'), { recursive: true })
    await writeFile(join(relay.folder, name), content)
  }
  return provider
}
const hidden = { meta: { skipped: true } } as const
const ran = {
  result: {
    run: null,
    count: 3,
    status: 'done',
    outputs: [{ live: false, leaf: { output_type: 'stream', name: 'stdout', text: 'old output' } }],
    reply: null,
    thinking: null,
    calls: [],
  },
} as const

describe('CRAFT.ipynb', () => {
  const files = {
    'CRAFT.ipynb': notebookFile(
      ['note', 'Answer in French.'],
      ['code', 'import top'],
      ['note', 'not this', hidden],
    ),
    'a/CRAFT.ipynb': 'no notebook',
    'a/b/CRAFT.ipynb': notebookFile(
      ['note', 'Use metric units.'],
      ['code', 'import near'],
      ['code', 'import never', hidden],
      ['prompt', 'a question is no instruction'],
    ),
    'a/b/n.ipynb': notebookFile(['prompt', 'what is x?']),
    'other/CRAFT.ipynb': notebookFile(['note', 'Of another folder.']),
  }
  const craftOf = async (path: string): Promise<readonly Craft[]> =>
    (await (await relay.request(`/api/craft/${path}`)).json()) as readonly Craft[]

  test('is read from all folders above, top down, including unsaved edits', async () => {
    await started(files)
    expect(await craftOf('a/b/n.ipynb')).toEqual([
      {
        path: 'CRAFT.ipynb',
        from: '../../CRAFT.ipynb',
        notes: 'Answer in French.',
        code: ['import top'],
        problem: null,
      },
      {
        path: 'a/CRAFT.ipynb',
        from: '../CRAFT.ipynb',
        notes: '',
        code: [],
        problem: expect.any(String) as string,
      },
      {
        path: 'a/b/CRAFT.ipynb',
        from: 'CRAFT.ipynb',
        notes: 'Use metric units.',
        code: ['import near'],
        problem: null,
      },
    ])
    expect((await craftOf('CRAFT.ipynb')).length).toBe(0)
    expect((await craftOf('a/b/CRAFT.ipynb')).map(({ path }) => path)).toEqual([
      'CRAFT.ipynb',
      'a/CRAFT.ipynb',
    ])
    // This edit is not in the file yet.
    const page = await relay.synced('CRAFT.ipynb')
    const [cell] = visibleCells(page.doc)
    if (cell !== undefined) cellSource(page.doc, cell)?.insert(0, 'Please: ')
    await expect
      .poll(async () => (await craftOf('n.ipynb'))[0]?.notes, soon)
      .toBe('Please: Answer in French.')
  })

  test('is part of the system prompt, unless the notebook skips it', async () => {
    const provider = await started(files)
    const page = await relay.synced('a/b/n.ipynb')
    const [cell] = visibleCells(page.doc)
    if (cell === undefined) throw new Error('there is no cell')
    const systemOf = async (id: string): Promise<string> => {
      const saw = readCell(page.doc, cell)?.result?.run?.id ?? null
      requestRun(page.doc, cell, { id, by: 'Ana', to: 'model', at: 1, saw })
      await expect.poll(() => provider.answers.length, soon).toBe(Number(id))
      const answer = provider.answer(Number(id) - 1)
      await answer.emit({ type: 'end', reason: 'done' })
      await expect.poll(() => readCell(page.doc, cell)?.result?.status, soon).toBe('done')
      return answer.request.system
    }
    const system = await systemOf('1')
    const at = (text: string): number => system.indexOf(text)
    expect(at('Answer in French.')).toBeGreaterThan(at('You are a collaborator'))
    expect(at('Use metric units.')).toBeGreaterThan(at('Answer in French.'))
    for (const text of ['not this', 'import', 'no instruction', 'Of another folder.'])
      expect(at(text)).toBe(-1)
    const value = ['../../CRAFT.ipynb']
    apply(page.doc, { type: 'set-notebook-meta', key: 'llm_notebook_skipped_craft', value })
    expect(await systemOf('2')).not.toContain('French')
    expect(provider.answer(1).request.system).toContain('metric')
  })
})

describe('TEMPLATE.ipynb', () => {
  const template = notebookFile(
    ['note', '# Title', { meta: { pinned: true } }],
    ['code', 'import numpy', ran],
    ['prompt', 'Sum up', { result: { ...ran.result, count: null, outputs: [], reply: 'old reply' } }],
  )
  const made = async (path: string, content?: string): Promise<Notebook> => {
    const body = content === undefined ? { path } : { path, content }
    const response = await relay.request('/api/notebooks', 'POST', body, {
      'content-type': 'application/json',
    })
    expect(response.status).toBe(201)
    const parsed = parseNotebook(await relay.file(`${path}.ipynb`))
    if (!parsed.ok) throw new Error(parsed.reason)
    return parsed.notebook
  }

  test('is the content of a new notebook, without results and with new ids', async () => {
    await started({
      'TEMPLATE.ipynb': template,
      'a/CRAFT.ipynb': notebookFile(),
      'b/TEMPLATE.ipynb': notebookFile(['note', 'near']),
    })
    const [first, second] = [await made('one'), await made('a/two')]
    for (const { cells } of [first, second])
      expect(cells.map(({ kind, source, meta, result }) => [kind, source, meta, result])).toEqual([
        ['note', '# Title', { pinned: true }, null],
        ['code', 'import numpy', {}, null],
        ['prompt', 'Sum up', {}, null],
      ])
    const parsed = parseNotebook(template)
    const ids = [first, second, ...(parsed.ok ? [parsed.notebook] : [])].flatMap(({ cells }) =>
      cells.map(({ id }) => id),
    )
    expect(new Set(ids).size).toBe(9)
    expect((await made('b/three')).cells.map(({ source }) => source)).toEqual(['near'])
    expect((await made('with', notebookFile(['note', 'given']))).cells.map(({ source }) => source)).toEqual([
      'given',
    ])
    expect((await made('b/CRAFT')).cells).toEqual([])
  })
})
