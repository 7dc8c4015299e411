// Two people whose pages sync late, and a program that saves what it has read some time ago, all regroup the same cells:
// they split, merge, move, delete and edit them. Every word that nobody deleted is there once in the end.
import { expect, test } from 'vitest'
import { Awareness } from 'y-protocols/awareness'
import * as Y from 'yjs'
import { deleteCells, moveCellsTo } from '../../../client/commands/cells.ts'
import { mergeWith, split } from '../../../client/commands/merge.ts'
import { carryOwnText } from '../../../client/document/own-text.ts'
import { carriesTexts } from '../../../relay/sync/carry-peer.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { mergeFile, readOutside, type KnownRevision } from '../../../shared/ipynb/outside.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { cellSource, listCells, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import type { CellId } from '../../../shared/notebook/notebook.ts'
import { handsOn } from '../../support/cell-hands.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { Replicas } from '../../support/replicas.ts'
import { parsed } from './files.ts'
import { code, edited, type JsonCell } from './outside-scene.ts'

const word = /w\d{3}w/g
const wordsIn = (text: string): readonly string[] => text.match(word) ?? []

/** What is known of all words that were ever written. */
class Words {
  readonly written: string[] = []
  readonly deleted = new Set<string>()
  readonly log: string[] = []

  fresh(): string {
    const made = `w${String(this.written.length).padStart(3, '0')}w`
    this.written.push(made)
    return made
  }

  delete(text: string): void {
    for (const gone of wordsIn(text)) this.deleted.add(gone)
  }
}

/** Where a word can begin or end. */
const edges = (source: string): readonly number[] =>
  [...source.matchAll(/^|$|(?<=\s)(?=\S)|(?<=\S)(?=\s)/gm)].map(({ index }) => index)

const spaced = (random: Random, source: string, at: number, made: string): string => {
  const space = random.pick([' ', '\n'])
  const [before, after] = [source.slice(0, at), source.slice(at)]
  return `${/\S$/.test(before) ? space : ''}${made}${/^\S/.test(after) ? space : ''}`
}

class Person {
  private readonly hands
  constructor(
    readonly name: string,
    private readonly doc: Y.Doc,
    private readonly random: Random,
    private readonly words: Words,
  ) {
    this.hands = handsOn(doc)
  }

  private source(id: CellId): string {
    return cellSource(this.doc, id)?.toString() ?? ''
  }

  act(actions: readonly string[]): void {
    const cells = visibleCells(this.doc)
    if (cells.length === 0) return
    const id = this.random.pick(cells)
    const source = this.source(id)
    const { context } = this.hands
    const action = this.random.pick(actions)
    this.words.log.push(`${this.name} ${action} ${id}`)
    switch (action) {
      case 'type': {
        const at = this.random.pick(edges(source))
        const made = this.words.fresh()
        this.words.log.push(made)
        const insert = spaced(this.random, source, at, made)
        apply(this.doc, { type: 'splice-source', id, from: at, to: at, insert })
        return
      }
      case 'erase': {
        const gone = this.random.pick(['', ...wordsIn(source)])
        if (gone === '') return
        this.words.log.push(gone)
        this.words.delete(gone)
        const from = source.indexOf(gone)
        apply(this.doc, { type: 'splice-source', id, from, to: from + gone.length, insert: '' })
        return
      }
      case 'split': {
        const lines = [...source.matchAll(/(?<=.)\n/g)].map(({ index }) => index + 1)
        if (lines.length > 0) split(context, id, [this.random.pick(lines)])
        return
      }
      case 'merge':
        context.selection.set(id, 'command')
        mergeWith(context, this.random.pick(['above', 'below'] as const))
        return
      case 'move':
        moveCellsTo(context, [id], this.random.pick([null, ...cells]))
        return
      case 'delete':
        this.words.delete(source)
        deleteCells(context, [id])
        return
      default:
        throw new Error(action)
    }
  }
}

/** Another program: it reads the file now and then, edits its buffer and saves it at any time. */
class Program {
  private made = 0
  private text = ''
  constructor(
    private readonly random: Random,
    private readonly words: Words,
  ) {}

  read(text: string): void {
    this.words.log.push('they read')
    this.text = text
  }

  edit(actions: readonly string[]): string {
    const { random, words } = this
    this.text = edited(this.text, ({ cells }) => {
      const sourceOf = (cell: JsonCell | undefined): string => [cell?.source ?? ''].flat().join('')
      const at = random.below(cells.length)
      const cell = cells[at]
      if (cell === undefined) return
      const source = sourceOf(cell)
      const action = random.pick(actions)
      words.log.push(`they ${action} ${cell.id}`)
      switch (action) {
        case 'type': {
          const place = random.pick(edges(source))
          const made = words.fresh()
          words.log.push(made)
          cell.source = `${source.slice(0, place)}${spaced(random, source, place, made)}${source.slice(place)}`
          return
        }
        case 'erase': {
          const gone = random.pick(['', ...wordsIn(source)])
          words.delete(gone)
          words.log.push(gone)
          if (gone !== '') cell.source = source.replace(gone, '')
          return
        }
        case 'split': {
          const lines = source.split('\n')
          if (lines.length < 2) return
          const cut = 1 + random.below(lines.length - 1)
          cell.source = lines.slice(0, cut).join('\n')
          cells.splice(at + 1, 0, {
            ...cell,
            id: `theirs${this.made++}`,
            source: lines.slice(cut).join('\n'),
          })
          return
        }
        case 'merge':
          if (cells[at + 1] === undefined) return
          cell.source = `${source}\n${sourceOf(cells[at + 1])}`
          cells.splice(at + 1, 1)
          return
        case 'move':
          cells.splice(random.below(cells.length), 0, ...cells.splice(at, 1))
          return
        case 'delete':
          if (cells.length < 2) return
          words.delete(source)
          cells.splice(at, 1)
          return
        default:
          throw new Error(action)
      }
    })
    return this.text
  }
}

interface Shape {
  readonly people: readonly string[]
  readonly program: readonly string[]
  readonly rounds: number
}

interface Ending {
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly differ: boolean
  readonly log: readonly string[]
}

const history = (random: Random, { people, program, rounds }: Shape): Ending => {
  const words = new Words()
  const source = (): string =>
    Array.from({ length: 1 + random.below(4) }, () =>
      Array.from({ length: 1 + random.below(2) }, () => words.fresh()).join(' '),
    ).join('\n')
  const replicas = new Replicas(parsed(code(...Array.from({ length: 2 + random.below(3) }, source))), 3)
  const [ana, ben, relay] = [replicas.get(0), replicas.get(1), replicas.get(2)]
  const shown = (): string => JSON.stringify(readNotebook(relay).cells.map(({ id, source }) => [id, source]))
  words.log.push(shown())
  const hands = [new Person('Ana', ana, random, words), new Person('Ben', ben, random, words)]
  const versions: KnownRevision[] = []
  const awareness = new Awareness(relay)
  /** Pages were offline each time before they receive something. */
  const isCatchingUp = random.chance(0.5)
  carriesTexts({ doc: relay, awareness })
  for (const doc of [ana, ben]) {
    carryOwnText(
      doc,
      () => true,
      () => isCatchingUp,
    )
    // The text of a page that the relay does not see may be carried by both.
    if (random.chance(0.5)) awareness.states.set(doc.clientID, {})
  }
  const write = (): string => {
    const text = formatNotebook(readNotebook(relay))
    const digest = textDigest(text)
    if (versions.at(-1)?.digest !== digest) {
      words.log.push('written')
      versions.push({ digest, state: Y.encodeStateAsUpdate(relay) })
    }
    return text
  }
  const other = new Program(random, words)
  other.read(write())
  const save = (): void => {
    const text = other.edit(program)
    const read = readOutside(text)
    if (!read.ok) throw new Error(read.reason)
    const digest = textDigest(text)
    const { state } = mergeFile(relay, versions, read.notebook, digest)
    versions.push({ digest, state, outside: true })
    words.log.push(`they save: ${shown()}`)
    write()
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, person] of hands.entries()) {
      if (people.length > 0) person.act(people)
      if (random.chance(0.4)) {
        replicas.send(index, 2)
        words.log.push(`${person.name} sends: ${shown()}`)
      }
      if (random.chance(0.3)) write()
      if (random.chance(0.3)) {
        replicas.send(2, index)
        words.log.push(`${person.name} receives`)
      }
    }
    if (program.length > 0) save()
    if (program.length > 0 && random.chance(0.3)) other.read(write())
  }
  // What pages carry when they receive is sent once more.
  for (let nth = 0; nth < 5; nth++)
    for (const index of [0, 1]) {
      replicas.send(index, 2)
      replicas.send(2, index)
    }
  awareness.destroy()
  const seen = visibleCells(relay).flatMap((id) => wordsIn(cellSource(relay, id)?.toString() ?? ''))
  const ghosts = listCells(relay)
    .filter(({ ghost }) => ghost)
    .flatMap(({ id }) => wordsIn(cellSource(relay, id)?.toString() ?? ''))
  const count = (made: string): number => seen.filter((each) => each === made).length
  words.log.push(shown(), `ghosts ${ghosts.join(' ')}`)
  const whole = JSON.stringify(readNotebook(relay))
  return {
    lost: words.written.filter(
      (made) => !words.deleted.has(made) && count(made) === 0 && !ghosts.includes(made),
    ),
    twice: words.written.filter((made) => count(made) > 1),
    differ: [ana, ben].some((doc) => JSON.stringify(readNotebook(doc)) !== whole),
    log: words.log,
  }
}

