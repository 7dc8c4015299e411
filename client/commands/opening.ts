// Commands issued while a notebook opens; they run once it is open.
interface QueuedRun {
  readonly name: string
  readonly action: () => void
}

export class Opening {
  private open = false
  private wishes: readonly QueuedRun[] = []
  private readonly onChange: () => void

  constructor(onChange: () => void) {
    this.onChange = onChange
  }

  /** Starts over for another notebook. */
  begin(): void {
    this.open = false
    this.wishes = []
  }

  ask(name: string, action: () => void): void {
    if (this.open) return action()
    this.wishes = [...this.wishes.filter((wish) => wish.name !== name), { name, action }]
    this.onChange()
  }

  /** Text shown meanwhile. */
  get words(): string {
    return this.wishes.map(({ name }) => `${name}: runs once it is open.`).join(' ')
  }

  done(): void {
    this.open = true
    const { wishes } = this
    this.wishes = []
    for (const { action } of wishes) action()
  }

  /** The notebook will not open: returns the titles of the queued commands. */
  giveUp(): string | null {
    const { wishes } = this
    this.wishes = []
    return wishes.length === 0 ? null : wishes.map(({ name }) => name).join(', ')
  }
}
