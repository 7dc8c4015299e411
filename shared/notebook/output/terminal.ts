// Executes terminal control codes, so that a progress bar is one line and not ten thousand: the cursor moves within the
// last lines of the output, and the result is text with colour codes only.

const escape = String.fromCharCode(27)
const bell = String.fromCharCode(7)
/**
 * One terminal control sequence (ECMA-48): CSI with parameters and final byte as groups 1 and 2, OSC up to its end, or
 * any two-character escape. Every branch is linear, because a program may print anything.
 */
export const controlSequence = `${escape}(?:\\[([0-?]*)[ -/]*([@-~])|\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)?|[ -/]*[0-Z\\\\^-~]|$)`

export const stripAnsi = (text: string): string =>
  text.includes(escape) ? text.replace(new RegExp(controlSequence, 'g'), '') : text

/** What starts a link, with its URL as a group, or ends one, without a URL (OSC 8). */
const linkCode = `${escape}\\]8;[^;${bell}${escape}]*;([^${bell}${escape}]{0,2000})(?:${bell}|${escape}\\\\)`
export const linkStart = new RegExp(`^${linkCode}`)
const linkEnd = `${escape}]8;;${bell}`

/** Anything but appended text. Colours and links count as text. */
const moves = new RegExp(`[\\r\\b]|(?!${linkCode})${escape}(?!\\[[\\d;:]*m)`)
/** A sequence truncated at the end of a piece. */
const incompleteSequence = new RegExp(
  `${escape}(?:\\[[0-?]*[ -/]*|\\][^${bell}${escape}]{0,2000}${escape}?|[ -/]*)$`,
)
const part = new RegExp(`${controlSequence}|\\r|\\x08|\\n|[^\\r\\x08\\n${escape}]+|${escape}`, 'gu')
const penCode = new RegExp(`${escape}\\[[\\d;:]*m|${linkCode}`, 'g')

/** Lines the cursor can go up, and their maximum length in UTF-16 units: a longer line is no progress bar. */
const height = 60
const maxLength = 10_000

interface Cell {
  readonly text: string
  /** The active sequences: that of a link, then those of colours. */
  readonly pen: string
}

const blank: Cell = { text: ' ', pen: '' }

interface Row {
  /** As in the text; null once the cursor changed it. */
  raw: string | null
  cells: Cell[]
  /** The colours at its start and end. */
  readonly before: string
  after: string
}

/** A change of a text: units removed from its end, and text appended. */
export interface Change {
  readonly remove: number
  readonly insert: string
}

/** One per text. Takes pieces and returns the changes of the text. */
export class Terminal {
  /** The last lines of the text, on which codes act. */
  private last = ''
  /** The colours at their start. */
  private before = ''
  private pen = ''
  /** Row relative to the last lines; null at the end of the text, where most text goes. */
  private cursor: { row: number; column: number } | null = null
  private pending = ''

  write(written: string): Change {
    const piece = this.pending + written
    const [cut = ''] = piece.includes(escape) ? (incompleteSequence.exec(piece.slice(-2_100)) ?? []) : []
    this.pending = cut
    const text = piece.slice(0, piece.length - cut.length)
    if (this.cursor === null && !moves.test(text)) return this.append(text)
    const line = this.last.slice(this.last.lastIndexOf('\n') + 1)
    if (line.length > maxLength) return this.append(withoutCodes(text))
    return this.move(text)
  }

  private append(text: string): Change {
    this.last += text
    this.pen = penAfter(text, this.pen)
    this.forget()
    return { remove: 0, insert: text }
  }

  /** Codes cannot reach what has scrolled away. */
  private forget(): void {
    const { last } = this
    if (this.cursor !== null || last.length < 2 * maxLength) return
    let from = last.length
    for (let rows = 0; rows < height && from > 0 && last.length - from < maxLength; rows++)
      from = last.lastIndexOf('\n', from - 2) + 1
    this.before = penAfter(last.slice(0, from), this.before)
    this.last = last.slice(from)
  }

  private move(text: string): Change {
    const before = this.last
    const screen = new TerminalScreen(before, this.before, this.pen, this.cursor)
    screen.write(text)
    this.pen = screen.pen
    this.last = screen.text()
    this.cursor = screen.atEnd ? null : screen.place
    let same = 0
    const most = Math.min(before.length, this.last.length)
    while (same < most && before.charCodeAt(same) === this.last.charCodeAt(same)) same++
    // Never within a surrogate pair.
    if (same > 0 && (before.charCodeAt(same - 1) & 0xfc00) === 0xd800) same--
    const change = { remove: before.length - same, insert: this.last.slice(same) }
    this.scroll()
    return change
  }

