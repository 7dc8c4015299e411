// Runs code that is in no cell, for its outputs alone.
import type * as Y from 'yjs'
import type { CellId, Leaf, Output } from '../../shared/notebook/notebook.ts'
import { withEvent } from './event-outputs.ts'
import { keepPackages } from './kept-packages.ts'
import type { KernelEvent, RunOutcome } from './kernel.ts'
import type { KernelPeer } from './peer.ts'

export interface ApartRun {
  readonly doc: Y.Doc
  readonly python: KernelPeer
  /** Under which permission is asked; null: under the one that ran last. */
  readonly cell: CellId | null
  readonly code: string
}

export interface ApartOutcome {
  readonly status: RunOutcome['status']
  readonly outputs: readonly Output[]
}

/** Once no cell runs. */
export const runApart = (run: ApartRun, signal?: AbortSignal): Promise<ApartOutcome> =>
  run.python.apart(() => runNow(run, signal))

const runNow = async ({ doc, python, cell, code }: ApartRun, signal?: AbortSignal): Promise<ApartOutcome> => {
  const { kernel } = python
  if (signal?.aborted) return { status: 'interrupted', outputs: [] }
  const count = python.beginApart(cell)
  const stop = (): void => kernel.interrupt()
  let outputs: readonly Leaf[] = []
  const add = (event: KernelEvent): void => {
    outputs = withEvent(outputs, event) ?? outputs
  }
  const print = (text: string): void => add({ type: 'stream', name: 'stderr', text })
  const onEvent = (event: KernelEvent): void => {
    if (event.type === 'packages') return keepPackages(doc, event.kept, event.removed)
    if (event.type === 'input') {
      print('There is nobody here to answer input().\n')
      return stop()
    }
    if (event.type !== 'clear') add(event)
  }
  signal?.addEventListener('abort', stop, { once: true })
  const { status, lost } = await kernel.run(code, count, onEvent)
  signal?.removeEventListener('abort', stop)
  if (lost !== undefined) print(lost)
  return { status, outputs: outputs.map((leaf) => ({ live: false, leaf })) }
}
