// The tools of a relay's model, called by prompts through the mock.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { apply } from '../../shared/notebook/document/apply.ts'
import { requestRun } from '../../shared/notebook/document/requested-texts.ts'
import { answerCall, callDigest, readCalls, type Call } from '../../shared/notebook/document/calls.ts'
import { startThread } from '../../shared/notebook/document/commenting.ts'
import { cellSource, readCell, visibleCells } from '../../shared/notebook/document/read.ts'
import { listChanges } from '../../shared/notebook/document/review.ts'
import {
  listThreads,
  messageKey,
  readThread,
  type LiveMessage,
  type MessageKey,
} from '../../shared/notebook/document/threads.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Person } from '../../shared/notebook/person.ts'
import { callsInPresence } from '../../shared/presence.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { TestRelay } from '../support/relay.ts'
import { soon } from '../support/soon.ts'

let relay: TestRelay
afterEach(() => relay.stop())

/** Runs the prompt in the first cell, as a page would. */
const ask = (page: WebsocketProvider): CellId => {
  const [cell] = visibleCells(page.doc)
  if (cell === undefined) throw new Error('there is no cell')
  const saw = readCell(page.doc, cell)?.result?.run?.id ?? null
  const request = { id: `r${page.doc.clientID}`, by: 'Ana', to: 'model', at: 1, saw }
  requestRun(page.doc, cell, request)
  return cell
}

const answersTo = async (
  path: string,
  files: Readonly<Record<string, string | Buffer>>,
): Promise<readonly Call[]> => {
  relay = await TestRelay.start({})
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(relay.folder, name, '..'), { recursive: true })
    await writeFile(join(relay.folder, name), content)
  }
  const page = await relay.synced(path)
  const cell = ask(page)
  await expect.poll(() => readCell(page.doc, cell)?.result?.status, soon).toBe('done')
  return readCalls(page.doc, cell)
}

describe('tools of the folder', () => {
  test('read text files beside the notebook, and no others', async () => {
    const lines = Array.from({ length: 1_000 }, (_, at) => `line ${at + 1}`).join('\n')
    const calls = await answersTo('sub/a.ipynb', {
      'sub/a.ipynb': notebookFile([
        'prompt',
        [
          'mock: call read_file {"path": "data/prices.csv"}',
          'mock: and read_file {"path": "long.txt", "from": 601}',
          'mock: and read_file {"path": "picture.png"}',
          'mock: and read_file {"path": "a.ipynb"}',
          'mock: and read_file {"path": "../above.txt"}',
          'mock: and read_file {"path": ".hidden"}',
          'mock: and read_file {"path": "/etc/passwd"}',
          'mock: and read_file {"path": "../.llm-notebook/ids.json"}',
        ].join('\n'),
      ]),
      'sub/data/prices.csv': 'a,b\n1,2\n',
      'sub/long.txt': lines,
      'sub/picture.png': Buffer.from([137, 80, 78, 71, 0, 255]),
      'sub/.hidden': 'hidden',
      'above.txt': 'above',
    })
    expect(calls.map(({ state }) => state)).toEqual(['done', 'done', ...Array<string>(6).fill('failed')])
    expect(calls[0]?.text).toBe('a,b\n1,2\n')
    expect(calls[1]?.text).toMatch(/^\[lines 601 to 1000 of 1000\]\nline 601\n/)
    expect(calls[2]?.text).toContain('not a text file')
    expect(calls[5]?.text).toBe('There is no file .hidden beside the notebook.')
  })

  test('search the other notebooks in the folder and below', async () => {
    const [call] = await answersTo('sub/a.ipynb', {
      'sub/a.ipynb': notebookFile(['prompt', 'mock: call search_notebooks {"query": "NEEDLE"}']),
      'sub/b.ipynb': notebookFile(
        ['code', 'x = 1\nneedle = 2'],
        ['note', 'a hidden needle', { meta: { skipped: true } }],
      ),
      'sub/below/c.ipynb': notebookFile(['note', 'A Needle, too']),
      'above.ipynb': notebookFile(['note', 'no needle for this folder']),
    })
    expect(call?.text).toBe('b.ipynb, cell 1: needle = 2\nbelow/c.ipynb, cell 1: A Needle, too')
  })
})

