// The model as a peer of each room: answers prompts, and is present with a name while it writes.
import { budgetFor } from '../shared/context/budget.ts'
import type { Craft } from '../shared/context/craft.ts'
import { definitionTokens } from '../shared/model/call-runner.ts'
import type { Caps } from '../shared/model/caps.ts'
import type { Providers } from '../shared/model/provider.ts'
import { executorPrefix, ModelPeer, type ModelPeerOptions } from '../shared/model/run.ts'
import { ThreadPeer } from '../shared/model/thread.ts'
import { offeredTools } from '../shared/tools/offered-tools.ts'
import { CellObserver } from '../shared/notebook/document/observe.ts'
import { cellReceipt } from '../shared/notebook/document/read.ts'
import { splitModel } from '../shared/notebook/model-choice.ts'
import { asksInPresence, budgetsField, callsField } from '../shared/presence.ts'
import type { BlobRef } from '../shared/notebook/output/blob.ts'
import type { CellId } from '../shared/notebook/notebook.ts'
import type { Blobs } from './blobs/store.ts'
import { costOf, type Prices } from './model-prices.ts'
import type { Room } from './sync/room.ts'
import type { PeerFactory } from './sync/rooms.ts'
import { folderReader, type Storage } from './folder-reader.ts'

const color = '#6247b8'

/** Milliseconds: a page sends what an output refers to right after the output. */
const uploadTime = 3_000

const arrival = (blobs: Blobs, refs: readonly BlobRef[]): Promise<void> | undefined => {
  const missing = refs.filter(({ $blob }) => blobs.readNow($blob) === null)
  if (missing.length === 0) return undefined
  return new Promise((resolve) => {
    const waiting = new Set(missing.map(({ $blob }) => $blob))
    const stops = [...waiting].map((name) =>
      blobs.onceStored(name, () => {
        waiting.delete(name)
        if (waiting.size === 0) end()
      }),
    )
    const end = (): void => {
      clearTimeout(timer)
      for (const stop of stops) stop()
      resolve()
    }
    const timer = setTimeout(end, uploadTime)
  })
}

/** A switch that keeps the room open: what a model writes continues when everybody has left. */
const keeping = (room: Room): ((isWriting: boolean) => void) => {
  let release: (() => void) | null = null
  return (isWriting) => {
    if (isWriting) release ??= room.hold()
    else {
      release?.()
      release = null
    }
  }
}

/** `instance` names this life of the relay: runs of an earlier one are settled as interrupted. */
export const models =
  (
    providers: Providers,
    instance: string,
    blobs: Blobs,
    caps: Caps,
    prices: Prices,
    storage: Storage,
    craft: (notebook: string) => Promise<readonly Craft[]>,
  ): PeerFactory =>
  (room) => {
    const { doc, awareness } = room
    const [{ label }] = providers
    const [keepForReplies, keepForThreads] = [keeping(room), keeping(room)]
    const executor = executorPrefix + instance
    const observer = new CellObserver(doc)
    const tools = offeredTools(folderReader(storage, () => room.path))
    const toolTokens = definitionTokens(tools)
    const vouched = new Set<string>()
    const publishCalls = (): void => awareness.setLocalStateField(callsField, [...vouched])
    const nameOf = (cell: CellId): string => {
      const model = cellReceipt(doc, cell)?.model
      return `Model (${model === undefined ? label : splitModel(model).id || model})`
    }
    awareness.setLocalStateField('executor', executor)
    awareness.setLocalStateField('model', label)
    awareness.setLocalStateField(
      budgetsField,
      providers.map(({ id, maxInputTokens }) => [id, budgetFor(maxInputTokens, toolTokens)]),
    )
    const setup: Omit<ModelPeerOptions, 'onWriting'> = {
      doc,
      observer,
      providers,
      executor,
      now: Date.now,
      caps,
      cost: costOf(prices),
      craft: () => craft(room.path),
      vouch: (digest) => {
        vouched.add(digest)
        publishCalls()
        return () => {
          vouched.delete(digest)
          publishCalls()
        }
      },
      asked: {
        has: (digest) =>
          [...awareness.getStates().values()].some((state) => asksInPresence(state).includes(digest)),
        onChange: (listener) => {
          awareness.on('change', listener)
          return () => awareness.off('change', listener)
        },
      },
      findBlob: ({ $blob }) => blobs.readNow($blob) ?? undefined,
      arrived: (refs) => arrival(blobs, refs),
      keepBlob: async ({ ref, bytes }) => void (await blobs.keep(ref.$blob, bytes)),
      schedule: (milliseconds, action) => {
        const timer = setTimeout(action, milliseconds)
        return () => clearTimeout(timer)
      },
    }
    const peer = new ModelPeer({
      ...setup,
      tools: () => tools,
      onWriting: ([cell]) => {
        awareness.setLocalStateField('user', cell === undefined ? null : { name: nameOf(cell), color })
        awareness.setLocalStateField('cell', cell ?? null)
        keepForReplies(cell !== undefined)
      },
    })
    const threads = new ThreadPeer({
      ...setup,
      toolsFor: (client) => {
        const mayEdit = room.presences.mayWrite(client)
        return tools.filter(({ executor, tier }) => mayEdit || (executor === 'relay' && tier === 'read'))
      },
      onAnswering: keepForThreads,
    })
    return {
      dispose: () => {
        peer.dispose()
        threads.dispose()
        keepForThreads(false)
        observer.dispose()
        keepForReplies(false)
      },
    }
  }
