// What its person asks for while a notebook opens: done when it is open, and not lost.
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

  /** Another notebook is opened. */
  begin(): void {
    this.open = false
    this.wishes = []
  }

  ask(name: string, action: () => void): void {
    if (this.open) return action()
    this.wishes = [...this.wishes.filter((wish) => wish.name !== name), { name, action }]
    this.onChange()
  }

  /** What people read meanwhile. */
  get words(): string {
    return this.wishes.map(({ name }) => `${name}: runs once it is open.`).join(' ')
  }

  done(): void {
    this.open = true
    const { wishes } = this
    this.wishes = []
    for (const { action } of wishes) action()
  }

  /** It will not open: names what was asked for. */
  giveUp(): string | null {
    const { wishes } = this
    this.wishes = []
    return wishes.length === 0 ? null : wishes.map(({ name }) => name).join(', ')
  }
}
