// Answers questions to `@model` in the comments of one document, and edit requests. Like the model peer for prompts, it is
// controlled only through the document, by questions and stop flags.
import type * as Y from 'yjs'
import type { Context, Surroundings } from '../context/build.ts'
import { buildEditContext } from '../context/edit.ts'
import { buildThreadContext } from '../context/thread.ts'
import { after } from '../notebook/document/commenting.ts'
import {
  AnswerWriter,
  endAbandonedAnswers,
  type AnswerSetup,
  openQuestions,
  type Question,
} from '../notebook/document/answer.ts'
import type { Origin } from '../notebook/document/origin.ts'
import { docIdOf, readNotebook, readNotebookMeta, visibleCells } from '../notebook/document/read.ts'
import { messageKey, onThreads, readThread, type LiveThread } from '../notebook/document/threads.ts'
import { newRequestId } from '../notebook/ids.ts'
import { keyOf } from '../notebook/person.ts'
import { choiceFor, modelInBrowser } from '../notebook/model-choice.ts'
import { SeenSources } from '../tools/seen-sources.ts'
import type { Tool } from '../tools/tool.ts'
import { CallsOfReply } from './call-runner.ts'
import type { Spender } from './caps.ts'
import { chosenProvider } from './chosen-provider.ts'
import { EditWriter } from './edit-writer.ts'
import { Pass } from './pass.ts'
import { Reply, type Asking } from './reply.ts'
import { executorPrefix, type ModelPeerOptions } from './run.ts'
import { onceKnown, surroundingsOf } from './surroundings.ts'

/** Concurrent answers per document. */
const concurrency = 2
const maxOutputTokens = 4_096
const maxEditTokens = 16_384
const modelOrigin: Origin = 'model'

export type ThreadPeerOptions = Omit<ModelPeerOptions, 'onWriting' | 'tools'> & {
  /** What the model may call for a question that this Yjs client wrote; nothing without. */
  readonly toolsFor?: (client: number) => readonly Tool[]
  /** Called when the first answer starts and when the last one has ended. */
  readonly onAnswering?: (isAnswering: boolean) => void
}

export class ThreadPeer {
  private readonly doc: Y.Doc
  private readonly replies = new Map<string, Reply<AnswerWriter>>()
  private readonly unobserve: readonly (() => void)[]
  private readonly nextPass: Pass
  private disposed = false

  /** Ends answers left over by earlier instances of this peer, then picks up open questions. */
  constructor(private readonly setup: ThreadPeerOptions) {
    this.doc = setup.doc
    this.nextPass = new Pass(setup.schedule, () => this.pass())
    endAbandonedAnswers(this.doc, (executor) => executor.startsWith(executorPrefix))
    this.unobserve = [
      onThreads(this.doc, ({ origin }) => {
        // Ignores the pieces of its own answers.
        if (origin !== modelOrigin) this.onChange()
      }),
      // A cell was deleted or restored.
      setup.observer.onList(() => this.onChange()),
    ]
    this.nextPass.request()
  }

  /** Ends every answer as interrupted, synchronously. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    for (const unobserve of this.unobserve) unobserve()
    this.nextPass.dispose()
    for (const reply of this.replies.values()) reply.breakOff()
  }

  // Stops take effect at once. Answers start in a later task, after the transaction that asked for them.
  private onChange(): void {
    for (const reply of this.replies.values()) {
      reply.closeIfLost()
      const { question, stopRequested } = reply.writer
      if (stopRequested || !this.isVisible(question.thread)) reply.stop()
    }
    this.nextPass.request()
  }

  private pass(): void {
    for (const question of openQuestions(this.doc)) {
      if (this.replies.size >= concurrency) return
      const thread = readThread(this.doc, question.thread)
      if (thread !== null && this.isVisible(thread.id)) this.start(question, thread)
    }
  }

  /** Questions in threads of deleted cells wait until the cell is restored. */
  private isVisible(thread: string): boolean {
    const cell = readThread(this.doc, thread)?.cell
    return cell === null || (cell !== undefined && visibleCells(this.doc).includes(cell))
  }

  private start(question: Question, thread: LiveThread): void {
    const { now, executor, providers, caps } = this.setup
    const choice = choiceFor(readNotebookMeta(this.doc), {})
    const chosen = chosenProvider(providers, choice)
    const by = `Model (${(chosen?.provider ?? providers[0]).label})`
    const answer: AnswerSetup = {
      question,
      by,
      executor,
      at: after(this.doc, thread.id, now()),
      id: newRequestId(),
    }
    const writer =
      thread.edits && thread.cell !== null
        ? new EditWriter(this.doc, thread.cell, thread, answer)
        : new AnswerWriter(this.doc, answer)
    const key = messageKey(question.thread, question.id)
    const reply = new Reply(writer, this.setup, () => {
      this.replies.delete(key)
      if (this.replies.size === 0) this.setup.onAnswering?.(false)
      this.nextPass.request()
    })
    this.replies.set(key, reply)
    this.setup.onAnswering?.(true)
    if (chosen === null)
      return reply.fail(
        modelInBrowser(choice) === null
          ? `${choice.model} is not offered by this relay. Choose another model.`
          : 'The model of this notebook runs in a browser, and answers prompts only. Choose another model.',
      )
    const who: Spender = { person: keyOf(question), notebook: docIdOf(this.doc) ?? '' }
    const admission = caps?.admit(who) ?? { ok: true, notice: null }
    if (!admission.ok) return reply.fail(admission.reason)
    const { provider, model } = chosen
    // The answer to a request to edit is the new text, and nothing else.
    const runner = thread.edits ? null : this.callsOf(writer, answer)
    const { tokens, definitions: tools } = runner ?? { tokens: 0, definitions: [] }
    const around = surroundingsOf(provider, model, choice, { craft: this.setup.craft, tools: tokens })
    const asking = onceKnown(around, (known): Asking | null => {
      const context = this.contextFor(writer, thread, known)
      if (context === null) return null
      const { system, messages, estimated } = context
      const conversation = {
        model,
        system,
        maxOutputTokens: thread.edits ? maxEditTokens : maxOutputTokens,
        thinking: false,
        effort: choice.effort,
        cacheKey: docIdOf(this.doc),
      }
      return {
        provider,
        model,
        stream: (messages, signal) => provider.stream({ ...conversation, messages, tools }, signal),
        messages,
        runner,
        input: estimated + tokens,
        notice: admission.notice,
        spend: (spent) => caps?.spend(who, spent),
      }
    })
    void reply.ask(
      asking,
      'The text to edit is gone, or its cell is hidden from the model. Nothing was changed.',
    )
  }

  private callsOf(writer: AnswerWriter, { id, by }: AnswerSetup): CallsOfReply {
    const { question, key } = writer
    const { doc, schedule, findBlob, toolsFor, vouch, asked } = this.setup
    return new CallsOfReply({
      writer,
      onCalls: (listener) => onThreads(doc, listener),
      schedule,
      tools: toolsFor?.(question.client) ?? [],
      place: { doc, caller: key, run: id, by, findBlob, seen: new SeenSources(readNotebook(doc).cells) },
      vouch: vouch ?? (() => () => undefined),
      asked: asked ?? null,
    })
  }

  private contextFor(writer: AnswerWriter, thread: LiveThread, around: Surroundings): Context | null {
    const { findBlob } = this.setup
    const notebook = readNotebook(this.doc)
    if (!(writer instanceof EditWriter))
      return buildThreadContext(notebook, { ...thread, question: writer.question.id }, around, findBlob)
    return writer.wanted === null ? null : buildEditContext(notebook, writer.wanted, around, findBlob)
  }
}
