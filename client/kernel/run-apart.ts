// Runs code that is in no cell, for its outputs alone.
import type * as Y from 'yjs'
import type { CellId, Output } from '../../shared/notebook/notebook.ts'
import { displayLeaf, errorLeaf, resultLeaf } from '../../shared/notebook/output/output.ts'
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
export const runApart = (run: ApartRun, signal: AbortSignal): Promise<ApartOutcome> =>
  run.python.apart(() => runNow(run, signal))

const runNow = async ({ doc, python, cell, code }: ApartRun, signal: AbortSignal): Promise<ApartOutcome> => {
  const { kernel } = python
  if (signal.aborted) return { status: 'interrupted', outputs: [] }
  const outputs: Output[] = []
  const count = python.beginApart(cell)
  const stop = (): void => kernel.interrupt()
  const onEvent = (event: KernelEvent): void => {
    switch (event.type) {
      case 'stream':
      case 'stream-end':
        return print(outputs, event.name, event.text)
      case 'display':
        return void outputs.push({ live: false, leaf: displayLeaf(event.data, event.metadata) })
      case 'result':
        return void outputs.push({ live: false, leaf: resultLeaf(count, event.data, event.metadata) })
      case 'error':
        return void outputs.push({
          live: false,
          leaf: errorLeaf(event.ename, event.evalue, event.traceback),
        })
      case 'packages':
        return keepPackages(doc, event.kept, event.removed)
      case 'input':
        print(outputs, 'stderr', 'There is nobody here to answer input().\n')
        return stop()
      case 'comm':
      case 'clear':
      case 'update-display':
      case 'next-input':
      case 'open':
        // Of these there is nothing to show.
        return
      default:
        return event satisfies never
    }
  }
  signal.addEventListener('abort', stop, { once: true })
  const { status, lost } = await kernel.run(code, count, onEvent)
  signal.removeEventListener('abort', stop)
  if (lost !== undefined) print(outputs, 'stderr', lost)
  return { status, outputs }
}

const print = (outputs: Output[], name: 'stdout' | 'stderr', text: string): void => {
  const last = outputs.at(-1)
  const before = last?.live === true && last.stream.name === name ? last.stream.text : null
  if (before !== null) outputs.pop()
  outputs.push({ live: true, stream: { output_type: 'stream', name, text: (before ?? '') + text } })
}