  /** If the cursor is not at the end, only lines it cannot return to are dropped. */
  private scroll(): void {
    const { cursor, last } = this
    if (cursor === null) return this.forget()
    const rows = last.split('\n')
    const gone = Math.min(rows.length - height, cursor.row)
    if (gone <= 0) return
    const from = rows.slice(0, gone).reduce((sum, row) => sum + row.length + 1, 0)
    this.before = penAfter(last.slice(0, from), this.before)
    this.last = last.slice(from)
    this.cursor = { row: cursor.row - gone, column: cursor.column }
  }
}

class TerminalScreen {
  pen: string
  place: { row: number; column: number }
  private readonly rows: Row[] = []
  /** The first line of the last screenful: for `H` and `2J`. */
  private readonly top: number

  constructor(text: string, before: string, pen: string, cursor: { row: number; column: number } | null) {
    this.pen = pen
    let start = before
    for (const raw of text.split('\n')) {
      const after = penAfter(raw, start)
      this.rows.push({ raw, cells: [], before: start, after })
      start = after
    }
    this.top = Math.max(0, this.rows.length - height)
    const row = this.rows.length - 1
    this.place = cursor === null ? { row, column: this.cells(row).length } : { ...cursor }
  }

  get atEnd(): boolean {
    const { row, column } = this.place
    return row === this.rows.length - 1 && column === this.cells(row).length
  }

  write(text: string): void {
    for (const [found, parameters, final] of text.matchAll(part)) {
      if (found === '\n') this.feed()
      else if (found === '\r') this.place.column = 0
      else if (found === '\b') this.place.column = Math.max(0, this.place.column - 1)
      else if (!found.startsWith(escape)) this.put(found)
      else if (final === 'm' && !/[<=>?]/.test(parameters ?? '')) this.pen = penWith(this.pen, found)
      else if (final !== undefined) this.execute(final, parameters ?? '')
      else if (linkStart.test(found)) this.pen = penWith(this.pen, found)
    }
    this.row(this.rows.length - 1).after = this.pen
  }

  text(): string {
    return this.rows.map((row) => row.raw ?? lineOf(row)).join('\n')
  }

  private feed(): void {
    this.place.row++
    this.place.column = 0
    if (this.place.row < this.rows.length) return
    const last = this.rows.at(-1)
    // A line that ends in a colour passes it on to the next.
    if (last !== undefined && last.raw === null) last.after = this.pen
    this.rows.push({ raw: null, cells: [], before: last?.after ?? '', after: this.pen })
  }

  private row(index: number): Row {
    const row = this.rows[index]
    if (row === undefined) throw new Error(`a screen of ${this.rows.length} lines has no line ${index}`)
    return row
  }

  /** For changing. */
  private cells(index: number): Cell[] {
    const row = this.row(index)
    if (row.raw !== null) {
      row.cells = cellsOf(row.raw, row.before)
      row.raw = null
    }
    return row.cells
  }

  private put(text: string): void {
    const cells = this.cells(this.place.row)
    for (const character of text) {
      const before = cells[this.place.column - 1]
      if (before !== undefined && /^[\p{M}\u200d]$/u.test(character)) {
        cells[this.place.column - 1] = { ...before, text: before.text + character }
        continue
      }
      this.fill(cells, this.place.column)
      cells[this.place.column++] = { text: character, pen: this.pen }
    }
  }

  private fill(cells: Cell[], to: number): void {
    while (cells.length < to) cells.push(blank)
  }

  private execute(code: string, parameters: string): void {
    const { place } = this
    const [first = 0, second = 0] = parameters
      .split(';')
      .map((text) => Math.min(Number(text) || 0, maxLength))
    const many = Math.max(1, first)
    const up = (rows: number): number => Math.max(this.top, place.row - rows)
    const down = (rows: number): number => Math.min(this.rows.length - 1, place.row + rows)
    switch (code) {
      case 'A':
        place.row = up(many)
        return
      case 'B':
        place.row = down(many)
        return
      case 'C':
        place.column = Math.min(maxLength, place.column + many)
        return
      case 'D':
        place.column = Math.max(0, place.column - many)
        return
      case 'E':
        this.place = { row: down(many), column: 0 }
        return
      case 'F':
        this.place = { row: up(many), column: 0 }
        return
      case 'G':
        place.column = many - 1
        return
      case 'H':
      case 'f':
        place.row = Math.min(this.rows.length - 1, this.top + many - 1)
        place.column = Math.max(1, second) - 1
        return
      case 'J':
        this.eraseLines(first)
        return
      case 'K':
        this.eraseIn(place.row, first)
        return
      default:
    }
  }

