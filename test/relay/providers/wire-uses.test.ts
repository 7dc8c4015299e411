// What models are used for besides a reply's text, through each provider's protocol and the relay:
// suggestions at the caret, edits of a cell, and tools.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { WebsocketProvider } from 'y-websocket'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { readCalls } from '../../../shared/notebook/document/calls.ts'
import { stopAnswer } from '../../../shared/notebook/document/commenting.ts'
import { askForEdit, listEditRequests } from '../../../shared/notebook/document/edit-request.ts'
import { cellSource, readCell, visibleCells } from '../../../shared/notebook/document/read.ts'
import type { LiveMessage } from '../../../shared/notebook/document/threads.ts'
import type { CellId } from '../../../shared/notebook/notebook.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { refusal } from '../../support/model-server/wire.ts'
import { notebookFile } from '../../support/notebook-file.ts'
import { TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { key, providerAt, wires } from '../../support/wires.ts'

const ana = { id: 'u-ana', name: 'Ana' }

describe.each(wires)('$wire.name', (spoken) => {
  const tellsRefusals = spoken.wire.name !== 'ollama'
  let server: ModelServer
  let relay: TestRelay
  let page: WebsocketProvider
  let cells: readonly CellId[]
  beforeEach(async () => {
    server = await ModelServer.open(spoken.wire)
    const files = {
      'a.ipynb': notebookFile(
        ['code', 'x = 1'],
        ['prompt', 'please call'],
        ['prompt', 'please refuse'],
        ['prompt', 'be slow'],
      ),
    }
    relay = await TestRelay.start(files, { providers: [providerAt(spoken, server.origin)] })
    page = await relay.synced('a.ipynb')
    cells = visibleCells(page.doc)
  })
  afterEach(async () => {
    await relay.stop()
    await server.close()
  })
  const cell = (position: number): CellId => {
    const id = cells[position - 1]
    if (id === undefined) throw new Error('no such cell')
    return id
  }

  test('suggests at the caret, reports refusals and errors, and is cancelled when the page leaves', async () => {
    const body = { person: 'ana', model: null, kind: 'code', above: '', before: 'x = ', after: '', not: [] }
    const ask = (script: string, init: RequestInit = {}): Promise<Response> => {
      server.script = script
      return fetch(`${relay.origin}/api/suggest/a.ipynb`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...init,
      })
    }
    expect(await (await ask('hello')).json()).toEqual({ text: 'You said hello.' })
    if (tellsRefusals) {
      const refused = await ask('refuse')
      expect(refused.status).toBe(502)
      expect(await refused.text()).toContain(
        `the model declined: ${spoken.wire.name === 'anthropic' ? refusal : ''}`,
      )
    }
    const failed = await ask('fail')
    expect(failed.status).toBe(502)
    const message = await failed.text()
    expect(message).toContain('fell over')
    expect(message).not.toContain(key)
    const controller = new AbortController()
    const before = server.connections.length
    const left = ask('slow', { signal: controller.signal })
    await expect.poll(() => server.connections.length, soon).toBe(before + 1)
    controller.abort()
    await expect(left).rejects.toThrow()
    await server.connections[before]?.dropped
  })

  test('edits a cell, and changes nothing when refused, failed or stopped, and says so', async () => {
    const source = (): string => cellSource(page.doc, cell(1))?.toString() ?? ''
    const ask = (text: string): string => {
      const id = askForEdit(page.doc, cell(1), null, { who: ana, at: Date.now(), text })
      if (id === null) throw new Error('no request')
      return id
    }
    const answer = (id: string): LiveMessage | undefined =>
      listEditRequests(page.doc)
        .find((thread) => thread.id === id)
        ?.messages.find(({ answers }) => answers !== undefined)
    const status = (id: string): string | undefined => answer(id)?.status ?? undefined

    if (tellsRefusals) {
      const refused = ask('please refuse')
      await expect.poll(() => status(refused), soon).toBe('error')
      expect(answer(refused)?.receipt).toMatchObject({ end: 'refused' })
    }
    const failed = ask('please fail')
    await expect.poll(() => status(failed), soon).toBe('error')
    expect(JSON.stringify(answer(failed))).toContain('fell over')
    expect(JSON.stringify(answer(failed))).not.toContain(key)

    const stopped = ask('be slow')
    await expect.poll(() => answer(stopped)?.text.length ?? 0, soon).toBeGreaterThan(20)
    const question = listEditRequests(page.doc)
      .find(({ id }) => id === stopped)
      ?.messages.find(({ asked }) => asked !== null)
    stopAnswer(page.doc, stopped, question?.id ?? '', ana)
    await expect.poll(() => status(stopped), soon).toBe('interrupted')
    await server.connections.at(-1)?.dropped
    expect(source()).toBe('x = 1')

    const done = ask('say hello')
    await expect.poll(source, soon).toBe('You said hello.')
    await expect.poll(() => status(done), soon).toBe('done')
  })

  test('calls tools and gets their results, and can refuse or be stopped with tools, too', async () => {
    const run = (position: number): CellId => {
      const id = cell(position)
      requestRun(page.doc, id, { id: `r${position}`, by: 'Ana', to: 'model', at: 1, saw: null })
      return id
    }
    const result = (id: CellId) => readCell(page.doc, id)?.result
    const called = run(2)
    await expect.poll(() => result(called)?.status, soon).toBe('done')
    expect(readCalls(page.doc, called).map(({ name, state }) => [name, state])).toEqual([
      ['read_cells', 'done'],
      ['read_cells', 'done'],
    ])
    expect(result(called)?.reply).toMatch(/^I look\.[\s\S]*read_cells[\s\S]*You said/)
    const [first, second] = server.connections.map(({ request }) => JSON.stringify(request.body))
    expect(first?.includes('"edit_cell"')).toBe(true)
    for (const answer of ['There is no cell a.', '(no output)']) expect(second?.includes(answer)).toBe(true)

    if (tellsRefusals) {
      const refused = run(3)
      await expect.poll(() => result(refused)?.status, soon).toBe('error')
      expect(JSON.stringify(result(refused))).toMatch(/refused/)
      expect(JSON.stringify(result(refused))).toContain(refusal)
    }
    const slow = run(4)
    await expect.poll(() => result(slow)?.reply?.length ?? 0, soon).toBeGreaterThan(20)
    apply(page.doc, { type: 'request-stop', id: slow })
    await expect.poll(() => result(slow)?.status, soon).toBe('interrupted')
    await server.connections.at(-1)?.dropped
  })
})
