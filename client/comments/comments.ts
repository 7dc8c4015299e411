// The comments of this notebook for the page: the threads and their positions in the texts, the selected thread, the draft
// of a new one, and unread messages.
import type * as Y from 'yjs'
import { Emitter } from '../../shared/emitter.ts'
import { KeyedEmitter } from '../../shared/keyed-emitter.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import {
  listThreads,
  messageKey,
  onThreads,
  readThread,
  threadPlace,
  threadsOf,
  type LiveMessage,
  type LiveThread,
  type MessageKey,
} from '../../shared/notebook/document/threads.ts'
import { textIn } from '../../shared/notebook/document/thread-place.ts'
import { mentions } from '../../shared/notebook/mention.ts'
import { isBy, type Person } from '../../shared/notebook/person.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import type { Passage } from '../../shared/notebook/thread.ts'
import type { OpenNotebook } from '../document/open.ts'

/** A commented range of a text, in UTF-16 offsets. */
export interface CommentedSpan {
  readonly from: number
  readonly to: number
  /** Whether its thread is selected. */
  readonly isChosen: boolean
}

export interface Draft {
  /** Null for the notebook. */
  readonly cell: CellId | null
  readonly passage: Passage | null
}

/** Somebody mentioned this page's person. */
export interface Mention {
  readonly thread: LiveThread
  readonly message: LiveMessage
}

interface CommentsParts {
  readonly notebook: Pick<OpenNotebook, 'doc' | 'observer' | 'on' | 'loaded'>
  readonly person: () => Person
  /** Of those who are here. */
  readonly names: () => readonly string[]
  readonly announce: (text: string) => void
}

