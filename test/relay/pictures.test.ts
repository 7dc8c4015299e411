// Images that a model is sent from the relay's blobs.
import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { defaultSight } from '../../shared/model/provider.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { requestRun } from '../../shared/notebook/document/requested-texts.ts'
import { detachOutput } from '../../shared/notebook/document/blob-references.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import { displayLeaf } from '../../shared/notebook/output/output.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { png } from '../support/pictures.ts'
import { TestRelay } from '../support/relay.ts'
import { ScriptedProvider } from '../support/scripted-provider.ts'
import { soon } from '../support/soon.ts'

test('a prompt waits for an image that is still being uploaded', async () => {
  const provider = Object.assign(new ScriptedProvider(), { sight: () => ({ ...defaultSight, sees: true }) })
  const relay = await TestRelay.start(
    { 'a.ipynb': notebookFile(['code', 'plot()'], ['prompt', 'what is it?']) },
    { providers: [provider] },
  )
  try {
    const page = await relay.synced('a.ipynb')
    const [plot, prompt] = visibleCells(page.doc)
    if (plot === undefined || prompt === undefined) throw new Error('there are two cells')
    const image = png(750, 100, 30_000)
    const { output, blobs } = detachOutput(displayLeaf({ 'image/png': image }))
    const result = {
      run: null,
      count: 1,
      status: 'done',
      outputs: [{ live: false, leaf: output }],
      reply: null,
      thinking: null,
      calls: [],
    } as const
    apply(page.doc, { type: 'set-result', id: plot, result })
    const request = { id: 'r', by: 'Ana', to: 'model', at: 1, saw: null }
    requestRun(page.doc, prompt, request)
    const status = (): unknown => page.doc.getMap<Map<string, never>>('cells').get(prompt)?.get('result')
    await expect.poll(status, soon).toBeDefined()
    expect(provider.answers).toEqual([])
    const [blob] = blobs
    if (blob === undefined) throw new Error('the image is a blob')
    const url = `${relay.origin}/api/blobs/${blob.ref.$blob}`
    expect((await fetch(url, { method: 'PUT', body: Buffer.from(blob.bytes) })).ok).toBe(true)
    await expect.poll(() => provider.answers.length, soon).toBe(1)
    const parts = provider
      .answer(0)
      .request.messages.flatMap((message) => ('parts' in message ? message.parts : []))
    expect(parts.flatMap((part) => part?.pictures ?? [])).toEqual([{ mime: 'image/png', base64: image }])
  } finally {
    await relay.stop()
  }
})