const both = ['split', 'merge', 'move', 'type']
const everything = [...both, 'type', 'delete', 'erase']
const nobody: readonly string[] = []

/** Runs histories, and fails at the first that goes wrong. */
const always = (seeds: number, shape: Shape, isWrong: (ending: Ending) => boolean): void => {
  for (let seed = 1; seed <= seeds; seed++)
    withSeed(seed, (random) => {
      const ending = history(random, shape)
      const { lost, twice, differ, log } = ending
      expect(differ, 'the replicas differ').toBe(false)
      expect(isWrong(ending), `lost ${lost.join(' ')}, twice ${twice.join(' ')}: ${log.join('\n')}`).toBe(
        false,
      )
    })
}
const isLost = ({ lost }: Ending): boolean => lost.length > 0
const isLostOrTwice = ({ lost, twice }: Ending): boolean => lost.length > 0 || twice.length > 0

test('two people who sync late lose and double no word, whatever they split, merge, move and delete (random edits)', () => {
  always(150, { people: everything, program: nobody, rounds: 3 }, isLostOrTwice)
})

test('a person’s split or merge and the same one in an older file give each word once (random edits)', () => {
  always(100, { people: both, program: both, rounds: 1 }, isLostOrTwice)
})

test('a program that goes on saving what it has read loses no word (random edits)', () => {
  always(60, { people: both, program: ['split', 'type'], rounds: 3 }, isLost)
  always(60, { people: everything, program: everything, rounds: 3 }, isLost)
})