  /** 0: from the cursor, 1: up to it, others: all. */
  private eraseIn(row: number, how: number): void {
    const cells = this.cells(row)
    const { column } = this.place
    if (how === 0) cells.length = Math.min(cells.length, column)
    else if (how === 1) for (let at = 0; at <= column && at < cells.length; at++) cells[at] = blank
    else cells.length = 0
  }

  private eraseLines(how: number): void {
    const { row } = this.place
    const [from, to] =
      how === 0 ? [row + 1, this.rows.length] : how === 1 ? [this.top, row] : [this.top, this.rows.length]
    for (let index = from; index < to; index++) this.eraseIn(index, 2)
    if (how === 0 || how === 1) this.eraseIn(row, how)
    // Below the cursor even the lines are removed.
    if (how !== 1) this.rows.length = row + 1
  }
}

const reset = new RegExp(`^${escape}\\[(?:0?|0;.*)m$`)

const linkOf = (pen: string): string => linkStart.exec(pen)?.[0] ?? ''

const penWith = (pen: string, sequence: string): string => {
  const [, url] = linkStart.exec(sequence) ?? []
  const link = linkOf(pen)
  const colours = pen.slice(link.length)
  if (url !== undefined) return (url === '' ? '' : sequence) + colours
  return link + coloursWith(colours, sequence)
}

const coloursWith = (pen: string, sequence: string): string => {
  if (reset.test(sequence)) return /\[0?m$/.test(sequence) ? '' : sequence
  // A repeated sequence counts at its last position.
  const longer = pen.replaceAll(sequence, '') + sequence
  return longer.length > 200 ? longer.slice(longer.indexOf(escape, longer.length - 200)) : longer
}

const penAfter = (text: string, pen: string): string =>
  text.includes(escape)
    ? Array.from(text.matchAll(penCode), ([sequence]) => sequence).reduce(penWith, pen)
    : pen

const cellsOf = (line: string, before: string): Cell[] => {
  const cells: Cell[] = []
  let pen = before
  for (const [found] of line.matchAll(part)) {
    if (found.startsWith(escape)) {
      pen = penAfter(found, pen)
      continue
    }
    for (const text of found) {
      const last = cells.at(-1)
      if (last !== undefined && /^[\p{M}\u200d]$/u.test(text))
        cells[cells.length - 1] = { ...last, text: last.text + text }
      else cells.push({ text, pen })
    }
  }
  return cells
}

const lineOf = ({ cells, before, after }: Row): string => {
  let pen = before
  const parts: string[] = []
  const take = (next: string): void => {
    if (next === pen) return
    const ended = linkOf(pen) === '' ? '' : linkEnd
    const cleared = pen.length > linkOf(pen).length ? `${escape}[0m` : ''
    parts.push(next.startsWith(pen) ? next.slice(pen.length) : ended + cleared + next)
    pen = next
  }
  for (const cell of cells) {
    take(cell.pen)
    parts.push(cell.text)
  }
  take(after)
  return parts.join('')
}

const withoutCodes = (text: string): string =>
  text.replace(new RegExp(`${controlSequence}|[\\r\\x08]`, 'g'), (found) =>
    found.endsWith('m') || linkStart.test(found) ? found : '',
  )

/** A whole text at once. */
export const overwrite = (text: string): string => {
  if (!moves.test(text)) return text
  const terminal = new Terminal()
  let shown: string[] = []
  // In pieces, so that the screen has only the lines a code can reach.
  for (let at = 0; at < text.length;) {
    const end = pieceEnd(text, at)
    const { remove, insert } = terminal.write(text.slice(at, end))
    shown = without(shown, remove)
    shown.push(insert)
    at = end
  }
  return shown.join('')
}

/** At a line end. */
const pieceEnd = (text: string, at: number): number => {
  const line = text.indexOf('\n', at + maxLength)
  return line < 0 ? text.length : line + 1
}

const without = (pieces: string[], units: number): string[] => {
  let left = units
  while (left > 0) {
    const last = pieces.pop()
    if (last === undefined) break
    if (last.length > left) pieces.push(last.slice(0, last.length - left))
    left -= last.length
  }
  return pieces
}
