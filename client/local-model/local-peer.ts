// The model peer of a page: like the relay's, for what this page's person asks of the model in it.
import { ModelPeer } from '../../shared/model/run.ts'
import { readHead, readNotebookMeta } from '../../shared/notebook/document/read.ts'
import type { RequestedTexts } from '../../shared/notebook/document/requested-texts.ts'
import { choiceFor, modelInBrowser } from '../../shared/notebook/model-choice.ts'
import type { NotebookBlobs } from '../blobs/notebook-blobs.ts'
import { now } from '../document/clock.ts'
import { fetchCraft } from '../document/models-api.ts'
import type { OpenNotebook } from '../document/open.ts'
import type { LocalModel } from './local-model.ts'
import { localProvider } from './local-provider.ts'

export interface LocalPeerSetup {
  readonly notebook: OpenNotebook
  readonly requestedTexts: RequestedTexts
  readonly blobs: NotebookBlobs
}
export type LocalPeer = Pick<ModelPeer, 'dispose'>

export const localPeer = (
  local: LocalModel,
  model: string,
  { notebook, requestedTexts, blobs }: LocalPeerSetup,
): LocalPeer => {
  const { doc, observer, executor } = notebook
  const loaded = new Map<string, Uint8Array>()
  return new ModelPeer({
    doc,
    observer,
    providers: [localProvider(local)],
    executor,
    admits: (cell, { id }) =>
      requestedTexts.isOwn(id) &&
      modelInBrowser(choiceFor(readNotebookMeta(doc), readHead(doc, cell)?.meta ?? {})) === model,
    now,
    craft: async () => {
      const answer = await fetchCraft(notebook.path)
      return answer.ok ? answer.craft : []
    },
    arrived: async (refs) => {
      const find = await blobs.available(refs)
      for (const ref of refs) {
        const bytes = find(ref)
        if (bytes !== undefined) loaded.set(ref.$blob, bytes)
      }
    },
    findBlob: ({ $blob }) => loaded.get($blob),
    keepBlob: (blob) => Promise.resolve(blobs.keep(blob)),
    schedule: (milliseconds, action) => {
      const timer = setTimeout(action, milliseconds)
      return () => clearTimeout(timer)
    },
  })
}
