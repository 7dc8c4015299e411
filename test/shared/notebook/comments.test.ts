import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { leftOut, writeForm } from '../../../shared/convert/convert.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { mergeFile, readOutside, type KnownRevision } from '../../../shared/ipynb/outside.ts'
import { parseNotebook } from '../../../shared/ipynb/parse.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import {
  deleteMessage,
  editMessage,
  replyTo,
  setResolved,
  startThread,
} from '../../../shared/notebook/document/commenting.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { passageAt } from '../../../shared/notebook/document/passage.ts'
import { cellSource, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { listThreads, messagesOf, resolvedOf, threadsOf } from '../../../shared/notebook/document/threads.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { cellId, type Notebook } from '../../../shared/notebook/notebook.ts'
import { byPerson, type Person } from '../../../shared/notebook/person.ts'
import { type Random, withSeed } from '../../support/random.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const ana: Person = { id: 'u-ana', name: 'Ana' }
const ben: Person = { id: 'u-ben', name: 'Ben' }
const [one, two] = [cellId('one'), cellId('two')]

const notebook = plainNotebook([
  plainCell('one', 'code', 'total = price * count\nprint(total)'),
  plainCell('two', 'note', 'What the price is.'),
])

const open = (from: Notebook = notebook): Y.Doc => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(from, 'doc'))
  return doc
}

const says = (who: Person, text: string, at = 1) => ({ who, at, text, asksModel: false })
const threads = (doc: Y.Doc) => listThreads(doc, visibleCells(doc))
const texts = (doc: Y.Doc): readonly string[] =>
  threads(doc).flatMap(({ messages }) => messages.map(({ by, text }) => `${by}: ${text}`))
const marked = (doc: Y.Doc): readonly (string | null)[] =>
  threads(doc).map(({ cell, passage }) =>
    cell === null || !passage?.place
      ? null
      : (cellSource(doc, cell)?.toString().slice(passage.place.from, passage.place.to) ?? null),
  )
const fileOf = (doc: Y.Doc): string => formatNotebook(readNotebook(doc))
const read = (text: string): Notebook => {
  const file = parseNotebook(text)
  if (!file.ok) throw new Error(file.reason)
  return file.notebook
}
const idOf = (found: string | null): string => {
  if (found === null) throw new Error('no id')
  return found
}
const onPrice = passageAt('source', 'total = price * count', 8, 13)

