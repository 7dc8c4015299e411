import type { Answers } from './answers.ts'
import type { Query } from './protocol.ts'

/**
 * Milliseconds after which Python is taken for stuck in code that no alarm can stop. Otherwise it answers after its own
 * limits (queries.py), however late these come on a busy machine.
 */
const timeout = 20_000
/** A formatter has no limit of its own: it is large, and a person waits for it. */
const formatTimeout = 120_000

/** Open questions to a worker. Each settles, with null if there is no answer. */
export class Questions {
  private last = 0
  private readonly open = new Map<number, (answer: unknown) => void>()

  /** `send` sends the question with this id. */
  ask<T extends Query['type']>(type: T, send: (id: number) => void): Promise<Answers[T] | null> {
    const id = ++this.last
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, null), type === 'format' ? formatTimeout : timeout)
      this.open.set(id, (answer) => {
        clearTimeout(timer)
        if (answer === null) return resolve(null)
        // Loaded with the first answer, after the notebook is shown.
        import('./answers.ts').then(
          ({ parseAnswer }) => resolve(parseAnswer(type, answer)),
          () => resolve(null),
        )
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
