// Commands issued while a notebook opens; they run once it is open.
interface QueuedCommand {
  readonly name: string
  readonly action: () => void
}

export class Opening {
  private open = false
  private queue: readonly QueuedCommand[] = []

  constructor(private readonly onChange: () => void) {}

  /** Starts over for another notebook. */
  begin(): void {
    this.open = false
    this.queue = []
  }

  ask(name: string, action: () => void): void {
    if (this.open) return action()
    this.queue = [...this.queue.filter((other) => other.name !== name), { name, action }]
    this.onChange()
  }

  /** Text shown meanwhile. */
  get message(): string {
    return this.queue.map(({ name }) => `${name}: runs once it is open.`).join(' ')
  }

  done(): void {
    this.open = true
    const { queue } = this
    this.queue = []
    for (const { action } of queue) action()
  }

  /** The notebook will not open: returns the titles of the queued commands. */
  cancel(): string | null {
    const { queue } = this
    this.queue = []
    return queue.length === 0 ? null : queue.map(({ name }) => name).join(', ')
  }
}
