import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { cellSource, listCells, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { code, Scene, type JsonNotebook } from './outside-scene.ts'

const words = ['alpha', 'beta', 'gamma', 'delta', '🐍', 'é', '\t', '']
const randomSource = (random: Random): string =>
  Array.from({ length: random.below(5) }, () => `${random.pick(words)} ${random.below(9)}`).join('\n')

/** Edits a notebook file at random as another program might, and puts `word` somewhere in it. */
const editRandomly = (random: Random, text: string, word: string): string => {
  const notebook = JSON.parse(text) as JsonNotebook
  const { cells } = notebook
  for (let step = random.below(4); step >= 0; step--) {
    const at = random.below(cells.length + 1)
    const cell = cells[at]
    switch (random.below(6)) {
      case 0:
        cells.splice(at, 0, {
          cell_type: 'markdown',
          id: `m${random.below(1e9)}`,
          metadata: {},
          source: [randomSource(random)],
        })
        break
      case 1:
        if (cells.length > 1) cells.splice(at, 1)
        break
      case 2:
        if (cell !== undefined) cells.splice(random.below(cells.length), 0, ...cells.splice(at, 1))
        break
      case 3:
        // A cell without an id that changes beyond recognition rightly counts as another cell.
        if (cell !== undefined && !/mine|word/.test([cell.source].flat().join('')))
          cell.source = [`${[cell.source].flat().join('')}${randomSource(random)}`]
        break
      case 4:
        if (cell !== undefined) (cell['metadata'] as Record<string, unknown>)['tag'] = random.below(9)
        break
      default:
        for (const { id: _, ...rest } of cells.splice(0)) cells.push(rest)
        notebook.nbformat_minor = 4
    }
  }
  cells.push({
    cell_type: 'markdown',
    ...(notebook.nbformat_minor >= 5 ? { id: `w${random.below(1e9)}` } : {}),
    metadata: {},
    source: [word],
  })
  return `${JSON.stringify(notebook, null, random.pick([1, 2]))}${random.pick(['', '\n'])}`
}

describe('any edit of the file by another program (random edits)', () => {
  test('is adopted exactly if nobody edits the notebook meanwhile', () => {
    for (let seed = 1; seed <= 150; seed++)
      withSeed(seed, (random) => {
        const scene = new Scene(
          code(...Array.from({ length: 1 + random.below(5) }, () => randomSource(random))),
        )
        for (let round = 0; round < 3; round++) {
          const text = editRandomly(random, scene.snapshot(), `word${round}`)
          const { state, marks } = scene.outside(text)
          const fork = new Y.Doc()
          Y.applyUpdate(fork, state)
          expect(formatNotebook(readNotebook(fork))).toBe(text)
          expect(marks.size).toBe(0)
          expect(scene.file).toBe(text)
        }
      })
  })

  test('is merged with what is typed meanwhile, and no word is lost or doubled', () => {
    for (let seed = 1; seed <= 150; seed++)
      withSeed(seed, (random) => {
        const scene = new Scene(
          code(...Array.from({ length: 2 + random.below(4) }, () => randomSource(random))),
        )
        const written = [scene.snapshot()]
        for (let round = 0; round < 4; round++) {
          const id = cellId(`ours${round}`)
          const after = random.chance(0.3) ? null : scene.id(random.below(visibleCells(scene.doc).length))
          apply(scene.doc, { type: 'insert-cell', id, kind: 'code', after, source: `mine${round}` })
          if (random.chance(0.5)) written.push(scene.snapshot())
          const text = editRandomly(random, random.pick(written), `word${seed}x${round}x`)
          scene.outside(text)
          // The other program knows what it wrote itself and what the file contains after the merge.
          written.splice(0, written.length, text, scene.snapshot())
        }
        const all = listCells(scene.doc).map(({ id }) => cellSource(scene.doc, id)?.toString() ?? '')
        for (let round = 0; round < 4; round++) {
          const [mine, theirs] = [`mine${round}`, `word${seed}x${round}x`]
          expect(all.join('\n'), mine).toContain(mine)
          for (const word of [mine, theirs])
            expect(scene.sources.filter((source) => source.includes(word)).length, word).toBeLessThanOrEqual(
              1,
            )
        }
        expect(scene.sources.join()).toContain(`word${seed}x3x`)
      })
  })
})
