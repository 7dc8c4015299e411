import { parseAnswer } from './parse-message.ts'
import type { Answers, Query } from './protocol.ts'

/** After so long an answer is of no use any more, in ms; Python itself gives up earlier. */
const patience = 3_000

/** What the page asked a worker and has no answer to yet. Each question settles, with null where there is none. */
export class Questions {
  private last = 0
  private readonly open = new Map<number, (answer: unknown) => void>()

  /** `send` puts the question, under this id. */
  ask<T extends Query['type']>(type: T, send: (id: number) => void): Promise<Answers[T] | null> {
    const id = ++this.last
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, null), patience)
      this.open.set(id, (answer) => {
        clearTimeout(timer)
        resolve(parseAnswer(type, answer))
      })
      send(id)
    })
  }

  answer(id: number, answer: unknown): void {
    const settle = this.open.get(id)
    this.open.delete(id)
    settle?.(answer)
  }

  drop(): void {
    for (const id of this.open.keys()) this.answer(id, null)
  }
}