test('only the relay vouches for calls to a kernel, and only while they wait', async () => {
  relay = await TestRelay.start({
    'a.ipynb': notebookFile(['prompt', 'mock: call run_python {"code": "1 + 1"}']),
  })
  const [ana, eve] = [await relay.synced('a.ipynb'), await relay.synced('a.ipynb')]
  const vouched = (): readonly string[] =>
    [...ana.awareness.getStates().values()].flatMap((state) => callsInPresence(state))
  eve.awareness.setLocalState({ user: { name: 'Eve' }, calls: ['forged'] })
  const cell = ask(ana)
  await expect.poll(() => vouched().length, soon).toBe(1)
  const [call] = readCalls(ana.doc, cell)
  if (call === undefined) throw new Error('there is no call')
  expect(vouched()).toEqual([callDigest(`r${ana.doc.clientID}`, call)])
  await expect
    .poll(() => [...ana.awareness.getStates().values()].map((state) => state['user']?.name as unknown), soon)
    .toContain('Eve')
  expect(vouched()).not.toContain('forged')
  apply(eve.doc, { type: 'request-stop', id: cell })
  await expect.poll(() => readCell(ana.doc, cell)?.result?.status, soon).toBe('interrupted')
  await expect.poll(vouched, soon).toEqual([])
})

test('in a thread, a model’s tools read for commenters, and edit only for people who may write', async () => {
  relay = await TestRelay.start(
    { 'a.ipynb': notebookFile(['code', 'x = 1'], ['note', 'about x']) },
    {},
    { tokens: { read: null, comment: 'comments', write: 'writes' } },
  )
  const writer = await relay.synced('a.ipynb', { token: 'writes' })
  const [cell] = visibleCells(writer.doc)
  if (cell === undefined) throw new Error('there is no cell')
  /** The answer to a question with these calls, as everyone has it. */
  const answered = async (
    page: WebsocketProvider,
    who: Person,
    ...calls: readonly string[]
  ): Promise<string> => {
    page.awareness.setLocalState({ user: who })
    const text = ['@model', ...calls.map((call, at) => `mock: ${at === 0 ? 'call' : 'and'} ${call}`)].join(
      '\n',
    )
    const thread = startThread(page.doc, null, null, { who, at: 1, text, asksModel: true })
    const answer = (): LiveMessage | undefined =>
      readThread(writer.doc, thread ?? '')?.messages.find(({ answers }) => answers !== undefined)
    await expect.poll(() => answer()?.status, soon).toBe('done')
    return answer()?.text ?? ''
  }
  const edit = `edit_cell {"id": "${cell}", "old": "x = 1", "new": "x = 2"}`
  const read = `read_cells {"ids": ["${cell}"]}`
  const run = 'run_python {"code": "1 + 1"}'

  // Using the name of somebody who may write makes no difference.
  const ana = { id: 'u-ana', name: 'Ana' }
  for (const who of [{ id: 'u-ben', name: 'Ben' }, ana]) {
    const commenter = await relay.synced('a.ipynb', { token: 'comments' })
    const viewed = await answered(commenter, who, read, edit, run)
    expect(viewed).toContain('x = 1')
    expect(viewed).toContain('There is no tool named edit_cell.')
    expect(viewed).toContain('There is no tool named run_python.')
  }
  expect(cellSource(writer.doc, cell)?.toString()).toBe('x = 1')

  await answered(writer, ana, edit)
  await expect.poll(() => cellSource(writer.doc, cell)?.toString(), soon).toBe('x = 2')
  const [change] = listChanges(writer.doc)
  expect(change).toMatchObject({ cell })

  // A call that needs a kernel waits for the page of the person who asked.
  const ran = answered(writer, ana, run)
  const open = (): { readonly key: MessageKey; readonly call: Call } | null => {
    for (const { id: thread, messages } of listThreads(writer.doc, []))
      for (const { id, status } of messages) {
        const key = messageKey(thread, id)
        const [call] = status === 'running' ? readCalls(writer.doc, key) : []
        if (call?.state === 'pending') return { key, call }
      }
    return null
  }
  await expect
    .poll(() => open()?.call, soon)
    .toMatchObject({ name: 'run_python', tier: 'run', exact: '1 + 1' })
  const found = open()
  if (found === null) throw new Error('no call waits')
  const { key, call } = found
  const answer = key.split('/')[1] ?? ''
  const vouched = [...writer.awareness.getStates().values()].flatMap((state) => callsInPresence(state))
  expect(vouched).toEqual([callDigest(answer, call)])
  answerCall(writer.doc, key, answer, call.id, { state: 'done', text: 'it is two' }, 'kernel')
  expect(await ran).toContain('it is two')
})