describe('a comment thread', () => {
  test('is on a passage, a cell or the notebook, in document order, and follows its text', () => {
    const doc = open()
    startThread(doc, two, null, says(ana, 'on the note', 1))
    startThread(doc, one, onPrice, says(ana, 'on a word', 2))
    startThread(doc, null, null, says(ben, 'on all', 3))
    expect(texts(doc)).toEqual(['Ben: on all', 'Ana: on a word', 'Ana: on the note'])
    cellSource(doc, one)?.insert(0, '# sums up\n')
    cellSource(doc, one)?.insert(20, 'XX')
    expect(marked(doc)).toEqual([null, 'prXXice', null])
    apply(doc, { type: 'move-cell', id: two, after: null })
    expect(texts(doc)).toEqual(['Ben: on all', 'Ana: on the note', 'Ana: on a word'])
  })

  test('is hidden and shown with its cell, and is not part of undo', () => {
    const doc = open()
    const undo = new Undo(doc)
    undo.step(() => apply(doc, { type: 'delete-cell', id: two, by: 'Ana', at: 1 }))
    startThread(doc, one, null, says(ana, 'here'))
    expect(startThread(doc, two, null, says(ana, 'on a deleted cell'))).toBeNull()
    expect(undo.undo()).toBe(two)
    expect(undo.canUndo).toBe(false)
    expect(texts(doc)).toEqual(['Ana: here'])
    apply(doc, { type: 'delete-cell', id: one, by: 'Ana', at: 1 })
    expect(threads(doc)).toEqual([])
    expect(fileOf(doc)).not.toContain('here')
    apply(doc, { type: 'restore-cell', id: one })
    expect(texts(doc)).toEqual(['Ana: here'])
    undo.destroy()
  })

  test('merges what two people do at once, and lets people edit and delete only their own messages', () => {
    const replicas = new Replicas(notebook, 2)
    const [a, b] = [replicas.get(0), replicas.get(1)]
    const thread = idOf(startThread(a, one, null, says(ana, 'why?')))
    replicas.sync()
    const mine = idOf(replyTo(a, thread, says(ana, 'because', 3)))
    replyTo(b, thread, says(ben, 'so', 2))
    setResolved(b, thread, { ...byPerson(ben), at: 4 })
    replicas.sync()
    expect(texts(a)).toEqual(['Ana: why?', 'Ben: so', 'Ana: because'])
    expect(texts(b)).toEqual(texts(a))
    expect(threads(a)[0]?.resolved).toEqual({ by: 'Ben', user: 'u-ben', at: 4 })
    expect(editMessage(b, thread, mine, { who: ben, text: 'no', at: 5 }).ok).toBe(false)
    expect(deleteMessage(b, thread, mine, ben).ok).toBe(false)
    expect(editMessage(a, thread, mine, { who: ana, text: 'as it is', at: 5 }).ok).toBe(true)
    expect(threads(a)[0]?.messages[2]).toMatchObject({ text: 'as it is', edited: 5, at: 3 })
    expect(deleteMessage(a, thread, mine, ana).ok).toBe(true)
    replyTo(a, thread, says(ana, 'again', 6))
    expect(texts(a)).toEqual(['Ana: why?', 'Ben: so', 'Ana: again'])
    expect(threads(a)[0]?.resolved).toBeNull()
  })

  test('ignores invalid values that a peer wrote', () => {
    const doc = open()
    const thread = idOf(startThread(doc, one, onPrice, says(ana, 'why?')))
    const bad: unknown[] = [null, 7, 'x', [], {}, { by: 1, at: 1, text: '' }, { by: 'x', at: 0.5, text: '' }]
    for (const [at, value] of bad.entries()) {
      messagesOf(doc).set(`${thread}/bad${at}`, value as never)
      threadsOf(doc).set(`bad${at}`, value as never)
      messagesOf(doc).set(`bad${at}/m`, { by: 'x', at: 1, text: 'x' })
    }
    const far = { item: { client: 2 ** 53, clock: -1 }, assoc: 0 }
    threadsOf(doc).set('far', {
      cell: one,
      in: 'source',
      quote: 'price',
      from: far,
      to: { item: [] },
    } as never)
    messagesOf(doc).set('far/m', { by: 'x', at: 2, text: 'a'.repeat(1e6), user: 1, answers: {} } as never)
    messagesOf(doc).set(`${thread}/m/n`, { by: 'x', at: 1, text: 'x' })
    resolvedOf(doc).set(thread, 'yes')
    messagesOf(doc).set(`${thread}/map`, new Y.Map() as never)
    expect(marked(doc)).toEqual(['price', 'price'])
    expect(threads(doc).map(({ messages }) => messages.length)).toEqual([1, 1])
    expect(threads(doc)[1]?.messages[0]?.text.length).toBe(100_000)
    expect(fileOf(open(read(fileOf(doc))))).toBe(fileOf(doc))
  })
})

