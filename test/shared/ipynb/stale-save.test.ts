// Programs that save what they read earlier over what was written since.
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { mergeFile, readOutside, type KnownRevision } from '../../../shared/ipynb/outside.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { newCellId } from '../../../shared/notebook/ids.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import type { CellId } from '../../../shared/notebook/notebook.ts'
import {
  cellSource,
  listCells,
  readCell,
  readHead,
  readNotebook,
  visibleCells,
} from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { notebookFile, type CellSketch } from '../../support/notebook-file.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { parsed } from './files.ts'

const code = (...sources: string[]): string =>
  notebookFile(...sources.map((source): CellSketch => ['code', source]))

/** A document with its file, as the relay and a page see them. */
class Notebook {
  readonly doc = new Y.Doc()
  readonly undo = new Undo(this.doc)
  private readonly versions: KnownRevision[] = []
  file = ''

  constructor(text: string) {
    Y.applyUpdate(this.doc, importNotebook(parsed(text), 'doc'))
    this.write()
  }

  /** The relay writes the file. */
  write(): string {
    this.file = formatNotebook(readNotebook(this.doc))
    const digest = textDigest(this.file)
    if (this.versions.at(-1)?.digest !== digest)
      this.versions.push({ digest, state: Y.encodeStateAsUpdate(this.doc) })
    return this.file
  }

  /** Another program writes the file. The relay merges that and writes the result if it differs. */
  save(text: string, followed = false): void {
    const read = readOutside(text)
    if (!read.ok) throw new Error(read.reason)
    const digest = textDigest(text)
    if (this.versions.at(-1)?.digest === digest) return
    const { state } = mergeFile(this.doc, this.versions, read.notebook, digest, { followed })
    this.versions.push({ digest, state, outside: true })
    this.write()
  }

  id(index: number): CellId {
    const id = visibleCells(this.doc)[index]
    if (id === undefined) throw new Error('no such cell')
    return id
  }

  type(index: number, text: string, at?: number): void {
    const source = cellSource(this.doc, this.id(index))
    this.doc.transact(() => source?.insert(at ?? source.length, text), 'command')
  }

  run(id: CellId, printed: string): void {
    const request = { id: `run ${printed}`, by: 'Ana', to: 'kernel', at: 1, saw: null }
    const writer = startRun(this.doc, id, { request, executor: 'kernel', at: 1, count: 1 }, 'kernel')
    writer?.stream('stdout', printed)
    writer?.finish('done', 2)
  }

  printed(id: CellId): string {
    return JSON.stringify(readCell(this.doc, id)?.result?.outputs ?? [])
  }

  mark(index: number): string | undefined {
    return readHead(this.doc, this.id(index))?.mark?.why
  }

  get sources(): string[] {
    return readNotebook(this.doc).cells.map(({ source }) => source)
  }
}

const replaced = (text: string, from: string, to: string): string => {
  const result = text.replace(JSON.stringify(from).slice(1, -1), JSON.stringify(to).slice(1, -1))
  if (result === text) throw new Error(`the file has no ${from}`)
  return result
}

describe('a program saves a buffer older than what was typed here since', () => {
  test.each([
    ['as long', ' #p1', ' #l1', 'x1 = 1 #p1 #l1'],
    ['longer', ' #p1', ' #l1, and much more than that', 'x1 = 1 #p1 #l1, and much more than that'],
    ['shorter', ' #p1, and much more than that', ' #l1', 'x1 = 1 #p1, and much more than that #l1'],
    ['a line against a line', '\ny = 1', '\nz = 2', 'x1 = 1\ny = 1\nz = 2'],
    ['lines that end alike', '\ny = 1', '\nz = 1', 'x1 = 1\ny = 1\nz = 1'],
  ])('both texts of the cell are kept: %s', (_, ours, theirs, both) => {
    const notebook = new Notebook(code('x1 = 1', 'other'))
    const loaded = notebook.file
    notebook.type(0, ours)
    notebook.write()
    notebook.save(replaced(JSON.stringify(JSON.parse(loaded)), 'x1 = 1', `x1 = 1${theirs}`))
    expect(notebook.sources).toEqual([both, 'other'])
    expect(notebook.mark(0)).toBe('both')
    notebook.undo.undo()
    expect(notebook.sources).toEqual([`x1 = 1${theirs}`, 'other'])
  })

  test('what was typed is kept after several snapshots, also if another cell was changed too', () => {
    const notebook = new Notebook(code('x1 = 1', 'other'))
    const loaded = JSON.stringify(JSON.parse(notebook.file))
    for (const letter of ' #p1') {
      notebook.type(0, letter)
      notebook.write()
    }
    notebook.save(replaced(replaced(loaded, 'x1 = 1', 'x1 = 1 #l1'), 'other', 'other, too'))
    expect(notebook.sources).toEqual(['x1 = 1 #p1 l1', 'other, too'])
  })

  test.each([
    ['more space was typed before it here', 'x1 = 1 ', 'x1 = 1  #p1', 'x1 = 1 #p1', 'x1 = 1  #p1'],
    [
      'it replaced another word here',
      'x1 = 1 w001w',
      'x1 = 1 w004w',
      'x1 = 1 w001w w004w',
      'x1 = 1 w001w w004w',
    ],
    ['each side added one', 'x1 = ', 'x1 = one', 'x1 = two', 'x1 = one two'],
  ])('a word is neither lost nor doubled: %s', (_, base, ours, theirs, merged) => {
    const notebook = new Notebook(code(base, 'other'))
    const loaded = JSON.stringify(JSON.parse(notebook.file))
    cellSource(notebook.doc, notebook.id(0))?.delete(0, base.length)
    notebook.type(0, ours)
    notebook.save(replaced(loaded, base, theirs))
    expect(notebook.sources).toEqual([merged, 'other'])
  })

  test('words of two programs that had not seen the text typed here are kept side by side', () => {
    const notebook = new Notebook(code('x1 = 1', 'other'))
    const loaded = JSON.stringify(JSON.parse(notebook.file))
    notebook.type(1, ' #p1')
    notebook.write()
    notebook.save(replaced(loaded, 'x1 = 1', 'x1 = 1 #l1'))
    notebook.save(replaced(loaded, 'x1 = 1', 'x1 = 1 #v1'))
    expect(notebook.sources).toEqual(['x1 = 1 #l1 #v1', 'other #p1'])
    // The first program goes on with its own buffer.
    notebook.save(replaced(loaded, 'x1 = 1', 'x1 = 1 #l1 #l2'))
    expect(notebook.sources).toEqual(['x1 = 1 #l1 #v1 #l2', 'other #p1'])
  })
})

