// A model that is asked to go on with a cut off reply often begins with its last words again. They are left out.

/** Characters before the end within which a repetition begins. */
const reach = 600
/** Fewer are likely to be meant; those of a whole word less so. */
const [least, leastOfWord] = [12, 3]

export class Continuation {
  private readonly before: string
  private held = ''
  private isDecided = false

  /** `before`: the text so far. */
  constructor(before: string) {
    this.before = before.slice(-reach)
  }

  /** What of the next piece is new; what may be a repetition waits. */
  take(piece: string): string {
    if (this.isDecided) return piece
    this.held += piece
    if (this.before.includes(this.held)) return ''
    return this.end()
  }

  /** What waits, when nothing follows. */
  end(): string {
    if (this.isDecided) return ''
    this.isDecided = true
    return this.held.slice(this.repeated())
  }

  /** Length of the longest beginning of the text that is the end of the one before. */
  private repeated(): number {
    const { before, held } = this
    for (let length = Math.min(held.length, before.length); length >= leastOfWord; length--) {
      if (!before.endsWith(held.slice(0, length))) continue
      const isWord = /^\w/.test(held) && !/\w/.test(before.charAt(before.length - length - 1))
      return length >= least || isWord ? length : 0
    }
    return 0
  }
}