describe('comments in the file', () => {
  const commented = (): Y.Doc => {
    const doc = open()
    const thread = idOf(startThread(doc, one, onPrice, says(ana, 'net or gross?\n"x"', 5)))
    replyTo(doc, thread, says(ben, 'gross', 6))
    setResolved(doc, thread, { ...byPerson(ben), at: 7 })
    startThread(doc, null, null, says(ben, 'nice', 8))
    return doc
  }

  test('are metadata of their cell and are read back unchanged', () => {
    const text = fileOf(commented())
    const file = JSON.parse(text) as {
      metadata: Record<string, unknown>
      cells: { metadata: Record<string, { from: number }[]> }[]
    }
    expect(file.cells[0]?.metadata['llm_notebook_comments']?.[0]).toMatchObject({
      from: 8,
      to: 13,
      in: 'source',
      quote: 'price',
      messages: [
        { by: 'Ana', user: 'u-ana', at: 5, text: 'net or gross?\n"x"' },
        { by: 'Ben', user: 'u-ben', at: 6, text: 'gross' },
      ],
      resolved: { by: 'Ben', at: 7, user: 'u-ben' },
    })
    expect(file.metadata['llm_notebook_comments']).toHaveLength(1)
    const again = open(read(text))
    expect(texts(again)).toEqual(texts(commented()))
    expect(marked(again)).toEqual([null, 'price'])
    expect(fileOf(again)).toBe(text)
    expect(importNotebook(read(text), 'doc')).toEqual(importNotebook(read(text), 'doc'))
    // As nbformat writes it, with sorted keys.
    const sorted = JSON.stringify(file, (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
    )
    expect(fileOf(open(read(sorted)))).toBe(sorted)
  })

  test('find their passage again by its text if the source changed', () => {
    const text = fileOf(commented()).replace('total = price', 'x = 1\\n", "y = 2\\n", "total = price')
    expect(marked(open(read(text)))).toEqual([null, 'price'])
    const gone = open(read(text.replaceAll('price', 'cost').replace('"quote": "cost"', '"quote": "price"')))
    expect(marked(gone)).toEqual([null, null])
    expect(threads(gone)[1]?.passage?.quote).toBe('price')
  })

  test('are left out of other formats, and the export says so', () => {
    const notebook = readNotebook(commented())
    for (const form of ['py', 'md', 'html'] as const) {
      expect(leftOut(form, notebook)).toBe('3 comments')
      expect(writeForm(form, notebook, 'a')).not.toContain('gross')
    }
    expect(leftOut('ipynb', notebook)).toBeNull()
  })

  test('leave other values of their metadata key alone, and a copied cell gets a thread of its own', () => {
    for (const value of ['"mine"', '[1, {"id": "a", "messages": []}]', '{"a": 1.0}', '[]']) {
      const text = `{"cells": [{"cell_type": "raw", "id": "a", "metadata": {"llm_notebook_comments": ${value}}, "source": "x"}], "metadata": {"llm_notebook_comments": ${value}}, "nbformat": 4, "nbformat_minor": 5}`
      expect(fileOf(open(read(text)))).toBe(text)
    }
    const file = JSON.parse(fileOf(commented())) as { cells: { id: string }[] }
    const copied = { ...file, cells: [...file.cells, { ...file.cells[0], id: 'three' }] }
    const doc = open(read(JSON.stringify(copied)))
    expect(marked(doc)).toEqual([null, 'price', 'price'])
    expect(new Set(threads(doc).map(({ id }) => id)).size).toBe(3)
    expect(fileOf(open(read(fileOf(doc))))).toBe(fileOf(doc))
  })
})

/** The relay's document, and a program that edits the file written from it. */
class Scene {
  readonly doc = open()
  readonly versions: KnownRevision[] = []

  write(): string {
    const text = fileOf(this.doc)
    this.versions.push({ digest: textDigest(text), state: Y.encodeStateAsUpdate(this.doc) })
    return text
  }

  save(text: string): void {
    const file = readOutside(text)
    if (!file.ok) throw new Error(file.reason)
    const { state } = mergeFile(this.doc, this.versions, file.notebook, textDigest(text))
    this.versions.push({ digest: textDigest(text), state, outside: true })
  }
}

describe('comments in a file that another program saves', () => {
  test('are updated from the file, and threads and replies it had not read stay', () => {
    const scene = new Scene()
    const thread = idOf(startThread(scene.doc, one, onPrice, says(ana, 'why?', 1)))
    const stale = scene.write()
    replyTo(scene.doc, thread, says(ben, 'written since', 2))
    startThread(scene.doc, two, null, says(ben, 'a new one', 3))
    scene.write()
    scene.save(stale.replace('print(total)', 'print(total, 1)'))
    expect(texts(scene.doc)).toEqual(['Ana: why?', 'Ben: written since', 'Ben: a new one'])
    expect(marked(scene.doc)).toEqual(['price', null])
    const now = scene.write()
    scene.save(now.replace('written since', 'written elsewhere'))
    expect(texts(scene.doc)).toEqual(['Ana: why?', 'Ben: written elsewhere', 'Ben: a new one'])
  })

  test('are deleted if the program removed a thread it had read', () => {
    const scene = new Scene()
    startThread(scene.doc, one, null, says(ana, 'read', 1))
    scene.write()
    const known = scene.write()
    startThread(scene.doc, two, null, says(ben, 'since', 2))
    const file = JSON.parse(known) as { cells: { metadata: object }[] }
    for (const cell of file.cells) cell.metadata = {}
    scene.save(JSON.stringify(file, null, 1) + '\n')
    expect(texts(scene.doc)).toEqual(['Ben: since'])
  })

  test('bring back what a relay that lost its history is missing', () => {
    const page = open()
    const thread = idOf(startThread(page, one, onPrice, says(ana, 'why?', 1)))
    const before = fileOf(page)
    const relay = open(read(before))
    replyTo(page, thread, says(ben, 'lost', 2))
    setResolved(page, thread, { ...byPerson(ben), at: 3 })
    const known = [{ digest: textDigest(before), state: importNotebook(read(before), 'doc') }]
    const file = readOutside(fileOf(page))
    if (!file.ok) throw new Error(file.reason)
    for (let turn = 0; turn < 2; turn++)
      mergeFile(relay, known, file.notebook, textDigest(fileOf(page)), { own: true })
    expect(texts(relay)).toEqual(['Ana: why?', 'Ben: lost'])
    expect(threads(relay)[0]?.resolved).toMatchObject({ by: 'Ben' })
  })

  test('are not added twice by saving the same text twice', () => {
    const scene = new Scene()
    const before = scene.write()
    startThread(scene.doc, one, onPrice, says(ana, 'why?', 1))
    const commented = scene.write()
    scene.save(before)
    expect(texts(scene.doc)).toEqual(['Ana: why?'])
    scene.save(commented)
    scene.save(commented)
    expect(texts(scene.doc)).toEqual(['Ana: why?'])
  })
})

/** One random act of a person. */
const act = (random: Random, doc: Y.Doc, who: Person, at: number): void => {
  const all = threads(doc)
  const cells = visibleCells(doc)
  const some = all.length > 0 ? random.pick(all) : null
  const choice = random.below(8)
  if (some === null || choice === 0) {
    const cell = cells.length > 0 && random.chance(0.8) ? random.pick(cells) : null
    const source = cell === null ? '' : (cellSource(doc, cell)?.toString() ?? '')
    const from = random.below(source.length + 1)
    const passage =
      from < source.length && random.chance(0.7)
        ? passageAt('source', source, from, from + 1 + random.below(source.length - from))
        : null
    startThread(doc, cell, passage, says(who, `${who.name} ${at}`, at))
  } else if (choice === 1) replyTo(doc, some.id, says(who, `${who.name} ${at}`, at))
  else if (choice === 2) setResolved(doc, some.id, random.chance(0.5) ? null : { ...byPerson(who), at })
  else if (choice === 3) editMessage(doc, some.id, random.pick(some.messages).id, { who, text: `e${at}`, at })
  else if (choice === 4) deleteMessage(doc, some.id, random.pick(some.messages).id, who)
  else if (choice === 5) {
    const [id] = cells
    if (id !== undefined && random.chance(0.2)) apply(doc, { type: 'delete-cell', id, by: who.name, at })
  } else {
    const source = cellSource(doc, random.chance(0.5) ? one : two)
    if (source === undefined) return
    const place = random.below(source.length + 1)
    if (random.chance(0.6)) source.insert(place, random.pick(['x', '\n', 'word ', '🤖']))
    else source.delete(place, Math.min(2, source.length - place))
  }
}

test('comments of three people converge and survive the file (random histories)', () => {
  for (let seed = 1; seed <= 25; seed++)
    withSeed(seed, (random) => {
      const replicas = new Replicas(notebook, 3)
      const people = [ana, ben, { id: 'u-eve', name: 'Eve' }]
      for (let at = 1; at <= 60; at++) {
        const who = random.below(3)
        act(random, replicas.get(who), people[who] ?? ana, at)
        if (random.chance(0.3)) replicas.send(random.below(3), random.below(3))
      }
      replicas.sync()
      const [first, ...others] = replicas.docs.map((doc) => threads(doc))
      for (const other of others) expect(other).toEqual(first)
      const doc = replicas.get(0)
      const text = fileOf(doc)
      const again = open(read(text))
      expect(texts(again)).toEqual(texts(doc))
      expect(marked(again)).toEqual(marked(doc))
      expect(fileOf(again)).toBe(text)
    })
})