describe('a program that has seen what was typed here', () => {
  test('can change a word of it', () => {
    const notebook = new Notebook(code('', 'other'))
    notebook.type(0, 'result = compute(data)')
    notebook.save(replaced(notebook.write(), 'compute(data)', 'compute(rows)'))
    expect(notebook.sources).toEqual(['result = compute(rows)', 'other'])
    notebook.save(replaced(notebook.file, 'compute(rows)', 'compute(columns)'))
    expect(notebook.sources).toEqual(['result = compute(columns)', 'other'])
  })

  test('can change a number again and again', () => {
    const notebook = new Notebook(code('alpha = 1'))
    for (const [was, is] of ['1', '2', '35', '4'].entries())
      if (was > 0) notebook.save(notebook.file.replace(/alpha = \d+/, `alpha = ${is}`))
    expect(notebook.sources).toEqual(['alpha = 4'])
    expect(notebook.mark(0)).toBeUndefined()
  })

  test('can rewrite its own lines again and again while nobody else writes', () => {
    const notebook = new Notebook(code('first()'))
    notebook.type(0, '\nours()')
    notebook.write()
    const saved = (...lines: string[]): void => {
      const file = JSON.parse(notebook.file) as Json
      file.cells[0]!.source = ['first()', 'ours()', ...lines].join('\n')
      notebook.save(JSON.stringify(file))
      expect(notebook.sources).toEqual([['first()', 'ours()', ...lines].join('\n')])
      expect(notebook.mark(0)).toBeUndefined()
    }
    for (const lines of [['one()'], [], ['two()'], ['three()', 'n = 10'], ['n = 17'], ['n = 10'], []])
      saved(...lines)
  })

  test('can delete a line that was typed together with others', () => {
    const notebook = new Notebook(code('first()'))
    notebook.type(0, '\nsecond()\nthird()')
    notebook.save(notebook.write().replace(/ *"second\(\)\\n",\n/, ''))
    expect(notebook.sources).toEqual(['first()\nthird()'])
    expect(notebook.mark(0)).toBeUndefined()
  })

  test('can replace everything, as git does when it switches branches', () => {
    const main = code('on main')
    const notebook = new Notebook(main)
    const branch = JSON.stringify(JSON.parse(replaced(main, 'on main', 'on a branch, with more')))
    notebook.save(branch, true)
    notebook.save(main, true)
    expect(notebook.sources).toEqual(['on main'])
    expect(notebook.file).toBe(main)
  })
})

describe('an older file that is put back', () => {
  test('does not remove the result of a newer run, and the cell is marked', () => {
    const notebook = new Notebook(code('print(1)', 'other'))
    const before = notebook.file
    notebook.run(notebook.id(0), 'newer')
    notebook.write()
    notebook.save(replaced(JSON.stringify(JSON.parse(before)), 'other', 'another'))
    expect(notebook.printed(notebook.id(0))).toContain('newer')
    expect(readHead(notebook.doc, notebook.id(0))?.mark).toEqual({
      why: 'outputs',
      theirs: 'print(1)',
      result: null,
    })
    expect(notebook.sources).toEqual(['print(1)', 'another'])
    notebook.save(before)
    expect(notebook.printed(notebook.id(0))).toContain('newer')
  })

  test('does not bring a deleted cell back, and the cell is marked', () => {
    const notebook = new Notebook(code('first', 'second'))
    const [before, id] = [notebook.file, notebook.id(1)]
    apply(notebook.doc, { type: 'delete-cell', id, by: 'Ana', at: 1 })
    notebook.write()
    notebook.save(before)
    expect(notebook.sources).toEqual(['first'])
    expect(readHead(notebook.doc, id)?.mark).toEqual({ why: 'deleted', theirs: 'second' })
  })

  test('does not move a cell back that was moved here', () => {
    const notebook = new Notebook(code('one', 'two', 'three'))
    const before = JSON.stringify(JSON.parse(notebook.file))
    apply(notebook.doc, { type: 'move-cell', id: notebook.id(2), after: null })
    notebook.write()
    notebook.save(replaced(before, 'one', 'one more'))
    expect(notebook.sources).toEqual(['three', 'one more', 'two'])
  })
})