const shortened = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)} …` : text)

export class Comments {
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly spansChanged = new KeyedEmitter<Y.Text>()
  /** Of the commented ranges in one text. */
  readonly on = this.spansChanged.on
  private listed: readonly LiveThread[] = []
  private spans: ReadonlyMap<Y.Text, readonly CommentedSpan[]> = new Map()
  private anchored: ReadonlySet<CellId> = new Set()
  /** Ids of all messages seen so far, also of threads that go with a cell elsewhere; null until the notebook is loaded. */
  private known: Set<string> | null = null
  private readonly unread = new Set<string>()
  private named: readonly Mention[] = []
  /** The questions that this page has asked, in its life, with their threads. */
  private readonly questions = new Map<string, string>()
  private chosenId: string | null = null
  private begun: Draft | null = null
  private isWaiting = false
  private readonly edited = new Set<CellId>()
  private readonly stops: readonly (() => void)[]

  /** This page has just written the last message of the thread. */
  sent(thread: string): void {
    const message = readThread(this.parts.notebook.doc, thread)?.messages.at(-1)
    if (message !== undefined && message.asked !== null) this.questions.set(message.id, thread)
  }

  /** The answers to this page's questions. */
  ownAnswers(): readonly MessageKey[] {
    return [...this.questions].flatMap(([question, thread]) =>
      (readThread(this.parts.notebook.doc, thread)?.messages ?? [])
        .filter(({ answers }) => answers === question)
        .map(({ id }) => messageKey(thread, id)),
    )
  }

  constructor(private readonly parts: CommentsParts) {
    const { doc, observer, on } = parts.notebook
    this.stops = [
      onThreads(doc, () => this.refreshSoon()),
      observer.onList(() => {
        // Also threads of cells that were not visible until now.
        if (threadsOf(doc).size > 0) this.refreshSoon()
      }),
      observer.onAnyCell((cell, changes) => {
        if (this.anchored.has(cell) && (changes.has('source') || changes.has('reply'))) this.followSoon(cell)
      }),
      on(() => {
        if (this.known === null) this.refreshSoon()
      }),
    ]
  }

  /** In document order, resolved ones too. */
  get threads(): readonly LiveThread[] {
    return this.listed
  }

  get chosen(): string | null {
    return this.chosenId
  }

  get draft(): Draft | null {
    return this.begun
  }

  get mentioned(): readonly Mention[] {
    return this.named
  }

  /** The open ones. */
  ofCell(cell: CellId): readonly LiveThread[] {
    return this.listed.filter((thread) => thread.cell === cell && thread.resolved === null)
  }

  isUnread({ id, messages }: LiveThread): boolean {
    return messages.some((message) => this.unread.has(`${id}/${message.id}`))
  }

  in(text: Y.Text): readonly CommentedSpan[] {
    return this.spans.get(text) ?? []
  }

  choose(id: string | null): void {
    if (this.chosenId === id && (id === null || !this.hasUnread(id))) return
    this.chosenId = id
    if (id !== null) this.read(id)
    this.refresh()
  }

  begin(draft: Draft | null): void {
    this.begun = draft
    this.chosenId = null
    this.refresh()
  }

  dismiss(mention: Mention): void {
    this.named = this.named.filter((other) => other !== mention)
    this.changed.emit()
  }

  private hasUnread(id: string): boolean {
    return [...this.unread].some((key) => key.startsWith(`${id}/`))
  }

  private read(id: string): void {
    for (const key of this.unread) if (key.startsWith(`${id}/`)) this.unread.delete(key)
    this.named = this.named.filter(({ thread }) => thread.id !== id)
  }

  /** Asynchronous, because the change may come from an editor that must not be updated meanwhile. */
  private refreshSoon(): void {
    if (this.isWaiting) return
    this.isWaiting = true
    queueMicrotask(() => {
      this.isWaiting = false
      this.refresh()
    })
  }

  /** A keystroke moves the passages of its cell, and nothing else has to be read. */
  private followSoon(cell: CellId): void {
    if (this.edited.size === 0)
      queueMicrotask(() => {
        this.follow()
        this.edited.clear()
      })
    this.edited.add(cell)
  }

  private follow(): void {
    const { doc } = this.parts.notebook
    const before = this.listed
    this.listed = before.map((thread) =>
      thread.cell !== null && this.edited.has(thread.cell)
        ? { ...thread, ...threadPlace(doc, thread.id) }
        : thread,
    )
    const isSame = ({ cell, passage }: LiveThread, i: number): boolean =>
      before[i]?.cell === cell &&
      before[i].passage?.quote === passage?.quote &&
      !before[i].passage?.place === !passage?.place
    if (!this.listed.every(isSame)) this.refresh()
    else this.showSpans()
  }

  private refresh(): void {
    const { doc, loaded } = this.parts.notebook
    const wasOpen = this.listed.some(({ id, resolved }) => id === this.chosenId && resolved === null)
    this.listed = listThreads(doc, visibleCells(doc))
    // A thread that was just resolved is no longer selected.
    const isOpen = this.listed.some(({ id, resolved }) => id === this.chosenId && resolved === null)
    if (wasOpen && !isOpen) this.chosenId = null
    this.anchored = new Set(
      this.listed.flatMap(({ cell, passage }) => (cell === null || !passage ? [] : [cell])),
    )
    if (loaded) this.noticeNew()
    this.showSpans()
    this.changed.emit()
  }

  private showSpans(): void {
    const before = this.spans
    this.spans = this.spansNow()
    for (const text of new Set([...before.keys(), ...this.spans.keys()]))
      if (JSON.stringify(before.get(text)) !== JSON.stringify(this.spans.get(text)))
        this.spansChanged.emit(text)
  }

  private spansNow(): ReadonlyMap<Y.Text, readonly CommentedSpan[]> {
    const spans = new Map<Y.Text, CommentedSpan[]>()
    const add = (cell: CellId | null, passage: Passage | null, isChosen: boolean): void => {
      const text =
        cell === null || passage === null ? undefined : textIn(this.parts.notebook.doc, cell, passage.in)
      if (text === undefined || !passage?.place) return
      spans.set(text, [...(spans.get(text) ?? []), { ...passage.place, isChosen }])
    }
    for (const { id, cell, passage, resolved } of this.listed)
      if (resolved === null || id === this.chosenId) add(cell, passage, id === this.chosenId)
    if (this.begun !== null) add(this.begun.cell, this.begun.passage, true)
    return spans
  }

  /** Announces new messages of others. Answers are announced when they are complete. */
  private noticeNew(): void {
    const isFirst = this.known === null
    const known = (this.known ??= new Set())
    const person = this.parts.person()
    for (const thread of this.listed)
      for (const message of thread.messages) {
        const key = `${thread.id}/${message.id}`
        if (known.has(message.id) || (message.status === 'running' && !isFirst)) continue
        known.add(message.id)
        if (isFirst || isBy(person, message)) continue
        if (thread.id !== this.chosenId) this.unread.add(key)
        this.announceMessage(thread, message, person)
      }
    for (const key of this.unread) if (!this.isListed(key)) this.unread.delete(key)
  }

  private isListed(key: string): boolean {
    return this.listed.some(({ id, messages }) => messages.some((message) => key === `${id}/${message.id}`))
  }

  private announceMessage(thread: LiveThread, message: LiveMessage, person: Person): void {
    if (mentions(message.text, person.name, this.allNames)) this.named = [...this.named, { thread, message }]
    const place = this.placeOf(thread)
    this.parts.announce(
      message.answers === undefined
        ? `${message.by || 'Somebody'} commented on ${place}: ${shortened(message.text)}`
        : `The model answered on ${place}.`,
    )
  }

  /** Of those who are here, and of those who have written. */
  private get allNames(): readonly string[] {
    return [...this.parts.names(), ...this.listed.flatMap(({ messages }) => messages.map(({ by }) => by))]
  }

  /** The name of what the thread is on. */
  placeOf({ cell }: Pick<LiveThread, 'cell'>): string {
    if (cell === null) return 'the notebook'
    return `cell ${visibleCells(this.parts.notebook.doc).indexOf(cell) + 1}`
  }

  destroy(): void {
    for (const stop of this.stops) stop()
  }
}
