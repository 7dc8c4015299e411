// One line of text for a worker that waits and can get no message, in memory that is shared with it.

/** UTF-16 units a line may have. */
export const maxLineLength = 65_536
/** Two words of 32 bits: the id of the question that is answered, and the length of the line, which lies behind. */
const head = 8

export class TypedLine {
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(head + 2 * maxLineLength)
  }

  private readonly words: Int32Array
  private readonly units: Uint16Array

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, 2)
    this.units = new Uint16Array(memory, head)
  }

  put(id: number, line: string): void {
    const length = Math.min(line.length, maxLineLength)
    for (let at = 0; at < length; at++) this.units[at] = line.charCodeAt(at)
    Atomics.store(this.words, 1, length)
    Atomics.store(this.words, 0, id)
    Atomics.notify(this.words, 0)
  }

  /** Returns when something is put, at once where that is the answer to this question, or after so many ms. */
  wait(id: number, milliseconds: number): void {
    const there = Atomics.load(this.words, 0)
    if (there !== id) Atomics.wait(this.words, 0, there, milliseconds)
  }

  /** The answer to that question, once it is there; nothing of it is left. */
  take(id: number): string | null {
    if (Atomics.load(this.words, 0) !== id) return null
    const typed = this.units.subarray(0, Atomics.load(this.words, 1))
    let line = ''
    for (const unit of typed) line += String.fromCharCode(unit)
    typed.fill(0)
    return line
  }
}