type Json = { cells: { id: string; source: string | string[]; outputs: unknown[]; [key: string]: unknown }[] }
const word = /\bw\d+w\b/g

/** Another program: it reads the file now and then, edits its buffer and saves it at any time. */
class Program {
  private buffer: Json

  constructor(text: string) {
    this.buffer = JSON.parse(text) as Json
  }

  load(text: string): void {
    this.buffer = JSON.parse(text) as Json
  }

  get text(): string {
    return JSON.stringify(this.buffer, null, 1)
  }

  /** Makes one random edit. Words it deletes go into `deleted`. */
  edit(random: Random, fresh: () => string, deleted: Set<string>): void {
    const { cells } = this.buffer
    const at = random.below(cells.length)
    const cell = cells[at]
    if (cell === undefined) return
    const source = [cell.source].flat().join('')
    switch (random.below(8)) {
      case 0: {
        const gone = random.pick(['', ...(source.match(word) ?? [])])
        if (gone !== '') deleted.add(gone)
        cell.source = gone === '' ? source : source.replace(gone, '')
        return
      }
      case 1:
        cells.splice(at, 0, { ...cell, id: newCellId(), source: fresh(), outputs: [], execution_count: null })
        return
      case 2:
        cells.splice(random.below(cells.length), 0, ...cells.splice(at, 1))
        return
      default: {
        const places = [...source.matchAll(/^|$|(?<=\s)(?=\S)/gm)].map(({ index }) => index)
        const place = random.pick([source.length, ...places])
        const [before, after] = [source.slice(0, place), source.slice(place)]
        const space = random.pick([' ', '\n'])
        const [left, right] = [/\S$/.test(before) ? space : '', /^\S/.test(after) ? space : '']
        cell.source = `${before}${left}${fresh()}${right}${after}`
      }
    }
  }
}

const history = (random: Random): void => {
  const notebook = new Notebook(
    code(...Array.from({ length: 1 + random.below(3) }, (_, n) => `start${n} = ${n}`)),
  )
  const deleted = new Set<string>()
  const typed: string[] = []
  const ran = new Map<CellId, number>()
  let count = 0
  const fresh = (): string => {
    // All of one length: a longer word could be mistaken for a shorter one that was edited.
    const made = `w${String(count++).padStart(3, '0')}w`
    return made
  }
  const saved = (text: string): void => {
    notebook.save(text)
    for (const found of text.match(word) ?? []) if (!typed.includes(found)) typed.push(found)
  }
  const typeHere = (): void => {
    const made = fresh()
    typed.push(made)
    const index = random.below(visibleCells(notebook.doc).length)
    const source = notebook.sources[index] ?? ''
    notebook.type(index, source === '' ? made : `${random.pick([' ', '\n'])}${made}`)
  }
  const programs = [0, 1, 2].map(() => {
    typeHere()
    notebook.write()
    return new Program(notebook.file)
  })
  for (let step = 0; step < 25; step++) {
    const program = random.pick(programs)
    switch (random.below(6)) {
      case 0:
        // Something was written here since the program last read the file, which shows the age of its buffer.
        typeHere()
        notebook.write()
        program.load(notebook.file)
        break
      case 1:
        saved(program.text)
        break
      case 2:
        typeHere()
        if (random.chance(0.7)) notebook.write()
        break
      case 3: {
        const id = random.pick(visibleCells(notebook.doc))
        ran.set(id, step)
        notebook.run(id, `printed ${step}.`)
        notebook.write()
        break
      }
      default:
        program.edit(random, fresh, deleted)
    }
  }
  const shown = listCells(notebook.doc).filter((entry) => entry.deleted === null || entry.ghost)
  const all = shown.flatMap(({ id }) => cellSource(notebook.doc, id)?.toString().match(word) ?? [])
  for (const made of typed) {
    const times = all.filter((found) => found === made).length
    if (!deleted.has(made)) expect(times, `${made} in ${notebook.sources.join(' | ')}`).toBe(1)
    else expect(times).toBeLessThanOrEqual(1)
  }
  for (const [id, step] of ran) expect(notebook.printed(id)).toContain(`printed ${step}.`)
}

describe('three programs with buffers of different age (random edits)', () => {
  test('lose and double no word, and replace no result by an older one', () => {
    for (let seed = 1; seed <= Number(process.env['SEEDS'] ?? 200); seed++) withSeed(seed, history)
  })
})
