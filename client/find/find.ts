// Finding and replacing in an open notebook: what is looked for, the matches, and the present one.
import type { EditorView } from '@codemirror/view'
import { Emitter } from '../../shared/emitter.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Operation } from '../../shared/notebook/document/operations.ts'
import { cellSource, visibleCells } from '../../shared/notebook/document/read.ts'
import { actAll } from '../commands/cells.ts'
import type { CellContext, NotebookContext } from '../commands/context.ts'
import { matchesIn, patternOf } from './matches.ts'
import { RegexSearch } from './regex-search.ts'
import { rememberSpan, type Span } from './span.ts'
import { replacementFor, textsOf, type Match, type Query } from './search.ts'

/** Milliseconds after an edit until the notebook is searched again. */
const quiet = 150

export type FindContext = CellContext & Pick<NotebookContext, 'showMatch'>

const isSame = (a: Match, b: Match): boolean => a.cell === b.cell && a.part === b.part && a.from === b.from

export class Find {
  isOpen = false
  /** The field for the replacement is shown. */
  replacing = false
  query: Query = { text: '', matchCase: false, wholeWord: false, regex: false, outputs: true }
  replacement = ''
  /** Only in these cells; null for the notebook. */
  within: ReadonlySet<CellId> | null = null
  /** Of those, only within these lines of a source, which were selected when the search was opened. */
  private lines: Span | null = null
  private selectedLines: Span | null = null
  matches: readonly Match[] = []
  present: Match | null = null
  /** Why nothing can be found. */
  problem: string | null = null
  private readonly opened = new Emitter()
  private readonly changed = new Emitter()
  /** Asked to open: the field takes the focus. */
  readonly onOpen = this.opened.on
  readonly onChange = this.changed.on
  private readonly regexSearch = new RegexSearch()
  /** What is to be done with the matches of a search that is not over. */
  private waiting: (() => void)[] = []
  private stop = (): void => undefined
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly context: () => FindContext) {}

  /** A text selected within one line is looked for, and is the present match. */
  open(text: EditorView | null = null, replacing = false): void {
    const { main } = text?.state.selection ?? {}
    const chosen = main === undefined ? '' : (text?.state.sliceDoc(main.from, main.to) ?? '')
    this.replacing ||= replacing
    if (!this.isOpen) {
      const { observer } = this.context().notebook
      const stops = [observer.onList(() => this.soon()), observer.onAnyCell(() => this.soon())]
      this.stop = () => stops.forEach((stop) => stop())
      this.isOpen = true
      if (this.context().selection.hasSeveral) this.limit()
    }
    const { selection, notebook } = this.context()
    this.selectedLines =
      main !== undefined && selection.cell !== null && chosen.includes('\n')
        ? rememberSpan(notebook.doc, selection.cell, main)
        : null
    if (chosen !== '' && !chosen.includes('\n')) this.query = { ...this.query, text: chosen }
    this.refresh(() => {
      const isSelected = ({ cell, part, from }: Match): boolean =>
        cell === selection.cell && part === 'source' && from === main?.from
      const found = chosen === '' ? undefined : this.matches.find(isSelected)
      if (found === undefined) return this.changed.emit()
      this.present = found
      this.show(found)
    })
    this.opened.emit()
  }

  close(): void {
    if (!this.isOpen) return
    this.stop()
    this.regexSearch.stop()
    this.waiting = []
    clearTimeout(this.timer)
    this.isOpen = this.replacing = false
    this.within = this.lines = null
    this.matches = []
    this.present = null
    this.changed.emit()
  }

  /** Goes to the first match at or behind the present place. */
  look(query: Partial<Query>): void {
    this.query = { ...this.query, ...query }
    this.refresh(() => {
      if (this.present === null) this.step(0)
      else this.show(this.present)
    })
  }

  /** To the next or the previous match; opens where it is closed. */
  go(by: 1 | -1): void {
    if (!this.isOpen) return this.open()
    this.refresh(() => this.step(by))
  }

  toggleSelection(): void {
    if (!this.isOpen) this.open()
    else if (this.within === null) this.limit()
    else this.within = this.lines = null
    this.look({})
  }

  /** 1 for the first; 0 without. */
  get position(): number {
    return this.present === null ? 0 : this.matches.indexOf(this.present) + 1
  }

  get status(): string {
    if (this.problem !== null) return this.problem
    if (this.query.text === '') return ''
    if (this.waiting.length > 0) return 'Searching…'
    const { length } = this.matches
    if (length === 0) return 'No matches'
    if (this.present === null) return length === 1 ? '1 match' : `${length} matches`
    return `${this.position} of ${length}`
  }

  /** Replaces the present match and goes to the next one. */
  replace(): void {
    this.refresh(() => this.replacePresent())
  }

  private replacePresent(): void {
    const { present } = this
    if (present === null) return this.step(0)
    if (present.part !== 'source') {
      this.context().announce('Outputs and replies cannot be replaced.')
      return this.step(1)
    }
    const next = this.matches[this.matches.indexOf(present) + 1]
    const operation = this.splice(present)
    if (operation === null || !actAll(this.context(), [operation])) return
    // It may be found again in what took its place.
    this.present = null
    const at = present.from + operation.insert.length
    this.refresh(() => {
      const behind = this.matches.find(
        (match) => match.cell === present.cell && match.part === 'source' && match.from >= at,
      )
      this.present = behind ?? this.matches.find((match) => next !== undefined && isSame(match, next)) ?? null
      if (this.present === null) this.step(0)
      else this.show(this.present)
    })
  }

  /** One step of undo. */
  replaceAll(): void {
    this.refresh(() => this.replaceMatches())
  }

  private replaceMatches(): void {
    const sources = this.matches.filter(({ part }) => part === 'source')
    if (sources.length === 0) return
    // From the last, so that the offsets of the others stay.
    const operations = sources.toReversed().flatMap((match) => this.splice(match) ?? [])
    if (!actAll(this.context(), operations)) return
    this.present = null
    this.refresh(() => this.changed.emit())
    const { length } = operations
    this.context().announce(length === 1 ? '1 match replaced.' : `${length} matches replaced.`)
  }

  private splice(match: Match): (Operation & { type: 'splice-source' }) | null {
    const pattern = patternOf(this.query)
    const source = cellSource(this.context().notebook.doc, match.cell)?.toString()
    if (!pattern.ok || source === undefined) return null
    const { cell: id, from, to } = match
    const insert = replacementFor(source, match, pattern.pattern, this.query.regex, this.replacement)
    return { type: 'splice-source', id, from, to, insert }
  }

  private limit(): void {
    const { notebook, selection } = this.context()
    this.lines = this.selectedLines
    this.within = new Set(selection.among(visibleCells(notebook.doc)))
  }

  private readonly soon = (): void => {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.refresh(() => this.changed.emit()), quiet)
  }

  /** Searches, and then does what is to be done with the matches. */
  private refresh(then: () => void): void {
    const { query } = this
    const pattern = patternOf(query)
    this.waiting.push(then)
    if (!pattern.ok) return this.take([], pattern.reason)
    const texts = query.text === '' ? [] : textsOf(this.context().notebook.doc, this.within, query.outputs)
    if (!query.regex) return this.take(texts.flatMap((text) => matchesIn(text, pattern.pattern)))
    this.regexSearch.start(texts, pattern.pattern, (matches) =>
      this.take(matches ?? [], matches === null ? 'This expression takes too long.' : null),
    )
    this.changed.emit()
  }

  private take(matches: readonly Match[], problem: string | null = null): void {
    const { present } = this
    this.problem = problem
    const { lines } = this
    this.matches = lines === null ? matches : matches.filter((match) => lines.has(match))
    this.present = present === null ? null : (this.matches.find((match) => isSame(match, present)) ?? null)
    for (const then of this.waiting.splice(0)) then()
  }

  private step(by: -1 | 0 | 1): void {
    const { matches, present } = this
    const { length } = matches
    const at = present === null ? this.nearest() - (by === 1 ? 1 : 0) : matches.indexOf(present)
    const found = length === 0 ? undefined : matches[(at + by + length) % length]
    this.present = found ?? null
    if (found !== undefined) this.show(found)
    else this.changed.emit()
  }

  /** The first match in the current cell or below it. */
  private nearest(): number {
    const { notebook, selection } = this.context()
    const cells = visibleCells(notebook.doc)
    const from = selection.cell === null ? 0 : cells.indexOf(selection.cell)
    const below = new Set(cells.slice(Math.max(from, 0)))
    const found = this.matches.findIndex(({ cell }) => below.has(cell))
    return Math.max(found, 0)
  }

  private show(match: Match): void {
    this.changed.emit()
    this.context().showMatch(match)
  }
}
