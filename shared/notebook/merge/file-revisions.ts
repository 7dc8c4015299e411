// The revisions of a notebook's file that an outside edit may be based on. A program has read the file once, whole, and
// perhaps long ago: anything the edit still has of a revision shows that its base is no older.
import type { Cell, CellId, Notebook } from '../notebook.ts'
import { linesOf } from '../lines.ts'

/** The file's content, with the document's cell ids. */
export class FileRevision {
  private readonly cells: ReadonlyMap<string, Cell>

  constructor(readonly notebook: Notebook) {
    this.cells = new Map(notebook.cells.map((cell) => [cell.id, cell]))
  }

  cell(id: CellId): Cell | undefined {
    return this.cells.get(id)
  }
}

const wordsIn = (line: string): readonly string[] => line.match(/[\p{L}_][\p{L}\p{N}_]+/gu) ?? []

interface Feature {
  /** Significant words: a line that is broken elsewhere is not new. */
  readonly words: readonly string[]
  /** Whole lines: they are not new where a split or merge brought them. */
  readonly lines: readonly string[]
}

/** What distinguishes a revision. An absence shows nothing. */
const featuresOf = ({ cells }: Notebook): ReadonlyMap<string, Feature> => {
  const features = new Map<string, Feature>()
  const add = (id: string, what: string, words: readonly string[] | null, lines: readonly string[]): void => {
    const feature = `${id} ${what}`
    features.set(feature, { words: words?.map((word) => `${id} ${word}`) ?? [feature], lines })
  }
  for (const { id, source, meta, result } of cells) {
    const lines = linesOf(source).map((line) => line.trim())
    add(id, 'is there', null, [])
    if (source.length > 1) add(id, JSON.stringify(source), null, lines)
    for (const line of lines) add(id, line, wordsIn(line), [line])
    for (const [key, leaf] of Object.entries(meta)) add(id, JSON.stringify([key, leaf]), null, [])
    if (result !== null && result.outputs.length > 0) add(id, JSON.stringify(result.outputs), null, [])
  }
  return features
}

/** Read one by one, because reading all would take most of a merge. */
export class FileRevisions {
  private readonly versions: (FileRevision | undefined)[]

  /** Oldest first, at least one; the last is the file's previous content. */
  constructor(private readonly read: readonly (() => Notebook)[]) {
    this.versions = read.map(() => undefined)
  }

  get newest(): FileRevision {
    return this.at(this.read.length - 1)
  }

  private at(index: number): FileRevision {
    const known = this.versions[index]
    if (known !== undefined) return known
    const read = this.read[index]
    if (read === undefined) throw new Error('no version of the file is known')
    return (this.versions[index] = new FileRevision(read()))
  }

  /** Newest first. */
  get all(): readonly FileRevision[] {
    return this.read.map((_, index) => this.at(index)).reverse()
  }

  had(id: CellId): boolean {
    return this.read.some((_, index) => this.at(index).cell(id) !== undefined)
  }

  /** Possible bases of the edit, newest first. */
  possible(edited: Notebook): readonly FileRevision[] {
    const all = [...this.all].reverse()
    const has = featuresOf(edited)
    const [before, old] = [new Set<string>(), new Set<string>()]
    let oldest = 0
    for (const [index, { notebook }] of all.entries()) {
      const features = featuresOf(notebook)
      const isNew = [...features].some(
        ([feature, { words, lines }]) =>
          has.has(feature) &&
          words.some((word) => !before.has(word)) &&
          (lines.length === 0 || lines.some((line) => !old.has(line))),
      )
      if (index > 0 && isNew) oldest = index
      for (const { words, lines } of features.values()) {
        for (const word of words) before.add(word)
        for (const line of lines) old.add(line)
      }
    }
    return all.slice(oldest).reverse()
  }
}
