// Asks Python, by way of the page, for the rows of the frame that this output shows.
import type { FrameState } from '../kernel/live-frames.ts'
import type { Answers } from '../kernel/answers.ts'
import type { FrameQuery } from '../kernel/protocol.ts'
import type { FrameQuestion, Send } from './message.ts'

type Answer<T extends FrameQuery['type']> = Answers[T] | null

/** Milliseconds after which the page will not answer any more. */
const patience = 5_000

export class LiveFrame {
  state: FrameState = 'gone'
  private last = 0
  private readonly open = new Map<number, (answer: unknown) => void>()
  private readonly listeners = new Set<() => void>()

  constructor(private readonly send: Send) {}

  become(state: FrameState): void {
    if (state === this.state) return
    this.state = state
    for (const listener of this.listeners) listener()
  }

  onChange(listener: () => void): void {
    this.listeners.add(listener)
  }

  /** Null where Python does not have the frame any more, or not in time. */
  ask<T extends FrameQuery['type']>(question: FrameQuestion & { readonly type: T }): Promise<Answer<T>> {
    const id = ++this.last
    return new Promise((resolve) => {
      const settle = (answer: unknown): void => {
        this.open.delete(id)
        // The page has parsed it.
        resolve(answer as Answer<T>)
      }
      this.open.set(id, settle)
      setTimeout(() => settle(null), patience)
      this.send({ type: 'nb-frame-ask', id, question })
    })
  }

  answer(id: number, answer: unknown): void {
    this.open.get(id)?.(answer)
  }
}
