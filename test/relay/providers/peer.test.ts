// The model peer with real providers in real time.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../../support/until.ts'
import type * as Y from 'yjs'
import { createProviders } from '../../../relay/providers/registry.ts'
import type { Providers } from '../../../shared/model/provider.ts'
import { ModelPeer } from '../../../shared/model/run.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { readCell } from '../../../shared/notebook/document/read.ts'
import { chatWire } from '../../support/model-server/chat.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { modelSettings } from '../../support/model-settings.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const prompt = cellId('prompt')
const key = 'sk-very-secret-0123456789'

let server: ModelServer
let peer: ModelPeer | undefined
beforeEach(async () => {
  server = await ModelServer.open(chatWire)
})
afterEach(async () => {
  peer?.dispose()
  await server.close()
})

const ask = (text: string, providers: Providers): Y.Doc => {
  const doc = new Replicas(plainNotebook([plainCell('prompt', 'prompt', text)]), 1).get(0)
  peer = new ModelPeer({
    findBlob: () => undefined,
    keepBlob: () => Promise.resolve(),
    doc,
    observer: new CellObserver(doc),
    providers,
    executor: 'model:test',
    now: Date.now,
    schedule: (ms, action) => {
      const timer = setTimeout(action, ms)
      return () => clearTimeout(timer)
    },
  })
  const request = { id: 'r', by: 'Ana', to: 'model', at: 1, saw: null }
  requestRun(doc, prompt, request)
  return doc
}
const result = (doc: Y.Doc) => readCell(doc, prompt)?.result
const real = (): Promise<Providers> =>
  createProviders(modelSettings({ LLM_BASE_URL: server.origin, LLM_API_KEY: key }))

describe('a prompt answered by a provider', () => {
  test('gets a reply from the mock that says what it is', async () => {
    const doc = ask('What is a prime?', await createProviders(modelSettings({ LLM_PROVIDER: 'mock' })))
    await until(() => result(doc)?.status === 'done')
    expect(result(doc)?.reply).toContain('no model is configured')
    expect(result(doc)?.reply).toContain('> What is a prime?')
  })

  test('is stopped through the document at once, and the upstream connection is closed', async () => {
    const doc = ask('slow', await real())
    await until(() => (result(doc)?.reply?.length ?? 0) > 20)
    apply(doc, { type: 'request-stop', id: prompt })
    expect(result(doc)?.status).toBe('interrupted')
    await server.connections[0]?.dropped
    expect(result(doc)?.reply).toMatch(/^(word )+$/)
  })

  test('shows a refused key as an error in the cell, without the key', async () => {
    const doc = ask('unauthorized', await real())
    await until(() => result(doc)?.status === 'error')
    const said = JSON.stringify(result(doc))
    expect(said).toContain('ModelError')
    expect(said).toContain('401')
    expect(said).not.toContain(key)
  })
})
