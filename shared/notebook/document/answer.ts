// Writes a model's answer into a thread, as run.ts does for cells.
import * as Y from 'yjs'
import type { Value } from './layout.ts'
import type { Leaf, RunStatus } from '../notebook.ts'
import type { Origin } from './origin.ts'
import { byOf, type By } from '../person.ts'
import type { Receipt } from '../receipt.ts'
import { isRecord } from '../../record.ts'
import { splitModel } from '../model-choice.ts'
import { Growing, type Slot } from './run.ts'
import { putCall, type Call } from './calls.ts'
import { messageKey, messagesOf, readLiveMessage, threadsOf, type MessageKey } from './threads.ts'

const origin: Origin = 'model'

/** An unanswered question to a model. */
export interface Question extends By {
  readonly thread: string
  readonly id: string
  readonly text: string
  /** The Yjs client that wrote it. */
  readonly client: number
}

/** Oldest first, without stopped ones. */
export const openQuestions = (doc: Y.Doc): readonly Question[] => {
  const answered = new Set<string>()
  const questions: (Question & { readonly at: number })[] = []
  for (const [key, value] of messagesOf(doc)) {
    const [thread, id] = key.split('/')
    const message = thread === undefined || id === undefined ? null : readLiveMessage(id, value)
    if (thread === undefined || message === null || !threadsOf(doc).has(thread)) continue
    if (message.answers !== undefined) answered.add(messageKey(thread, message.answers))
    else if (message.asked?.stop === false)
      questions.push({
        thread,
        id: message.id,
        text: message.text,
        at: message.at,
        client: messagesOf(doc)._map.get(key)?.id.client ?? -1,
        ...byOf(message),
      })
  }
  return questions
    .filter(({ thread, id }) => !answered.has(messageKey(thread, id)))
    .sort((a, b) => a.at - b.at)
}

export interface AnswerSetup {
  readonly question: Question
  /** The model's name in the thread. */
  readonly by: string
  readonly executor: string
  readonly at: number
  /** Of the new message. */
  readonly id: string
}

export class AnswerWriter {
  readonly question: Question
  readonly source: string
  private readonly doc: Y.Doc
  readonly key: MessageKey
  private readonly map = new Y.Map<Value>()
  private readonly text: Growing
  /** The model's name. */
  protected by: string

  constructor(doc: Y.Doc, { question, by, executor, at, id }: AnswerSetup) {
    this.doc = doc
    this.question = question
    this.source = question.text
    this.by = by
    this.key = messageKey(question.thread, id)
    const text = new Y.Text()
    doc.transact(() => {
      const { map } = this
      map.set('by', by)
      map.set('at', at)
      map.set('answers', question.id)
      map.set('run', { ...byOf(question), executor })
      map.set('status', 'running' satisfies RunStatus)
      map.set('text', text)
      messagesOf(doc).set(this.key, map)
    }, origin)
    this.text = new Growing(text)
  }

  get lost(): boolean {
    return messagesOf(this.doc).get(this.key) !== this.map
  }

  /** The question was stopped, withdrawn or deleted. */
  get stopRequested(): boolean {
    const { thread, id } = this.question
    const asked = readLiveMessage(id, messagesOf(this.doc).get(messageKey(thread, id)))?.asked ?? null
    return asked === null || asked.stop
  }

  private write(action: () => void): void {
    if (!this.lost) this.doc.transact(action, origin)
  }

  appendReply(piece: string): void {
    this.write(() => this.text.append(this.doc, piece))
  }

  /** Not stored in threads. */
  appendThinking(): void {
    return
  }

  /** Adds a call, or says what has become of it. */
  call(call: Call): void {
    this.write(() => putCall(this.map, call))
  }

  /** Stores the message of an error output; an answer has no other outputs. */
  output(leaf: Leaf): Slot {
    const error =
      isRecord(leaf) && typeof leaf['evalue'] === 'string' ? leaf['evalue'] : 'It cannot be shown here.'
    this.write(() => this.map.set('error', error))
    return { index: 0, generation: 0 }
  }

  receipt(receipt: Receipt): void {
    this.write(() => {
      this.map.set('receipt', { ...receipt })
      // The answering model is known now.
      this.by = `Model (${splitModel(receipt.model).id || receipt.model})`
      this.map.set('by', this.by)
    })
  }

  finish(status: Exclude<RunStatus, 'running'>): void {
    this.write(() => this.map.set('status', status))
  }
}

/** Ends answers that an earlier executor left unfinished. */
export const endAbandonedAnswers = (doc: Y.Doc, mine: (executor: string) => boolean): void => {
  for (const [key, value] of messagesOf(doc)) {
    const message = readLiveMessage(key.split('/')[1] ?? '', value)
    if (message?.status !== 'running' || message.run === null || !mine(message.run.executor)) continue
    doc.transact(() => (value as Y.Map<Value>).set('status', 'interrupted' satisfies RunStatus), origin)
  }
}
