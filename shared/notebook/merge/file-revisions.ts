// The versions of a notebook's file that an edit made outside may have been made from. Whoever edits a file has read
// it once, whole, and perhaps long ago: what the edit still has of a version tells that it is no older than that.
import type { Cell, CellId, Notebook } from '../notebook.ts'
import { linesOf } from '../lines.ts'

/** What the file said, with the document's ids for its cells. */
export class FileRevision {
  readonly notebook: Notebook
  private readonly cells: ReadonlyMap<string, Cell>

  constructor(notebook: Notebook) {
    this.notebook = notebook
    this.cells = new Map(notebook.cells.map((cell) => [cell.id, cell]))
  }

  cell(id: CellId): Cell | undefined {
    return this.cells.get(id)
  }
}

const wordsIn = (line: string): readonly string[] => line.match(/[\p{L}_][\p{L}\p{N}_]+/gu) ?? []

/**
 * What tells a version from others, each with the words that make it telling: a line that was only broken elsewhere is
 * no new one. That something is missing tells nothing.
 */
const featuresOf = ({ cells }: Notebook): ReadonlyMap<string, readonly string[]> => {
  const features = new Map<string, readonly string[]>()
  const add = (id: string, what: string, words?: readonly string[]): void => {
    const feature = `${id} ${what}`
    features.set(feature, words?.map((word) => `${id} ${word}`) ?? [feature])
  }
  for (const { id, source, meta, result } of cells) {
    add(id, 'is there')
    if (source.length > 1) add(id, JSON.stringify(source))
    for (const line of linesOf(source)) add(id, line.trim(), wordsIn(line))
    for (const [key, leaf] of Object.entries(meta)) add(id, JSON.stringify([key, leaf]))
    if (result !== null && result.outputs.length > 0) add(id, JSON.stringify(result.outputs))
  }
  return features
}

/** Read one by one, as reading all of them would take most of a merge. */
export class FileRevisions {
  private readonly read: readonly (() => Notebook)[]
  private readonly versions: (FileRevision | undefined)[]

  /** Oldest first, at least one; the last is what the file held before. */
  constructor(read: readonly (() => Notebook)[]) {
    this.read = read
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

  /** The newest first. */
  get all(): readonly FileRevision[] {
    return this.read.map((_, index) => this.at(index)).reverse()
  }

  /** Whether the file ever had the cell. */
  had(id: CellId): boolean {
    return this.read.some((_, index) => this.at(index).cell(id) !== undefined)
  }

  /** Those the edit may have been made from, the newest first. */
  possible(edited: Notebook): readonly FileRevision[] {
    const all = [...this.all].reverse()
    const has = featuresOf(edited)
    const before = new Set<string>()
    let oldest = 0
    for (const [index, { notebook }] of all.entries()) {
      const features = featuresOf(notebook)
      const isNew = [...features].some(
        ([feature, words]) => has.has(feature) && words.some((word) => !before.has(word)),
      )
      if (index > 0 && isNew) oldest = index
      for (const words of features.values()) for (const word of words) before.add(word)
    }
    return all.slice(oldest).reverse()
  }
}
