import { Terminal } from '../../shared/notebook/output/terminal.ts'
import type { KernelEvent } from './protocol.ts'

/**
 * Characters of printed text that a run sends at once, and how many of its last are kept beyond that: less than the
 * document's limit, so that nothing is cut twice.
 */
const headLimit = 890_000
const tailLimit = 100_000

const number = new Intl.NumberFormat('en')

/**
 * Limits the printed text of a run, so that a flood does not block the page: past `headLimit` characters only the end
 * is kept, and sent when the run ends.
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

  /** The output was cleared: there is room again. */
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

  /** Characters that will remain: the states of a progress bar overwrite each other for hours. */
  private lasting(name: 'stdout' | 'stderr', text: string): number {
    if (name !== this.name) this.terminal = new Terminal()
    this.name = name
    const { remove, insert } = this.terminal.write(text)
    return insert.length - remove
  }

  private hold(name: 'stdout' | 'stderr', text: string): void {
    this.name = name
    this.heldBack += text.length
    // Cut only sometimes: slicing on each write would copy the tail each time.
    this.tail += text.slice(-tailLimit)
    if (this.tail.length > 4 * tailLimit) this.tail = this.tail.slice(-tailLimit)
  }
}
