import { Terminal } from '../../shared/notebook/output/terminal.ts'
import type { KernelEvent } from './protocol.ts'

/** Characters of printed text that a run hands over as they come, and how many of its last are kept beyond that: below
 * what the document keeps of a run, so that nothing is cut a second time. */
const headLimit = 890_000
const tailLimit = 100_000

const number = new Intl.NumberFormat('en')

/**
 * The printed text of one run on its way out. A flood must not drown the page: past `headLimit` characters the rest
 * is held back but for its last part, which comes at the end of the run.
 */
export class OutputLimiter {
  private room = headLimit
  private name: 'stdout' | 'stderr' = 'stdout'
  private heldBack = 0
  private tail = ''
  private terminal = new Terminal()

  constructor(private readonly emit: (event: KernelEvent) => void) {}

  write(name: 'stdout' | 'stderr', text: string): void {
    if (this.heldBack > 0) return this.hold(name, text)
    const cost = this.lasting(name, text)
    if (cost <= this.room) {
      this.room -= cost
      this.emit({ type: 'stream', name, text })
      return
    }
    const fits = text.slice(0, this.room)
    this.emit({
      type: 'stream',
      name,
      text: `${fits}\n[more than ${number.format(headLimit)} characters: the end of the output follows later]\n`,
    })
    this.hold(name, text.slice(this.room))
  }

  /** What was shown is to go: there is room again. */
  cleared(): void {
    this.room = headLimit
    this.terminal = new Terminal()
    this.heldBack = 0
    this.tail = ''
  }

  end(): void {
    if (this.heldBack > 0) {
      const tail = this.tail.slice(-tailLimit)
      const dropped = this.heldBack - tail.length
      const note = dropped > 0 ? `[${number.format(dropped)} characters omitted]\n` : ''
      this.emit({ type: 'stream', name: this.name, text: note + tail })
    }
    this.cleared()
  }

  /** Characters that will stay: a progress bar may go on for hours, each of its states takes the place of the last. */
  private lasting(name: 'stdout' | 'stderr', text: string): number {
    if (name !== this.name) this.terminal = new Terminal()
    this.name = name
    const { remove, insert } = this.terminal.write(text)
    return insert.length - remove
  }

  private hold(name: 'stdout' | 'stderr', text: string): void {
    this.name = name
    this.heldBack += text.length
    // Cut only now and then: slicing at each write would copy the tail each time.
    this.tail += text.slice(-tailLimit)
    if (this.tail.length > 4 * tailLimit) this.tail = this.tail.slice(-tailLimit)
  }
}
