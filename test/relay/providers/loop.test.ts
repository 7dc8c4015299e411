// A prompt whose model calls tools, through every provider's real protocol: calls are carried out and
// answered.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ModelPeer } from '../../../shared/model/run.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { readCalls } from '../../../shared/notebook/document/calls.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { readCell } from '../../../shared/notebook/document/read.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { replyParts } from '../../../shared/reply/parts.ts'
import { notebookTools } from '../../../shared/tools/notebook-tools.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { until } from '../../support/until.ts'
import { providerAt, wires } from '../../support/wires.ts'

const prompt = cellId('prompt')

describe.each(wires)('$wire.name', (spoken) => {
  let server: ModelServer
  let peer: ModelPeer | undefined
  beforeEach(async () => {
    server = await ModelServer.open(spoken.wire)
  })
  afterEach(async () => {
    peer?.dispose()
    await server.close()
  })

  test('answers two calls of one step in the next request, and the reply continues', async () => {
    const cells = [plainCell('a', 'note', 'the note of a'), plainCell('prompt', 'prompt', 'please call')]
    const doc = new Replicas(plainNotebook(cells), 1).get(0)
    peer = new ModelPeer({
      findBlob: () => undefined,
      keepBlob: () => Promise.resolve(),
      doc,
      observer: new CellObserver(doc),
      providers: [providerAt(spoken, server.origin)],
      executor: 'model:test',
      now: Date.now,
      tools: () => notebookTools,
      schedule: (ms, action) => {
        const timer = setTimeout(action, ms)
        return () => clearTimeout(timer)
      },
    })
    const request = { id: 'r', by: 'Ana', to: 'model', at: 1, saw: null }
    requestRun(doc, prompt, request)
    const result = () => readCell(doc, prompt)?.result
    await until(() => result()?.status !== undefined && result()?.status !== 'running')
    expect(result()?.status).toBe('done')
    expect(server.connections).toHaveLength(2)
    const [first, second] = server.connections.map(({ request: { body } }) => JSON.stringify(body))
    for (const { name } of notebookTools) expect(first).toContain(`"name":"${name}"`)
    expect(second).toContain('the note of a')
    expect(second).toContain('There is no cell b')
    expect(second?.match(/<untrusted from=[\\"]+read_cells/g)).toHaveLength(2)
    expect(readCalls(doc, prompt).map(({ state }) => state)).toEqual(['done', 'done'])
    expect(replyParts(result()?.reply ?? '').map(({ type }) => type)).toEqual([
      'text',
      'tool',
      'tool',
      'text',
    ])
  })
})
