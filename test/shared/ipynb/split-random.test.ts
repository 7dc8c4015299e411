// One person splits, merges and moves cells while another program edits and saves the file it has read.
import { expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { cellSource, listCells, visibleCells } from '../../../shared/notebook/document/read.ts'
import { cellId, type CellId } from '../../../shared/notebook/notebook.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { code, edited, Scene, type JsonCell } from './outside-scene.ts'

class Hands {
  private made = 0
  constructor(
    readonly scene: Scene,
    readonly random: Random,
    readonly log: string[],
  ) {}

  private get cells(): readonly CellId[] {
    return visibleCells(this.scene.doc)
  }

  type(word: string): void {
    const id = this.random.pick(this.cells)
    const text = cellSource(this.scene.doc, id)
    const lines = text?.toString().split('\n') ?? []
    const line = this.random.below(lines.length)
    const at = lines.slice(0, line).join('\n').length + (line > 0 ? 1 : 0)
    if (this.random.chance(0.5)) text?.insert(at, `${word}\n`)
    else text?.insert(at + (lines[line]?.length ?? 0), ` ${word}`)
    this.log.push(`type ${word} in ${id}`)
  }

  split(): void {
    const { doc } = this.scene
    const id = this.random.pick(this.cells)
    const source = cellSource(doc, id)?.toString() ?? ''
    const lines = source.split('\n')
    if (lines.length < 2) return
    const at = lines.slice(0, 1 + this.random.below(lines.length - 1)).join('\n').length
    const made = cellId(`made${this.made++}`)
    apply(doc, { type: 'splice-source', id, from: at, to: source.length, insert: '' })
    apply(doc, { type: 'insert-cell', id: made, kind: 'code', after: id, source: source.slice(at + 1) })
    this.log.push(`split ${id} to ${made}`)
  }

  merge(): void {
    const { doc } = this.scene
    const at = this.random.below(this.cells.length - 1)
    const [first, second] = [this.cells[at], this.cells[at + 1]]
    if (first === undefined || second === undefined) return
    const from = cellSource(doc, first)?.length ?? 0
    const insert = `\n${cellSource(doc, second)?.toString() ?? ''}`
    apply(doc, { type: 'splice-source', id: first, from, to: from, insert })
    apply(doc, { type: 'delete-cell', id: second, by: 'Ana', at: 1 })
    this.log.push(`merge ${first} ${second}`)
  }

  move(): void {
    const id = this.random.pick(this.cells)
    const after = this.random.pick([null, ...this.cells])
    apply(this.scene.doc, { type: 'move-cell', id, after })
    this.log.push(`move ${id}`)
  }
}

let made = 0
/** Another program's edit of what it has read, with `word` in one of its lines. */
const other = (random: Random, text: string, word: string, log: string[]): string =>
  edited(text, ({ cells }) => {
    const sourceOf = (cell: JsonCell): string => [cell.source].flat().join('')
    const at = random.below(cells.length)
    const cell = cells[at]
    if (cell === undefined) return
    const what = random.below(5)
    const lines = sourceOf(cell).split('\n')
    if (what === 0 && lines.length > 1) {
      const cut = 1 + random.below(lines.length - 1)
      cell.source = lines.slice(0, cut).join('\n')
      const id = `theirs${made++}`
      cells.splice(at + 1, 0, { ...cell, id, source: lines.slice(cut).join('\n') })
      log.push(`they split ${cell.id} to ${id}`)
    } else if (what === 1 && cells[at + 1] !== undefined) {
      cell.source = `${sourceOf(cell)}\n${sourceOf(cells[at + 1] as JsonCell)}`
      log.push(`they merge ${cell.id} ${cells[at + 1]?.id}`)
      cells.splice(at + 1, 1)
    } else if (what === 2) {
      cells.splice(random.below(cells.length), 0, ...cells.splice(at, 1))
      log.push(`they move ${cell.id}`)
    }
    const target = random.pick(cells)
    const there = sourceOf(target).split('\n')
    const line = random.below(there.length)
    if (random.chance(0.5)) there.splice(line, 0, word)
    else there[line] = `${there[line]} ${word}`
    target.source = there.join('\n').split(/(?<=\n)/)
    log.push(`they write ${word} in ${target.id}`)
  })

/** What became of the words after one step of the person and one save of the other program. */
const once = (
  random: Random,
): {
  readonly seen: string
  readonly all: string
  readonly words: readonly string[]
  readonly log: readonly string[]
} => {
  const words: string[] = []
  const word = (who: string): string => {
    words.push(`${who}${words.length}word`)
    return words.at(-1) ?? ''
  }
  const source = (): string => Array.from({ length: 1 + random.below(4) }, () => word('line')).join('\n')
  const scene = new Scene(code(...Array.from({ length: 2 + random.below(3) }, source)))
  const log: string[] = []
  const hands = new Hands(scene, random, log)
  const read = scene.snapshot()
  if (random.chance(0.5)) hands.type(word('mine'))
  random.pick([() => hands.split(), () => hands.merge(), () => hands.move()])()
  // The relay may have written it before the other program, which has not read it again, saves.
  if (random.chance(0.3)) {
    scene.snapshot()
    log.push('written')
  }
  scene.outside(other(random, read, word('their'), log))
  return {
    seen: scene.sources.join('\n'),
    all: listCells(scene.doc)
      .map(({ id }) => cellSource(scene.doc, id)?.toString() ?? '')
      .join('\n'),
    words,
    log: [...log, JSON.stringify(scene.sources)],
  }
}

const count = (text: string, word: string): number => text.split(word).length - 1

test('no word is lost when a person splits, merges or moves cells and another program saves (random edits)', () => {
  for (let seed = 1; seed <= 400; seed++)
    withSeed(seed, (random) => {
      const { all, words, log } = once(random)
      expect(
        words.filter((word) => count(all, word) === 0),
        log.join('; '),
      ).toEqual([])
    })
})

test('what the other program wrote is where its line is now, and nothing is there twice (random edits)', () => {
  for (let seed = 1; seed <= 400; seed++)
    withSeed(seed, (random) => {
      const { seen, words, log } = once(random)
      // Where both regrouped cells, or one typed in what the other took apart, both texts may stay.
      if (log.some((line) => /^(?:they (?:split|merge)|type|written)/.test(line))) return
      expect(
        words.filter((word) => count(seen, word) !== 1),
        log.join('; '),
      ).toEqual([])
    })
})
