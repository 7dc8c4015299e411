// A notebook with a prompt whose model calls tools.
import type * as Y from 'yjs'
import type { ModelRequest } from '../../../shared/model/provider.ts'
import { ModelPeer } from '../../../shared/model/run.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { answerCall, readCalls, type Call } from '../../../shared/notebook/document/calls.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { cellSource, readCell } from '../../../shared/notebook/document/read.ts'
import { cellId, type Cell, type Leaf } from '../../../shared/notebook/notebook.ts'
import { notebookTools } from '../../../shared/tools/notebook-tools.ts'
import type { Tool } from '../../../shared/tools/tool.ts'
import { Clock } from '../../support/clock.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { ScriptedProvider } from '../../support/scripted-provider.ts'

export const prompt = cellId('ask')
export const usual = [
  plainCell('a', 'code', 'x = 1\ny = x\n'),
  plainCell('n', 'note', 'Prices in euro'),
  { ...plainCell('secret', 'note', 'the hidden word'), meta: { skipped: true } },
  plainCell('ask', 'prompt', 'do it'),
  plainCell('below', 'note', 'from below'),
]

export const tasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Replica 0 is the relay's, 1 the page of the person who asks, 2 another person's page. */
export class Table {
  readonly clock = new Clock()
  readonly provider = new ScriptedProvider()
  readonly replicas: Replicas
  readonly doc: Y.Doc
  readonly vouched = new Set<string>()
  /** The calls that pages ask about. */
  readonly asked = new Set<string>()
  private readonly askedListeners = new Set<() => void>()
  private readonly peer: ModelPeer
  private step = 0

  constructor(cells: readonly Cell[] = usual, tools: readonly Tool[] = notebookTools) {
    this.replicas = new Replicas(plainNotebook(cells), 3)
    this.doc = this.replicas.get(0)
    this.peer = new ModelPeer({
      findBlob: () => undefined,
      keepBlob: () => Promise.resolve(),
      doc: this.doc,
      observer: new CellObserver(this.doc),
      providers: [this.provider],
      executor: 'model:1',
      now: this.clock.now,
      schedule: this.clock.schedule,
      tools: () => tools,
      vouch: (digest) => {
        this.vouched.add(digest)
        return () => void this.vouched.delete(digest)
      },
      asked: {
        has: (digest) => this.asked.has(digest),
        onChange: (listener) => {
          this.askedListeners.add(listener)
          return () => void this.askedListeners.delete(listener)
        },
      },
    })
    const request = { id: 'r1', by: 'Ana', to: 'model', at: 5, saw: null }
    requestRun(this.replicas.get(1), prompt, request)
    this.replicas.sync()
    this.clock.advance(0)
  }

  get answer() {
    return this.provider.answer(this.step)
  }

  /** The model makes these calls in one step. Resolves when they have been carried out or are waiting. */
  async call(...calls: readonly (readonly [name: string, input: Leaf])[]): Promise<void> {
    for (const [at, [name, input]] of calls.entries())
      await this.answer.emit({ type: 'call', id: `id-${this.step}-${at}`, name, input })
    await this.answer.emit({ type: 'end', reason: 'calls', turn: null })
    await tasks()
    this.replicas.sync()
  }

  /** Makes one call that the relay carries out. Returns what the model receives. */
  async answered(name: string, input: Leaf): Promise<string> {
    await this.call([name, input])
    this.step++
    return lastAnswers(this.answer.request).join('\n')
  }

  /** The model writes this text and ends. */
  async done(text = 'Done.'): Promise<void> {
    await this.answer.text(text)
    await this.answer.emit({ type: 'end', reason: 'done' })
    this.replicas.sync()
  }

  /** As when the relay stops. */
  dispose(): void {
    this.peer.dispose()
  }

  next(): void {
    this.step++
  }

  calls(replica = 0): readonly Call[] {
    return readCalls(this.replicas.get(replica), prompt)
  }

  reply(replica = 0): string {
    return readCell(this.replicas.get(replica), prompt)?.result?.reply ?? ''
  }

  get status() {
    return readCell(this.doc, prompt)?.result?.status
  }

  /** A page writes the outcome of the only call. */
  page(change: Pick<Call, 'state' | 'text'>, replica = 1): void {
    const doc = this.replicas.get(replica)
    for (const { id } of readCalls(doc, prompt)) answerCall(doc, prompt, 'r1', id, change, 'kernel')
    this.replicas.sync()
  }

  /** The page that asks comes or goes. */
  here(isHere: boolean): void {
    this.asked.clear()
    if (isHere) for (const digest of this.vouched) this.asked.add(digest)
    for (const listener of this.askedListeners) listener()
  }

  source(id: string): string {
    return cellSource(this.doc, cellId(id))?.toString() ?? ''
  }
}

export const lastAnswers = ({ messages }: ModelRequest): readonly string[] => {
  const last = messages.at(-1)
  return last?.role === 'tool' ? last.answers.map(({ text }) => text) : []
}
